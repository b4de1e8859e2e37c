// A listening service, and raw sockets for requests to it; after each test an honest sender must be answered. Nothing
// is measured by a clock: senders that never end show whether the service would wait for them.
import { type AddressInfo, connect, type Socket } from 'node:net';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import { type Given, givenWebhooks, PATH, payment, type Server, signature } from './given.ts';

/** Longer than any test takes: a connection that ends earlier does so for another reason than time. */
const FOREVER = 3_600_000;
const PATIENCE = { headers: FOREVER, request: FOREVER, unread: FOREVER, idle: FOREVER, check: 50, drain: 300 };
/** Slow senders are cut off within a test. */
export const IMPATIENT = { headers: 2_000, request: 2_500, idle: 3_000 };
/** The level of an error in pino's lines: bad input is not an error of the service. */
const ERROR_LEVEL = '"level":50';

export interface HttpServer extends Given {
  readonly port: number;
}

interface Manner extends Server {
  /** Afterwards an honest sender must be served; false if the test itself ends the service. */
  readonly goesOn?: boolean;
}

export function listening(
  work: (given: HttpServer) => Promise<void>,
  { goesOn = true, patience = {}, ...server }: Manner = {},
): Promise<void> {
  return givenWebhooks(
    async (given) => {
      await given.app.listen({ host: '127.0.0.1', port: 0 });
      const { port } = given.app.server.address() as AddressInfo;
      await work(Object.assign(given, { port }));
      if (goesOn) await expectServed(port);
      expect(given.log()).not.toContain(ERROR_LEVEL);
    },
    { ...server, patience: { ...PATIENCE, ...patience } },
  );
}

let nth = 0;

/** An honest sender is answered, whatever other clients do. */
export async function expectServed(port: number): Promise<void> {
  const body = payment(`honest-${nth++}`);
  expect(statusOf(await talk(port, request(body)))).toBe(200);
}

/** Expects this status and a problem with the reason; 0 means that the connection ended without an answer. */
export function expectRefused(answer: string, status: number): void {
  expect(statusOf(answer), answer.slice(0, 300)).toBe(status);
  if (status === 0) return;
  const at = answer.indexOf('\r\n\r\n');
  expect(answer.slice(0, at)).toMatch(/\r\ncontent-type: application\/problem\+json/i);
  const problem = JSON.parse(answer.slice(at + 4));
  expect(problem).toMatchObject({ status, code: expect.stringMatching(/^HESABU_/) });
  expect(problem.type).toBe(`urn:hesabu:error:${problem.code}`);
}

export function head(lines: readonly string[], path = PATH): string {
  return `POST ${path} HTTP/1.1\r\nhost: x\r\n${lines.map((line) => `${line}\r\n`).join('')}\r\n`;
}

export function request(body: string, more: readonly string[] = [lengthOf(body)]): string {
  return `${head([`x-signature: ${signature(body)}`, 'content-type: application/json', ...more])}${body}`;
}

export const lengthOf = (body: string) => `content-length: ${Buffer.byteLength(body)}`;

/** The connections that the server has now. */
export function openConnections({ app }: HttpServer): Promise<number> {
  return promisify(app.server.getConnections.bind(app.server))();
}

/** Sends pieces one after another, and returns what came back until an answer is whole or the connection ended. */
export function talk(port: number, ...pieces: readonly (string | Buffer)[]): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    const end = () => {
      socket.destroy();
      resolve(text);
    };
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1');
      const at = text.indexOf('\r\n\r\n');
      const [, length] = /content-length: (\d+)/i.exec(text) ?? [];
      if (at > 0 && length !== undefined && text.length >= at + 4 + Number(length)) end();
    });
    socket.on('error', end);
    socket.on('close', end);
    for (const piece of pieces) socket.write(piece);
  });
}

/** Writes a piece again and again until the server ends the connection or `enough` aborts; returns its answer. */
export function drip(port: number, begin: string, piece: string, enough?: AbortSignal): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.write(begin);
    let answer = '';
    const timer = setInterval(() => socket.write(piece), 40);
    const end = () => {
      clearInterval(timer);
      socket.destroy();
      resolve(answer);
    };
    enough?.addEventListener('abort', end);
    socket.on('data', (bytes) => {
      answer += bytes.toString('latin1');
    });
    socket.on('error', end);
    socket.on('close', end);
  });
}

/** A connection that has sent nothing yet. */
export function connected(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.off('error', reject);
      socket.on('error', () => {});
      resolve(socket);
    });
    socket.once('error', reject);
  });
}

export const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0);
