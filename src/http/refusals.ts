// Requests that are refused before any route sees them: invalid HTTP, no host, a path that cannot be decoded. They are
// answered with a problem, as all faults are.

import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { HesabuError } from '../domain/errors.ts';
import { PROBLEM_TYPE, problemOf, SAFE_HEADERS } from './problem.ts';

const HOST = 'host';
const RAW_STATUSES: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: '413 Payload Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

/** How long a refused client may take to read why, in milliseconds. */
const LAST_WORDS_MILLIS = 1_000;

/** Invalid HTTP is answered if the client still listens, and its connection ends whether or not the client ends it. */
export function refuseRaw(error: Error & { code?: string }, socket: Socket): void {
  const code = error.code ?? '';
  // A failed or slow handshake of TLS: nothing could be read.
  if (code === 'ECONNRESET' || /^ERR_(SSL|TLS)_/.test(code) || !socket.writable) {
    socket.destroy();
    return;
  }
  socket.end(rawAnswer(RAW_STATUSES[code] ?? '400 Bad Request'));
  // Destroyed at once, the client would get a reset for what it sent meanwhile, and no answer.
  const timer = setTimeout(() => socket.destroy(), LAST_WORDS_MILLIS);
  socket.once('close', () => clearTimeout(timer));
}

/** A connection that there is no place for. Of TLS nothing can be said before its handshake. */
export function refuseConnection(socket: Socket, status: '429 Too Many Requests' | '503 Service Unavailable'): void {
  const error = new HesabuError('HESABU_OVERLOADED', { where: 'the number of connections' });
  socket.end(rawAnswer(status, error), () => socket.destroy());
}

function rawAnswer(status: string, error?: HesabuError): string {
  const { headers, text } = rawProblem(status, error);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status}\r\n${lines.join('')}\r\n${text}`;
}

/** Expectations other than `100-continue`. Node itself would answer them with a bare status. */
export function refuseExpectations(server: Server): void {
  server.on('checkExpectation', (_request: IncomingMessage, response: ServerResponse) => {
    const { headers, text } = rawProblem('417 Expectation Failed');
    response.writeHead(417, headers).end(text);
  });
}

/** RFC 9112 requires one Host header. Node refuses none with a bare status, and takes the first of several. */
export function hostFault({ httpVersion, headers, rawHeaders }: IncomingMessage): HesabuError | undefined {
  let found = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]!;
    if (name.length === HOST.length && name.toLowerCase() === HOST) found++;
  }
  if (found === 1 || (found === 0 && (httpVersion === '1.0' || headers.host !== undefined))) return undefined;
  return new HesabuError('HESABU_REQUEST_INVALID', { where: HOST, expected: 'one Host header', found: `${found}` });
}

interface RawProblem {
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** The last answer on a connection. */
function rawProblem(status: string, error: Error = new Error(status.slice(4))): RawProblem {
  const refused = Object.assign(error, { statusCode: Number(status.slice(0, 3)) });
  const { headers, body } = problemOf(refused, '', 'the connection', 0);
  const text = JSON.stringify(body);
  const own = {
    ...SAFE_HEADERS,
    connection: 'close',
    'content-type': PROBLEM_TYPE,
    'content-length': `${Buffer.byteLength(text)}`,
  };
  return { headers: { ...own, ...headers }, text };
}
