// Whether a call comes from the merchant.

import { timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';

/** Whether the header `authorization` is exactly this. */
export function hasToken({ headers }: FastifyRequest, wanted: string): boolean {
  return isSame(headers.authorization ?? '', wanted);
}

/** Whether a header is exactly this. */
export function hasHeader({ headers }: FastifyRequest, name: string, wanted: string): boolean {
  return isSame(String(headers[name] ?? ''), wanted);
}

function isSame(text: string, wanted: string): boolean {
  const [given, expected] = [Buffer.from(text), Buffer.from(wanted)];
  return given.length === expected.length && timingSafeEqual(given, expected);
}
