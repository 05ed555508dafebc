import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { ReplayReport } from '../../lib/cli/replay/replay-report.js';
import type { Answer } from '../support/answers.js';
import { audienceAuth, type Run, type Surroundings } from './run-command.js';

/** A folder that is gone after the test. */
export async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'audience-auth-'));
  onTestFinished(() => rm(path, { recursive: true }));
  return path;
}

/** Writes a file for `replay`; what is no text is written as JSON. */
export async function fleetFile(content: unknown, name = 'fleet.yaml'): Promise<string> {
  const path = join(await folder(), name);
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

/** Runs `audience-auth replay` over these services. */
export async function replayOver(
  services: readonly object[],
  surroundings: Surroundings = {},
  ...options: readonly string[]
): Promise<Run> {
  const file = await fleetFile({ services });
  return audienceAuth(['replay', file, ...options], surroundings);
}

/** The report of a run, and its exit code. */
export async function reportOver(
  services: readonly object[],
  surroundings: Surroundings = {},
  ...options: readonly string[]
): Promise<{ exitCode: number; report: ReplayReport }> {
  const run = await replayOver(services, surroundings, '--json', ...options);
  return { exitCode: run.exitCode, report: JSON.parse(run.stdout) as ReplayReport };
}

/** The verdicts, row after row: `✓ ✗ / ✗ ✓ / …`. */
export function matrixOf({ services, cells }: ReplayReport): string {
  const signs = { 'let in': '✓', refused: '✗', crossed: '!', 'not judged': '?' };
  const rows = cells.map(({ verdict }, index) =>
    (index + 1) % services.length === 0 ? `${signs[verdict]} /` : signs[verdict],
  );
  return rows.join(' ').replace(/ \/$/, '');
}

/** A server on loopback that answers everything like this, until the test is over. */
export async function answering(answer: Answer): Promise<string> {
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Where nobody listens. */
export async function deserted(): Promise<string> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return `http://127.0.0.1:${port}`;
}

/** A service by hand: which token gets which answer. No token is the empty string. */
export function byToken(
  answers: Readonly<Record<string, Answer>>,
  otherwise: Answer = refusal,
): Promise<string> {
  return answering((request, response) => {
    const token = request.headers.authorization?.replace('Bearer ', '') ?? '';
    return (answers[token] ?? otherwise)(request, response);
  });
}

export const refusal: Answer = (_request, response) =>
  response.writeHead(401, { 'www-authenticate': 'Bearer error="invalid_token"' }).end();

export const welcome: Answer = (_request, response) => response.writeHead(200).end('{}');
