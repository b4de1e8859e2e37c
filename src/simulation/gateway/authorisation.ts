// Whether a call comes from the merchant.

import { timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';

/** Whether the header `authorization` is exactly this. */
export function hasToken({ headers }: FastifyRequest, wanted: string): boolean {
  const [given, expected] = [Buffer.from(headers.authorization ?? ''), Buffer.from(wanted)];
  return given.length === expected.length && timingSafeEqual(given, expected);
}
