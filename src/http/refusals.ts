// Requests that are refused before any route sees them: invalid HTTP, no host, a path that cannot be decoded. They are
// answered with a problem, as all faults are.

import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { HesabuError } from '../domain/errors.ts';
import { PROBLEM_TYPE, problemOf } from './problem.ts';

const RAW_STATUSES: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: '413 Payload Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

/** Invalid HTTP is answered if the client still listens, and its connection is closed. */
export function refuseRaw(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = RAW_STATUSES[error.code ?? ''] ?? '400 Bad Request';
  const body = rawProblem(status);
  const head = `HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-type: ${PROBLEM_TYPE}`;
  socket.end(`${head}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}

/** Expectations other than `100-continue`. Node itself would answer them with a bare status. */
export function refuseExpectations(server: Server): void {
  server.on('checkExpectation', (_request: IncomingMessage, response: ServerResponse) => {
    const body = rawProblem('417 Expectation Failed');
    const headers = { connection: 'close', 'content-type': PROBLEM_TYPE, 'content-length': Buffer.byteLength(body) };
    response.writeHead(417, headers).end(body);
  });
}

/** What HTTP/1.1 requires of every request. Node's own check would answer with a bare status. */
export function hostFault({ httpVersion, headers }: IncomingMessage): HesabuError | undefined {
  if (headers.host !== undefined || httpVersion === '1.0') return undefined;
  return new HesabuError('HESABU_REQUEST_INVALID', { where: 'host', expected: 'a Host header', found: 'none' });
}

function rawProblem(status: string): string {
  const error = { statusCode: Number(status.slice(0, 3)), message: status.slice(4) };
  return JSON.stringify(problemOf(error, '', 'the connection', 0).body);
}
