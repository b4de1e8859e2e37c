// Arbitrary claims about one key, from pools so small that ids collide, contents conflict and money comes twice.

import fc from 'fast-check';
import {
  type Claim,
  LINE_TYPES,
  ORDER_STATUSES,
  PAYMENT_KINDS,
  PAYMENT_STATUSES,
  type PaymentObserved,
  VIAS,
} from '../../src/domain/fact.ts';
import type { Instant } from '../../src/domain/time.ts';
import { callback, givenBy, line, order, t, told } from './given.ts';
import { refundRequest, statusChange } from './given-shop.ts';

export const TIMES: readonly Instant[] = [
  t('2 08:00'),
  t('2 08:05'),
  t('2 08:05:00.001'),
  t('2 15:59:59.999'),
  t('2 16:00'),
  t('3 08:00'),
  t('3 16:00'),
  t('6 09:00'),
  t('7 09:00'),
];

const instant = fc.constantFrom(...TIMES);
const instantOrNull = fc.option(instant, { freq: 8 });
const money = fc.constantFrom(
  { amount: '1000.00', currency: 'KES' },
  { amount: '1000.00', currency: 'KES' },
  { amount: '999.99', currency: 'KES' },
  { amount: '600.00', currency: 'KES' },
  { amount: '400.00', currency: 'KES' },
  { amount: '1000', currency: 'UGX' },
);
const paymentId = fc.constantFrom('P1', 'P1', 'P2', 'R1', 'C1', null);
const operatorId = fc.constantFrom(null, null, 'O1', 'P2');
const original = fc.constantFrom(null, 'P1', 'P1', 'P2', 'P9');
const fee = fc.constantFrom(null, '15.00', '15.005', '0');

const aliases = fc.constantFrom<Pick<PaymentObserved, 'aliases'>>(
  ...[{}, {}, {}, {}, { aliases: { receipt: 'O1' } }, { aliases: { receipt: 'P2', session: 'S1' } }],
);
/** Some of the ids are numbers of another series. */
const series = fc.constantFrom<Pick<PaymentObserved, 'series'>>(
  ...[{}, {}, {}, {}, {}, { series: { provider_transaction_id: 'request' } }],
  { series: { operator_transaction_id: 'request', original_transaction_id: 'request' } },
);
const further = fc
  .tuple(aliases, series, fc.constantFrom<Pick<PaymentObserved, 'untimed'>>({}, {}, {}, { untimed: true }))
  .map(([ids, numbers, time]) => ({ ...ids, ...numbers, ...time }));

const orders = fc
  .record({
    money: fc.constantFrom({ amount: '1000.00', currency: 'KES' }, { amount: '1000', currency: 'UGX' }),
    placed_at: fc.constantFrom(t('2 08:00'), t('2 08:00'), t('2 08:05')),
    expires_at: fc.constantFrom(null, null, t('2 08:05')),
    status: fc.constantFrom(...ORDER_STATUSES),
    status_at: instantOrNull,
    country: fc.constantFrom(null, 'KE'),
  })
  .map(({ money, ...parts }) => order({ ...money, ...parts }));

const observations = fc
  .record({
    id: fc.constantFrom('e1', 'e2', 'e3', 'e4', 'e5'),
    at: instantOrNull,
    forwarded: fc.boolean(),
    via: fc.constantFrom(...VIAS),
    kind: fc.constantFrom('payment' as const, 'payment' as const, 'refund' as const, ...PAYMENT_KINDS),
    status: fc.constantFrom('succeeded' as const, 'succeeded' as const, ...PAYMENT_STATUSES),
    money: fc.option(money, { freq: 8, nil: { amount: null, currency: null } }),
    payment: paymentId,
    operator_transaction_id: operatorId,
    request_id: fc.constantFrom(null, null, null, 'W1', 'W2', 'W3'),
    original,
    isHint: fc.option(fc.constant(true), { freq: 6 }),
    further,
  })
  // Nobody signs a callback; an answer to a poll is always the provider's.
  .map(({ money, isHint, further, ...parts }) => {
    return callback({ ...money, ...parts, ...further, ...(isHint && parts.via === 'callback' ? { hint: true } : {}) });
  });

const DATES = ['2026-03-02', '2026-03-03', '2026-03-04', '2026-03-09'];

