// Who sends a request to the API: a key, or anybody at all where the route and the address allow it.

import type { FastifyReply, FastifyRequest } from 'fastify';
import { HesabuError } from '../../domain/errors.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { ApiKey } from './api-key.ts';
import type { KeyStore } from './key-store.ts';
import type { RateLimits } from './rate-limits.ts';
import { countStranger, strangerFault } from './strangers.ts';

/** Somebody on this machine, where a route is open to it. */
const ANYBODY: ApiKey = {
  id: '',
  hash: '',
  role: 'auditor',
  merchants: [],
  label: '',
  person: null,
  created_at: 0,
  expires_at: null,
  revoked_at: null,
};

/** The ids of the keys that requests came with. */
const KEY_IDS = new WeakMap<FastifyRequest, string>();

export interface CallerParts {
  readonly keys: Pick<KeyStore, 'authenticate'>;
  readonly limits: RateLimits;
  readonly clock: Clock;
  /** Whether the service listens on loopback, and no proxy is configured in front of it. */
  readonly isOnLoopback: boolean;
}

/**
 * Counts the request against its key or its address, and tells a key in the answer's headers what is left. Throws
 * HESABU_UNAUTHORISED and HESABU_RATE_LIMITED.
 */
export function callerOf(
  { keys, limits, clock, isOnLoopback }: CallerParts,
  request: FastifyRequest,
  reply: FastifyReply,
  isOpenLocally: boolean,
): ApiKey {
  if (isOpenLocally && isOnLoopback && !isForwarded(request)) {
    countStranger(limits, request);
    return ANYBODY;
  }
  const caller = keys.authenticate(request.headers.authorization, clock.now());
  if (caller === undefined) throw strangerFault(limits, request, new HesabuError('HESABU_UNAUTHORISED'));
  KEY_IDS.set(request, caller.id);
  limits.take('key', caller.id);
  reply.headers(limits.headers('key', caller.id));
  return caller;
}

/** The id of the key that the request came with, if it was a valid one. */
export function keyIdOf(request: FastifyRequest): string | undefined {
  return KEY_IDS.get(request);
}

/** A proxy that nobody told us of forwards requests of the whole world to loopback. */
function isForwarded({ headers }: FastifyRequest): boolean {
  return ['forwarded', 'via', 'x-forwarded-for', 'x-real-ip'].some((name) => headers[name] !== undefined);
}
