/** A setting of this process that it cannot do without. */
export function environment(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`Set the environment variable ${name}; npm start does it for you.`);
  return value;
}
