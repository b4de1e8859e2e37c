// Callbacks that nobody signed, sent by somebody who knows ids of an order's payments: they bring no money and hide
// none, in whatever order they come, and take none to an unpaid order.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Claim, PaymentKind, PaymentStatus, SourceBody } from '../../src/domain/fact.ts';
import { identityOf } from '../../src/domain/payment-ids.ts';
import { assess } from '../../src/matching/assess.ts';
import { callback, line, order, poll, refundLine } from '../matching/given.ts';
import { comings, END, type Keyed, rulesOf, run } from './world.ts';

const RULES = rulesOf({});
const SAMPLE = Number(process.env.HESABU_TEST_FORGERIES ?? 8);

const at = (key: string, ...claims: Claim<SourceBody>[]): Keyed[] => claims.map((claim) => ({ key, claim }));
const orderOf = (reference: string, amount: string) => order({ id: `order:${reference}`, amount });
const asked = (request_id: string, status: PaymentStatus) =>
  poll({ payment: null, request_id, status, amount: null, id: `asked-${request_id}` });

/** What is true of two orders, as signed callbacks, polls and lines tell it. */
const TRUTHS: Readonly<Record<string, readonly Keyed[]>> = {
  'one paid, the other unpaid': [
    ...at('A', orderOf('A', '1000.00'), poll(), line()),
    ...at('B', orderOf('B', '1000.00')),
  ],
  'one paid twice, the other unpaid': [
    ...at('A', orderOf('A', '1000.00'), poll(), line(), poll({ payment: 'P2' }), line({ payment: 'P2', id: 'l2' })),
    ...at('B', orderOf('B', '1000.00')),
  ],
  'one paid and given back in two parts, the other unpaid': [
    ...at('A', orderOf('A', '1000.00'), poll(), line()),
    ...at('A', refundLine({ payment: 'P2', gross: '-400.00', id: 'r2' })),
    ...at('A', refundLine({ payment: 'P3', gross: '-400.00', id: 'r3' })),
    ...at('B', orderOf('B', '1000.00')),
  ],
  'requests whose receipts came under the orders': [
    ...at('A', orderOf('A', '1000.00'), asked('w1', 'succeeded'), line()),
    ...at('B', orderOf('B', '1000.00'), asked('w2', 'failed')),
  ],
  'a request whose receipt names no order': [
    ...at('A', orderOf('A', '1000.00'), asked('w1', 'succeeded')),
    ...at('?mfs-africa:P1', line(), callback({ hint: true, request_id: 'w1', id: 'true' })),
    ...at('B', orderOf('B', '1000.00')),
  ],
};

/** Ids of payments that are known, and one that is not. A stranger does not know the ids of requests. */
const ids = fc.constantFrom('P1', 'P2', 'P3', 'X', null);
const forgeries: fc.Arbitrary<Keyed[]> = fc
  .array(
    fc.record({
      key: fc.constantFrom('A', 'B', null),
      provider: ids,
      operator: ids,
      request: fc.constantFrom('X', 'P2', null),
      original: ids,
      kind: fc.constantFrom<PaymentKind>('payment', 'payment', 'payment', 'refund', 'chargeback'),
      status: fc.constantFrom<PaymentStatus>('succeeded', 'succeeded', 'failed', 'pending', 'refunded'),
      amount: fc.constantFrom('1.00', '700.00', '1000.00'),
    }),
    { minLength: 1, maxLength: 4 },
  )
  .map((all) =>
    all.flatMap(({ key, provider, operator, request, original, kind, status, amount }, nth) => {
      const claim = callback({
        ...{ hint: true, id: `forged-${nth}`, kind, status, amount, payment: provider, original },
        ...{ operator_transaction_id: operator, request_id: request },
      });
      const place = key ?? identityOf('mfs-africa', claim.body, kind === 'payment' ? 'payment' : 'return');
      return place === undefined ? [] : [{ key: place, claim }];
    }),
  );

/** Money and breaks. That nobody answered for a callback, or that a payment is of another order, may be told. */
async function outcomeOf(facts: readonly Keyed[], coming: Parameters<typeof run>[1]): Promise<string[]> {
  const { group } = await run(facts, coming, RULES);
  return ['A', 'B'].map((key) => {
    const [state] = group.tasks.flatMap((task) => {
      const slot = task.table.keys.find(key);
      return slot === undefined ? [] : [task.stateAt(slot)];
    });
    const { money, findings } = assess(state!, RULES, END);
    const reasons = findings.map(({ reason, subject }) => `${reason} ${subject}`.trim());
    const told = reasons
      .filter((reason) => !/^null|^PAYMENT_INCONCLUSIVE|^PAYMENT_SHARED|^ORDER_EXPIRED/.test(reason))
      .sort();
    return [key, ...money.map(({ received, returned }) => `${received} ${returned}`), ...told].join(' ');
  });
}

for (const [name, truth] of Object.entries(TRUTHS)) {
  test(`of two orders, ${name}: ${SAMPLE} forgeries`, async () => {
    const known = await outcomeOf(truth, { partitions: 1, pieces: 1, batch: 7 });
    await fc.assert(
      fc.asyncProperty(
        forgeries.chain((forged) =>
          fc.shuffledSubarray([...truth, ...forged], { minLength: truth.length + forged.length }),
        ),
        comings,
        async (facts, coming) => {
          expect(await outcomeOf(facts, coming)).toEqual(known);
        },
      ),
      { numRuns: SAMPLE },
    );
  }, 600_000);
}

test('the keys that they name come to an end of what they tell each other', async () => {
  const forged = (id: string, parts: Parameters<typeof callback>[0]) => callback({ hint: true, id, ...parts });
  const facts = [
    ...at('A', line(), orderOf('A', '1000.00'), forged('h1', { request_id: 'P2' })),
    ...at(
      '?mfs-africa:P2',
      forged('h2', { kind: 'refund', payment: 'P2', operator_transaction_id: 'P3', original: 'P3' }),
    ),
    ...at('B', forged('h3', { operator_transaction_id: 'P3', original: 'P2' })),
    ...at('A', asked('w1', 'succeeded')),
  ];
  const [a] = await outcomeOf([...facts, ...at('B', orderOf('B', '1000.00'))], { partitions: 1, pieces: 5, batch: 1 });
  expect(a).toBe('A 100000 0');
});
