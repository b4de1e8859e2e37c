// Random numbers that depend only on a seed and on names: a payment has the same outcome in every run with one seed,
// whatever else happens.

import { hash } from 'node:crypto';
import { Random } from './prng.ts';

/** A generator of its own for each list of names. */
export function randomFor(seed: number, ...names: readonly (string | number)[]): Random {
  return new Random(Number.parseInt(hash('sha256', JSON.stringify([seed, ...names]), 'hex').slice(0, 8), 16));
}
