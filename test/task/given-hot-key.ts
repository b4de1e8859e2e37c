// Many facts of one reference, of every kind that one reference may get many of: what work on a key may not grow faster
// than. Fact number N of a kind is the same in every run.

import type { Claim, Fact } from '../../src/domain/fact.ts';
import type { Batch } from '../../src/log/event-log.ts';
import { BatchBuilder } from '../../src/log/value-frames.ts';
import { callback, line, order, refund, t } from '../matching/given.ts';

const START = t('2 08:00');

/** Ids in an order that is not that of the facts. */
const scattered = (n: number) => String((n * 7_919) % 1_000_003).padStart(7, '0');
const paid = (n: number, more: Parameters<typeof callback>[0] = {}) =>
  callback({ id: scattered(n), payment: `P${n}`, amount: '10.00', at: START + n * 1000, ...more });
const settled = (n: number, more: Parameters<typeof line>[0] = {}) =>
  line({ id: scattered(n), payment: `P${n}`, gross: '10.00', fee: '0.10', ...more });
const returned = (n: number, original: string) =>
  refund({ id: scattered(n), payment: `R${n}`, original, amount: '1.00', at: START + n * 1000 });
const large = () => paid(0, { amount: '100000000.00' });

export const HOT_KINDS: Readonly<Record<string, (n: number) => Claim>> = {
  'payments of their own': (n) => paid(n),
  'attempts that failed': (n) => paid(n, { status: 'failed' }),
  'reports of one payment': (n) => paid(n, { payment: 'P0', status: n === 0 ? 'succeeded' : 'pending' }),
  'reports without an id': (n) => paid(n, { payment: null }),
  'contents of one event': (n) => paid(n, { id: 'one' }),
  'payments, each known by the id of the next': (n) => paid(n, { request_id: `P${n + 1}` }),
  'reports of unknown statuses': (n) => paid(n, { status: 'unclassified', word: 'odd' }),
  'refunds of one payment': (n) => (n === 0 ? large() : returned(n, 'P0')),
  'payments with a refund each': (n) => (n % 2 === 0 ? paid(n) : returned(n, `P${n - 1}`)),
  'refunds of payments elsewhere': (n) => returned(n, `X${n}`),
  'lines of payments': (n) => settled(n),
  'lines of one payment': (n) => settled(n, { payment: 'P0' }),
  'lines and fee lines': (n) => (n % 2 === 1 ? settled(n) : settled(n, { line_type: 'fee', payment: `P${n + 1}` })),
  'claw-backs without an id of their own': (n) =>
    n === 0 ? large() : settled(n, { line_type: 'refund', payment: 'P0', gross: '-1.00' }),
  'refunds, and claw-backs without an id of their own': (n) => {
    if (n === 0) return large();
    return n % 2 === 0 ? returned(n, 'P0') : settled(n, { line_type: 'refund', payment: 'P0', gross: `-1.0${n % 10}` });
  },
  'payments that nobody signed': (n) => paid(n, { hint: true }),
  'payments, and what nobody signed of two of them': (n) =>
    n % 2 === 0 ? paid(n) : paid(n, { hint: true, payment: `P${n - 1}`, request_id: `P${(n * 7) % (n + 1)}` }),
  'reports without a reference, of ids of several series': (n) =>
    paid(n, { payment: 'P0', series: { provider_transaction_id: `series-${n % 2}` } }),
  'statuses of one order': (n) =>
    order({ status: n % 2 === 0 ? 'cancelled' : 'awaiting_payment', status_at: START + n * 1000 }),
};

/** The time of the last of so many facts. */
export function endOf(count: number): number {
  return START + count * 1000;
}

export const HOT_KEY = 'TILL-1';
/** Where facts without a reference lie: here those with ids of series. */
const HOT_IDENTITY = '?mfs-africa:P0';

/** Facts number `from` up to `to` as one batch at these offsets. */
export function hotBatch(claimOf: (n: number) => Claim, from: number, to: number): Batch {
  const builder = new BatchBuilder();
  for (let n = from; n < to; n++) builder.addFact(factOf(claimOf(n)));
  const { payload } = builder.take();
  return { topic: 'callbacks.v1', partition: 0, from: BigInt(from), to: BigInt(to), source: 1, payload };
}

function factOf(claim: Claim): Fact {
  const hasSeries = claim.body.type === 'PaymentObserved' && claim.body.series !== undefined;
  const transaction_reference = hasSeries ? HOT_IDENTITY : HOT_KEY;
  const envelope = { transaction_reference, received_at: START, raw: '1/1' };
  return { ...claim, ...envelope, report: null, line: null, payout: null };
}
