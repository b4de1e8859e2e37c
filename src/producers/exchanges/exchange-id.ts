// Names of exchanges: in the order of time, not to be guessed, and safe in a URL.

import { randomFillSync } from 'node:crypto';
import type { Instant } from '../../domain/time.ts';

const DIGITS = '0123456789abcdefghijklmnopqrstuv';
const TIME_LENGTH = 9;
const RANDOM_LENGTH = 16;
const pool = new Uint8Array(4096);
let used = pool.length;

/** Nine digits of the time in base 32, milliseconds, then 80 random bits. */
export function newExchangeId(at: Instant): string {
  if (used + RANDOM_LENGTH > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  let id = at.toString(32).padStart(TIME_LENGTH, '0');
  for (let left = RANDOM_LENGTH; left > 0; left--) id += DIGITS[pool[used++]! & 31];
  return id;
}

/** When an exchange of this id took place; undefined for what is no id. */
export function timeOfExchange(id: string): Instant | undefined {
  return /^[0-9a-v]{25}$/.test(id) ? Number.parseInt(id.slice(0, TIME_LENGTH), 32) : undefined;
}
