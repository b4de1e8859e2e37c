// What the bodies of an account may say as a shop, whichever provider reads them.
import { expect, test } from 'vitest';
import type { Fact } from '../../../src/domain/fact.ts';
import type { BodyReading } from '../../../src/producers/bodies/body.ts';
import { placesOrder, readersWithin, type ShopTerms, withoutTaken } from '../../../src/producers/bodies/shop-bodies.ts';
import { order, paid } from '../../service/ledger/given-live-ledger.ts';

const ALL_OF_A: ShopTerms = { merchants: ['shop-a'], merchant: 'shop-a', reservations: () => undefined };
const BODY = { text: '', header: () => null, about: {}, readAt: 0, raw: 'x1' };
const of = (merchant: string, reference = 'A-1') => order(reference, { merchant });
const reading = (...facts: Fact[]): BodyReading => ({ facts, rejects: [], ignored: [], unread: null });
const readWithin = (terms: Partial<ShopTerms>, ...facts: Fact[]) =>
  readersWithin({ webhook: () => reading(...facts) }, { ...ALL_OF_A, ...terms }).webhook!(BODY);

test.each([
  ['of the account', {}, of('shop-a'), []],
  ['of another merchant', {}, of('shop-b'), ['HESABU_FIELD_INVALID']],
  ['of one of several', { merchants: ['shop-a', 'shop-b'] }, of('shop-b'), []],
  ['of any, where the account takes all', { merchants: ['*'] }, of('shop-b'), []],
  ['of the account by its name', { merchants: ['shop-a', 'shop-b'], merchant: 'main' }, of('main'), []],
  [
    'under a reserved reference',
    { reservations: () => ({ 'shop-b': { prefix: 'A-' } }) },
    of('shop-a'),
    ['HESABU_REFERENCE_RESERVED'],
  ],
  [
    'without its own prefix',
    { reservations: () => ({ 'shop-a': { prefix: 'B-' } }) },
    of('shop-a'),
    ['HESABU_REFERENCE_RESERVED'],
  ],
  ['with its own prefix', { reservations: () => ({ 'shop-a': { prefix: 'A-' } }) }, of('shop-a'), []],
] as const)('an order %s', (_what, terms, fact, codes) => {
  const { facts, rejects } = readWithin(terms, fact);
  expect([facts, rejects.map(({ code }) => code)]).toEqual([codes.length === 0 ? [fact] : [], codes]);
});

test('a status and a refund in the name of another merchant are rejected, and what is beside them stays', () => {
  const of = (type: 'OrderStatusChanged' | 'RefundRequested') => ({
    ...order('A-1'),
    merchant: 'shop-b',
    body: { type },
  });
  const [status, refund, payment] = [of('OrderStatusChanged'), of('RefundRequested'), paid('A-1')];
  const { facts, rejects } = readWithin({}, status as Fact, payment, refund as Fact);
  expect([facts, rejects.map(({ field }) => field)]).toEqual([[payment], ['merchant', 'merchant']]);
});

test('an order under a reference that another merchant has is rejected', async () => {
  const isTaken = async (reference: string, merchant: string) => reference === 'A-1' && merchant !== 'shop-b';
  const [taken, mine, other, payment] = [of('shop-a'), of('shop-b'), of('shop-a', 'A-2'), paid('A-1')];
  const known = { isTaken, holdersOf: async () => [] };
  const { facts, rejects } = await withoutTaken(reading(taken, mine, other, payment), known, ['shop-a', 'shop-b']);
  expect([facts, rejects.map(({ code }) => code)]).toEqual([[mine, other, payment], ['HESABU_ORDER_EXISTS']]);
  expect([placesOrder(reading(mine)), placesOrder(reading(payment))]).toEqual([true, false]);
});

test.each([
  ['of its own', ['shop-a'], ['shop-a'], 1],
  ['of nobody', ['shop-a'], [], 1],
  ['of a merchant of the account', ['plaza', 'shop-a'], ['plaza'], 1],
  ['of anybody, where the account takes all', ['*'], ['shop-b'], 1],
  ['of another merchant', ['shop-a'], ['shop-b'], 0],
  ['of its own and another merchant', ['shop-a'], ['shop-a', 'shop-b'], 0],
])('a part of a whole %s', async (_what, merchants, holders, taken) => {
  const part = { ...order('A-1', { merchant: 'shop-a' }) };
  const fact = { ...part, body: { ...part.body, parent: 'W-1' } } as Fact;
  const known = { isTaken: async () => false, holdersOf: async (whole: string) => (whole === 'W-1' ? holders : []) };
  const { facts, rejects } = await withoutTaken(reading(fact), known, merchants);
  expect([facts.length, rejects.map(({ field }) => field)]).toEqual([taken, taken === 1 ? [] : ['parent']]);
});