const lines = fc
  .record({
    id: fc.constantFrom('l1', 'l2', 'l3', 'l4', 'l5'),
    at: fc.constantFrom(null, null, t('3 08:00'), t('9 08:00')),
    aliases,
    series,
    forwarded: fc.boolean(),
    line_type: fc.constantFrom('payment' as const, 'payment' as const, 'refund' as const, ...LINE_TYPES),
    money,
    fee,
    settlement_date: fc.constantFrom(...DATES),
    fx: fc.constantFrom(
      { settlement_currency: null, settlement_amount: null, fx_rate: null },
      { settlement_currency: 'USD', settlement_amount: '7.70', fx_rate: '0.0077' },
    ),
    payment: paymentId,
    operator_transaction_id: operatorId,
    original,
  })
  .map(({ money: { amount, currency }, fx, aliases, series, ...parts }) => {
    const comesIn = parts.line_type === 'payment' || parts.line_type === 'unclassified';
    return line({ ...parts, ...fx, ...aliases, ...series, currency, gross: comesIn ? amount : `-${amount}` });
  });

const merchant = fc.constantFrom('shop-1', 'shop-1', 'shop-1', '', 'shop-2');

const laterWords = fc.oneof(
  fc
    .record({
      status: fc.constantFrom(...ORDER_STATUSES),
      at: instant,
      merchant,
      id: fc.constantFrom('s1', 's2', 's3'),
    })
    .map(({ status, at, merchant, id }) => statusChange(status, at, { id: `${id}${merchant}`, merchant })),
  fc
    .record({ money, at: instantOrNull, merchant, id: fc.constantFrom('r1', 'r2'), read: instant })
    .map(({ money, id, merchant, ...parts }) =>
      refundRequest({ ...money, ...parts, id: `${id}${merchant}`, merchant }),
    ),
);

/** What other keys told: claims that belong here, and payments that count elsewhere or in part. Each says one thing. */
const handoffs = fc.constantFrom(
  givenBy('?mfs-africa:P1', callback({ id: 'e1' })),
  givenBy('?mfs-africa:P1', line({ id: 'l1' })),
  givenBy('R-2', callback({ id: 'e7', payment: 'P2' })),
  told('holder', '?mfs-africa:P1', { holder: 'R-2', isHere: false, rank: [1, 0, 1, 1] }),
  told('holder', '?mfs-africa:P2', { holder: null, isHere: true, rank: [1, 0, 1, 3] }),
  told('asks', '?mfs-africa:P1', ''),
);

const claim: fc.Arbitrary<Claim> = fc.oneof(
  { weight: 3, arbitrary: orders },
  { weight: 1, arbitrary: laterWords },
  { weight: 6, arbitrary: observations },
  { weight: 5, arbitrary: lines },
  { weight: 1, arbitrary: handoffs },
);

/** A multiset of claims about one key. */
export const claimSets: fc.Arbitrary<Claim[]> = fc.array(claim, { maxLength: 9 });

/** A multiset of claims, and the same claims twice over in another order, as copies. */
export const claimsShuffled: fc.Arbitrary<{ claims: Claim[]; shuffled: Claim[] }> = claimSets.chain((claims) => {
  const length = claims.length * 2;
  return fc
    .shuffledSubarray([...claims, ...claims], { minLength: length, maxLength: length })
    .map((shuffled) => ({ claims, shuffled: shuffled.map((each) => structuredClone(each)) }));
});

const RULES: readonly unknown[] = [
  {},
  {
    tolerance: { KES: '0.01', fx: '1' },
    fees: [
      { provider: 'mfs-africa', currency: 'KES', percent: '1.5', max: '200' },
      { provider: 'mfs-africa', currency: 'KES', percent: '1', valid_from: '2026-03-03', borne_by: 'payer' },
    ],
  },
  { zone: 'UTC', settlement: { days: 0, holidays: ['2026-03-03'] }, grace: { inconclusive: 'PT1M' } },
];

export const rulesInputs: fc.Arbitrary<unknown> = fc.constantFrom(...RULES);

/** Times of facts, a moment before and after them, and times long before and after all. */
export const asOfs: fc.Arbitrary<Instant> = fc
  .tuple(instant, fc.constantFrom(0, -1, 1, 900_000, 86_400_000, 30 * 86_400_000, -30 * 86_400_000))
  .map(([at, shift]) => at + shift);
