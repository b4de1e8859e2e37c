// Puts a request and its answer into the raw archive as they were sent.

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Message } from '../../../archive/exchanges/exchange.ts';
import type { Fact } from '../../../domain/fact.ts';
import type { Instant } from '../../../domain/time.ts';
import type { Caller } from '../../access/caller.ts';
import type { ApiContext } from '../api-context.ts';
import type { Route } from '../route.ts';

/** What is known of an accepted request. */
export interface RequestState {
  readonly at: Instant;
  /** By the machine's own clock. */
  readonly started: number;
  readonly caller: Caller;
  readonly names: string[];
  readonly facts: Fact[];
  readonly route: Route;
}

const NOTHING = new Uint8Array(0);

/** The fact is durable already: if the archive cannot take its request, that is logged and the answer stays. */
export async function archiveExchange(
  { exchanges, logger }: Pick<ApiContext, 'exchanges' | 'logger'>,
  state: RequestState,
  request: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
): Promise<void> {
  const status = reply.statusCode;
  const { method, url } = state.route;
  // The first name of an upload is that of its file, which may name a person.
  const reference = state.route.upload === true ? null : (state.names[0] ?? null);
  const about = { request_id: request.id, reference, key: state.caller.id, status };
  logger.info({ ...about, route: `${method} ${url}` }, 'a request was answered');
  const response = { headers: headersOf(reply.getHeaders()), body: bytesOf(payload) };
  try {
    await exchanges.add({
      id: request.id,
      direction: 'in',
      at: state.at,
      elapsed_ms: Math.round(performance.now() - state.started),
      account: '',
      method,
      url: request.url,
      // The import archives the file.
      request: { headers: headersOf(request.headers), body: bytesOf(request.body) },
      status,
      response,
      fault: status < 400 ? null : codeOf(payload),
      names: [...new Set(state.names)],
      facts: state.facts,
    });
  } catch (error) {
    logger.error({ err: error, request_id: request.id }, 'an exchange could not be archived');
  }
}

function bytesOf(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  return typeof value === 'string' ? Buffer.from(value) : NOTHING;
}

function headersOf(headers: NodeJS.Dict<number | string | string[]>): Message['headers'] {
  const entries = Object.entries(headers).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), String(value)]));
}

/** The code in the answer to a request that failed. */
export function codeOf(payload: unknown): string | null {
  return /HESABU_[A-Z_]+/.exec(Buffer.from(bytesOf(payload)).toString())?.[0] ?? null;
}
