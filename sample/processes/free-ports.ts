import { createServer, type AddressInfo, type Server } from 'node:net';

/** Ports that nobody listens on. All are held until all are found, so that they differ. */
export async function freePorts(count: number): Promise<number[]> {
  const holders = await Promise.all(Array.from({ length: count }, hold));
  const ports = holders.map((holder) => (holder.address() as AddressInfo).port);
  await Promise.all(holders.map(release));
  return ports;
}

function hold(): Promise<Server> {
  return new Promise((listening, failed) => {
    const server = createServer().once('error', failed);
    server.listen(0, '127.0.0.1', () => listening(server));
  });
}

function release(holder: Server): Promise<void> {
  return new Promise((closed) => holder.close(() => closed()));
}
