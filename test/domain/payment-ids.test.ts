// The ids of a payment or return: which there are, in which order they speak, and what is derived from them.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PaymentIds } from '../../src/domain/fact.ts';
import { identityKey } from '../../src/domain/key.ts';
import { allIds, identityOf, idsIn, ownIds } from '../../src/domain/payment-ids.ts';
import { callback, givenBy, line, order } from '../matching/given.ts';

const id = fc.constantFrom('A', 'B', 'C', null);
const ids: fc.Arbitrary<PaymentIds> = fc.record({
  provider_transaction_id: id,
  request_id: id,
  operator_transaction_id: id,
  original_transaction_id: id,
});

describe('the ids of a payment or return', () => {
  test('are its own in the order in which they speak, each once, and then the original', () => {
    fc.assert(
      fc.property(ids, (of) => {
        const own = [of.provider_transaction_id, of.request_id, of.operator_transaction_id];
        const distinct = (list: readonly (string | null)[]) => [...new Set(list.filter((one) => one !== null))];
        expect(ownIds(of)).toEqual(distinct(own));
        expect(allIds(of)).toEqual(distinct([...own, of.original_transaction_id]));
      }),
    );
  });

  test('give the identity of what came without a reference', () => {
    fc.assert(
      fc.property(ids, (of) => {
        const { provider_transaction_id, request_id, operator_transaction_id, original_transaction_id } = of;
        const own = provider_transaction_id ?? request_id ?? operator_transaction_id;
        const identity = (one: string | null) => (one === null ? undefined : identityKey('p', one));
        expect(identityOf('p', of, 'payment')).toBe(identity(own));
        expect(identityOf('p', of, 'return')).toBe(identity(own ?? original_transaction_id));
      }),
    );
  });
});

describe('a claim', () => {
  test('names the ids of what it is about', () => {
    const refund = callback({ kind: 'refund', payment: 'R1', original: 'P1', operator_transaction_id: 'O1' });
    expect(idsIn(refund.body)).toEqual(['R1', 'O1', 'P1']);
    expect(idsIn(line({ payment: 'P1' }).body)).toEqual(['P1']);
  });

  test('that is an order, or was told by another key, names none', () => {
    expect([...idsIn(order().body), ...idsIn(givenBy('R-2', callback()).body)]).toEqual([]);
  });
});
