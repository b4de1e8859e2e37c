// For tests of streams: a subscriber with its own socket.
import { get } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Given } from './given-api.ts';

export interface Streamed {
  /** Resolves when this many events have come. */
  events(count: number): Promise<{ id: string; event: string; data: Record<string, unknown> }[]>;
  readonly ended: Promise<void>;
  close(): void;
}

/** A subscriber with its own socket. */
export async function subscribe(
  given: Pick<Given, 'app'>,
  path: string,
  key: string,
  headers: Record<string, string> = {},
): Promise<Streamed> {
  const { port } = given.app.server.address() as AddressInfo;
  let text = '';
  let onData = () => {};
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const all = { accept: 'text/event-stream', authorization: `Bearer ${key}`, ...headers };
  const request = get({ port, host: '127.0.0.1', path, headers: all }, (response) => {
    response.setEncoding('utf8').on('data', (chunk) => {
      text += chunk;
      onData();
    });
    response.on('close', () => end());
  });
  request.on('error', () => end());
  const parsed = () =>
    text
      .split('\n\n')
      .slice(0, -1)
      .filter((block) => /^data: /m.test(block))
      .map((block) => {
        const fields = block
          .split('\n')
          .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]);
        const { id = '', event, data } = Object.fromEntries(fields);
        return { id, event, data: JSON.parse(data) };
      });
  const events = async (count: number) => {
    while (parsed().length < count) {
      await new Promise<void>((resolve) => {
        onData = resolve;
      });
    }
    return parsed();
  };
  return { events, ended, close: () => request.destroy() };
}

/** What a subscriber is answered at first; the stream is closed again. */
export function streamStatus({ app }: Pick<Given, 'app'>, path: string, key: string): Promise<number> {
  const { port } = app.server.address() as AddressInfo;
  const headers = { accept: 'text/event-stream', authorization: `Bearer ${key}` };
  return new Promise((resolve, reject) => {
    const request = get({ port, host: '127.0.0.1', path, headers }, (response) => {
      request.destroy();
      resolve(response.statusCode!);
    });
    request.once('error', reject);
  });
}
