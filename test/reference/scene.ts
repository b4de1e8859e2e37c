// Where a scenario plays: its reference's number, currency, amount and clock, and the claims in which it is told.

import fc from 'fast-check';
import type { Claim } from '../../src/domain/fact.ts';
import { callback, type LineGiven, line, type ObservedGiven, type OrderGiven, order, t } from '../matching/given.ts';
import { dateOf } from './days.ts';
import { written } from './values.ts';

const HOUR = 3_600_000;

/** Friday evenings, weekends, midnights of zones and the night when clocks change are among them. */
const STARTS = ['2 08:00', '2 15:59:59.999', '2 16:00', '5 20:00', '6 15:00', '7 03:00', '8 21:30', '28 22:30'];

export interface Scene {
  /** Ends the ids of the scenario's payments, so that two scenarios under one reference are of two payments. */
  readonly tag: string;
  readonly currency: string;
  readonly minor: bigint;
  readonly placed: number;
}

export const scenes: fc.Arbitrary<Scene> = fc.record({
  tag: fc.constant('1'),
  currency: fc.constantFrom('KES', 'KES', 'KES', 'UGX', 'TND', 'RWF'),
  minor: fc.constantFrom(100_000n, 100_000n, 45_000n, 1_000n),
  placed: fc.constantFrom(...STARTS.map(t)),
});

/** A part of the scenario's amount, in thousandths, and so many minor units more. */
export function amountOf(scene: Scene, thousandths = 1000, more = 0): string {
  const minor = (scene.minor * BigInt(thousandths)) / 1000n + BigInt(more);
  return written(minor < 0n ? 0n : minor, scene.currency);
}

export const after = (scene: Scene, hours: number): number => scene.placed + Math.round(hours * HOUR);

/** A date in Shanghai, so many days after the order was placed there. */
export const dateAfter = (scene: Scene, days: number): string =>
  dateOf(Math.floor((scene.placed + 8 * HOUR) / (24 * HOUR)) + days);

export function ordered(scene: Scene, given: OrderGiven = {}): Claim {
  return order({ amount: amountOf(scene), currency: scene.currency, placed_at: scene.placed, ...given });
}

/** What a callback, or a poll, says of the payment `P` so many hours after the placing. */
export function said(scene: Scene, hours: number, given: ObservedGiven = {}): Claim {
  const { tag, currency } = scene;
  const money = { amount: amountOf(scene), currency };
  return callback({ ...money, payment: `P${tag}`, at: after(scene, hours), ...given });
}

/** What a callback says of the return `R` of `P`. */
export function returned(scene: Scene, hours: number, given: ObservedGiven = {}): Claim {
  return said(scene, hours, { kind: 'refund', payment: `R${scene.tag}`, original: `P${scene.tag}`, ...given });
}

/** A payment line so many days after the placing. */
export function settled(scene: Scene, days: number, given: LineGiven = {}): Claim {
  const { tag, currency } = scene;
  const settlement_date = dateAfter(scene, days);
  return line({ gross: amountOf(scene), currency, payment: `P${tag}`, settlement_date, ...given });
}

/** The line that takes the money of the return `R`. */
export function taken(scene: Scene, days: number, given: LineGiven = {}): Claim {
  const names = { payment: `R${scene.tag}`, original: `P${scene.tag}` };
  return settled(scene, days, { line_type: 'refund', gross: `-${amountOf(scene)}`, ...names, ...given });
}

/** The line that brings it back. */
export function broughtBack(scene: Scene, days: number, given: LineGiven = {}): Claim {
  return taken(scene, days, { line_type: 'return_failed', gross: amountOf(scene), ...given });
}
