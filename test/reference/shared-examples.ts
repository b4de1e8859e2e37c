// Random payments that are claimed under several references, some of which have an order.

import fc from 'fast-check';
import type { Claim } from '../../src/domain/fact.ts';
import { callback, line, order, refund, refundLine, t } from '../matching/given.ts';

export interface SharingExample {
  readonly references: ReadonlyMap<string, readonly Claim[]>;
}

const amounts = fc.constantFrom('1000.00', '1000.00', '600.00', '400.00', '999.99');

/** What one reference says of the payment P1. */
const sides = fc.record({
  order: fc.option(
    fc.record({ amount: amounts, status: fc.constantFrom('awaiting_payment' as const, 'paid' as const) }),
  ),
  word: fc.option(
    fc.record({
      via: fc.constantFrom('callback' as const, 'poll' as const),
      status: fc.constantFrom('succeeded' as const, 'succeeded' as const, 'pending' as const, 'failed' as const),
      at: fc.constantFrom(t('2 08:05'), t('2 08:20'), t('2 09:00')),
      operator_transaction_id: fc.constantFrom(null, null, 'O1'),
      isHint: fc.constantFrom(false, false, false, true),
    }),
    { freq: 3 },
  ),
  line: fc.option(amounts),
  refund: fc.option(fc.constantFrom('300.00', '1000.00'), { freq: 1 }),
});

type Side = typeof sides extends fc.Arbitrary<infer Value> ? Value : never;

function claimsOf(reference: string, side: Side): Claim[] {
  const id = (kind: string) => `${reference}-${kind}`;
  return [
    ...(side.order === null ? [] : [order({ id: `order:${reference}`, ...side.order })]),
    ...(side.word === null ? [] : [said(id('word'), side.word)]),
    ...(side.line === null ? [] : [line({ id: id('line'), gross: side.line })]),
    ...(side.refund === null
      ? []
      : [
          refund({ id: id('refund'), payment: id('R'), amount: side.refund }),
          refundLine({ id: id('taken'), payment: id('R'), gross: `-${side.refund}` }),
        ]),
  ];
}

/** An answer to a poll is always the provider's own. */
function said(id: string, { isHint, ...word }: NonNullable<Side['word']>): Claim {
  return callback({ id, amount: '1000.00', ...word, ...(isHint && word.via === 'callback' ? { hint: true } : {}) });
}

export const sharingExamples: fc.Arbitrary<SharingExample> = fc.tuple(sides, sides, fc.option(sides)).map((all) => {
  const some = all.flatMap((side, at) => (side === null ? [] : [[`REF-${at + 1}`, side] as const]));
  return { references: new Map(some.map(([reference, side]) => [reference, claimsOf(reference, side)])) };
});
