// Facts of which most keys agree to the cent, so that they are packed; some do not, or no more in the end.

import fc from 'fast-check';
import type { Claim, SourceBody } from '../../src/domain/fact.ts';
import { callback, line, order, poll, refund, refundLine, t, withdrawn } from '../matching/given.ts';
import type { Keyed } from './world.ts';

const REFERENCES = ['A-1', 'A-2', 'b', 'Ü-中', 'zz', 'long-reference-of-a-shop'];

/** What few keys have besides: late, twice, otherwise, or taken back. */
const ODD = [
  'refund',
  'claw-back',
  'paid twice',
  'order again',
  'callback again',
  'line withdrawn',
  'order withdrawn',
  'cancelled',
  'other amount',
  'polled',
  'started',
  'failed before',
  'in a payout',
  'handed on',
  'three polls',
] as const;

const ordinary = fc.record({
  amount: fc.constantFrom('1000.00', '0.05', '1.00', '999999999999.99', '12345678901234567.89'),
  currency: fc.constantFrom('KES', 'UGX', 'KWD', 'CLF'),
  fee: fc.constantFrom(null, '0', '15.00', '0.0125', '-1.50', '12345678901234567890.1'),
  merchant: fc.constantFrom('shop-1', 'Lädchen', ''),
  day: fc.integer({ min: 2, max: 6 }),
  odd: fc.option(fc.constantFrom(...ODD), { freq: 2 }),
});
type Ordinary = typeof ordinary extends fc.Arbitrary<infer Value> ? Value : never;

/** Decimals by currency. */
const DECIMALS: Readonly<Record<string, number>> = { UGX: 0, KES: 2, KWD: 3, CLF: 4 };

function amountIn({ amount, currency }: Ordinary): string {
  const [whole, cents] = amount.split('.') as [string, string];
  const decimals = DECIMALS[currency]!;
  return decimals === 0 ? `${whole}${cents === '05' ? '5' : ''}` : `${whole}.${cents.padEnd(decimals, '0')}`;
}

function claimsOf(key: string, given: Ordinary): Claim<SourceBody>[] {
  const { currency, fee, merchant, day, odd } = given;
  const amount = amountIn(given);
  const payment = `P-${key}`;
  const at = t(`${day} 08:05`);
  const placed = { id: `order:${key}`, amount, currency, merchant, placed_at: t(`${day} 08:00`), import_id: 1 };
  const paid = { payment, amount, currency, at };
  const settlement_date = `2026-03-0${day + 1}`;
  const settled = { payment, gross: amount, currency, fee, settlement_date, import_id: 2 };
  const all = [order(placed), callback(paid), line(settled)];
  const back = { payment: `R-${key}`, original: payment, amount, currency };
  switch (odd) {
    case 'refund':
      return [...all, refund({ ...back, at: t('9 09:00') })];
    case 'claw-back':
      return [...all, refundLine({ payment: `R-${key}`, original: payment, gross: `-${amount}`, currency })];
    case 'paid twice':
      return [...all, callback({ ...paid, payment: `Q-${key}` })];
    case 'order again':
      return [...all, order({ ...placed, import_id: 3, stated_at: t('8 08:00') })];
    case 'callback again':
      return [...all, callback({ ...paid, id: 'another event' })];
    case 'line withdrawn':
      return [...all, withdrawn(line(settled))];
    case 'order withdrawn':
      return [...all, withdrawn(order(placed))];
    case 'cancelled':
      return [...all, order({ ...placed, status: 'cancelled', status_at: t('7 08:00') })];
    case 'other amount':
      return [order(placed), callback(paid), line({ ...settled, gross: `${amount}`.replace(/^./u, '9') })];
    case 'polled':
      return [...all, poll(paid)];
    case 'started':
      return [...all, callback({ ...paid, status: 'initiated', at: t(`${day} 08:01`) })];
    case 'failed before':
      return [...all, callback({ ...paid, payment: `F-${key}`, status: 'failed', at: t(`${day} 08:02`) })];
    case 'in a payout':
      return [order(placed), callback(paid), line({ ...settled, payout: 'PAY-9' })];
    case 'handed on':
      return [...all, { ...callback({ ...paid, id: 'handed on' }), forwarded: true }];
    case 'three polls':
      return [...all, ...[1, 2, 3, 4].map((minute) => poll({ ...paid, id: `${minute}`, at: at + minute * 60_000 }))];
    default:
      return all;
  }
}

/** Such facts in an order that is nearly that of their time, so that what is odd comes late. */
export const ordinaryKeys: fc.Arbitrary<Keyed[]> = fc
  .tuple(fc.array(ordinary, { minLength: REFERENCES.length, maxLength: REFERENCES.length }), fc.boolean())
  .chain(([all, isInOrder]) => {
    const facts = inTime(all.map((given, at) => factsOf(REFERENCES[at]!, given)));
    return isInOrder ? fc.constant(facts) : fc.shuffledSubarray(facts, { minLength: facts.length });
  });

/** The facts of so many keys, most of them as a shop has them, in an order that is nearly that of their time. */
export function manyOrdinaryKeys(count: number): Keyed[] {
  const usual = { odd: null, amount: '1000.00', fee: '15.00' } as const;
  const kinds = fc
    .sample(ordinary, { numRuns: 97, seed: 1 })
    .map((kind, at): Ordinary => (at % 8 === 0 ? kind : { ...kind, ...usual }));
  return inTime(Array.from({ length: count }, (_, at) => factsOf(`key-${at}`, kinds[at % kinds.length]!)));
}

function factsOf(key: string, given: Ordinary): Keyed[] {
  return claimsOf(key, given).map((claim) => ({ key, claim }));
}

function inTime(sets: readonly Keyed[][]): Keyed[] {
  const most = Math.max(...sets.map((set) => set.length));
  return Array.from({ length: most }, (_, at) => sets.flatMap((set) => set[at] ?? [])).flat();
}
