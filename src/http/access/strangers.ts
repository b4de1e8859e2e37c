// Requests that prove nothing count against the address that they come from.

import type { FastifyRequest } from 'fastify';
import type { RateLimits } from './rate-limits.ts';
import { sourceOf } from './source-address.ts';

type FromAddress = Pick<FastifyRequest, 'ip'>;

/** Throws RateLimited. */
export function countStranger(limits: RateLimits, { ip }: FromAddress): void {
  limits.take('address', sourceOf(ip));
}

/** What a stranger is told: the fault of the request, or that there were too many of them. */
export function strangerFault(limits: RateLimits, request: FromAddress, fault: Error): Error {
  try {
    countStranger(limits, request);
    return fault;
  } catch (limited) {
    return limited as Error;
  }
}
