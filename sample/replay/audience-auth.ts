import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { CLIENTS } from '../authorization-server/clients.js';
import { SECRET_VARIABLE } from './fleets.js';

/** How a command ended. */
export interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command line of the package, as its users do with `npx audience-auth`. */
export async function audienceAuth(args: readonly string[]): Promise<Outcome> {
  const manifest = createRequire(import.meta.url).resolve('nestjs-audience-auth/package.json');
  const { bin } = JSON.parse(await readFile(manifest, 'utf8')) as { bin: Record<string, string> };
  const main = join(manifest, '..', bin['audience-auth'] ?? '');
  const env = { ...process.env, [SECRET_VARIABLE]: CLIENTS.agent.secret };
  return new Promise((ended) => {
    const child = execFile(process.execPath, [main, ...args], { env }, (_error, stdout, stderr) =>
      ended({ exitCode: child.exitCode ?? 1, stdout, stderr }),
    );
  });
}
