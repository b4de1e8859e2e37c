// Randomness that is the same each time: a restart does not change a jitter.

import { hash } from 'node:crypto';

/** A number from 0 (inclusive) to 1 (exclusive), always the same for the same payment and salt. */
export function stableFraction(reference: string, salt: number): number {
  return Number.parseInt(hash('sha256', `${reference}\n${salt}`).slice(0, 8), 16) / 2 ** 32;
}
