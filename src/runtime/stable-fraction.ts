// Chance that is the same each time: jitter which a restart does not throw again.

import { hash } from 'node:crypto';

/** A number from 0 to below 1 that is always the same for the same payment and salt. */
export function stableFraction(reference: string, salt: number): number {
  return Number.parseInt(hash('sha256', `${reference}\n${salt}`).slice(0, 8), 16) / 2 ** 32;
}
