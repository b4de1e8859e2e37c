// Chance that depends on a seed and on names alone: what happens to a payment is the same in every run of one seed,
// whatever else goes on around it.

import { hash } from 'node:crypto';
import { Random } from './prng.ts';

/** Dice of their own for one thing of one name. */
export function randomFor(seed: number, ...names: readonly (string | number)[]): Random {
  return new Random(Number.parseInt(hash('sha256', JSON.stringify([seed, ...names]), 'hex').slice(0, 8), 16));
}
