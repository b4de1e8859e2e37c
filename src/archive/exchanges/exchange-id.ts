// The ids of exchanges: 28 letters and digits. The first 12 are the time and the order within a millisecond, so that
// ids sort by time; the last 16 are random (80 bits), so that nobody can guess one.

import { randomFillSync } from 'node:crypto';
import type { Instant } from '../../domain/time.ts';

/** In the order of their codes, without i, l, o and u, which are easily confused when read aloud or copied by hand. */
const DIGITS = '0123456789abcdefghjkmnpqrstvwxyz';
const DIGIT_BITS = 5;
const TIME_DIGITS = 9;
const ORDER_DIGITS = 3;
const CHANCE_DIGITS = 16;
const ORDER_MAX = 2 ** (DIGIT_BITS * ORDER_DIGITS) - 1;

/** Random bytes are fetched in large pieces: a call per id would cost more than everything else. */
const chance = new Uint8Array(CHANCE_DIGITS * 512);
let chanceUsed = chance.length;

let lastAt = -1;
let order = 0;
let lastTime = '';

/**
 * A new id of an exchange at this instant (0 to the year 3084). Up to 32,768 ids that one process makes at the same
 * instant sort in the order in which they were made.
 */
export function newExchangeId(at: Instant): string {
  if (at !== lastAt) {
    lastTime = digits(at, TIME_DIGITS);
    lastAt = at;
    order = 0;
  } else if (order < ORDER_MAX) {
    order += 1;
  }
  return lastTime + digits(order, ORDER_DIGITS) + randomDigits();
}

function digits(value: number, count: number): string {
  let text = '';
  let rest = value;
  for (let left = count; left > 0; left -= 1) {
    text = DIGITS.charAt(rest % 32) + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}

function randomDigits(): string {
  if (chanceUsed === chance.length) {
    randomFillSync(chance);
    chanceUsed = 0;
  }
  let text = '';
  for (let left = CHANCE_DIGITS; left > 0; left -= 1) {
    // A byte has 256 = 8 * 32 values, so each digit is equally likely.
    text += DIGITS.charAt((chance[chanceUsed++] ?? 0) % 32);
  }
  return text;
}

/** The time of an id; undefined for any other text. */
export function exchangeTime(id: string): Instant | undefined {
  if (id.length !== TIME_DIGITS + ORDER_DIGITS + CHANCE_DIGITS) return undefined;
  let at = 0;
  for (let place = 0; place < TIME_DIGITS; place++) {
    const digit = DIGITS.indexOf(id.charAt(place));
    if (digit < 0) return undefined;
    at = at * 32 + digit;
  }
  return at;
}
