// A link while it is made: amounts as people type them, what is left of the money to the last digit, and why an order
// or the whole link is refused before it is sent.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { difference, isSame, total } from '../../desk/state/amount.ts';
import {
  type FoundOrder,
  firstAmount,
  type LinkMoney,
  type LinkOrder,
  leftOf,
  linkFault,
  linkTargets,
  orderFault,
  outcomeOf,
  readTyped,
} from '../../desk/state/link-draft.ts';

const MONEY: LinkMoney = { key: 'a-1', amount: '300.00', currency: 'KES' };

const found = (reference: string, more: Partial<FoundOrder> = {}): FoundOrder => ({
  ...{ reference, merchant: 'shop-1', currency: 'KES', amount: '300.00', paid: '0.00' },
  ...more,
});
const typed = (reference: string, text: string, more: Partial<FoundOrder> = {}): LinkOrder => ({
  ...found(reference, more),
  typed: text,
});

describe('an amount that is typed', () => {
  test.each([
    ['300', 2, '300.00'],
    ['1,300.5', 2, '1300.50'],
    ['0007.10', 2, '7.10'],
    ['１２．５０', 2, '12.50'],
    [' 1500 ', 0, '1500'],
    ['1500.000', 0, '1500'],
    ['0.5', 3, '0.500'],
    ['0.00', 2, null],
    ['', 2, null],
    ['-3', 2, null],
    ['1e3', 2, null],
    ['12,50', 2, null],
    ['1.005', 2, null],
    ['0.5', 0, null],
    ['1234567890123456', 2, null],
  ])('%j with %i decimals reads %s', (text, places, read) => {
    expect(readTyped(text, places)).toBe(read);
  });
});

test('what is left and what is shared out are the money exactly, however the amounts are cut', () => {
  const cents = fc.array(fc.bigInt({ min: 1n, max: 10n ** 13n }), { minLength: 1, maxLength: 8 });
  const text = (minor: bigint) => `${minor / 100n}.${`${minor % 100n}`.padStart(2, '0')}`;
  fc.assert(
    fc.property(cents, fc.bigInt({ min: 0n, max: 10n ** 13n }), (shares, rest) => {
      const money = { ...MONEY, amount: text(shares.reduce((sum, one) => sum + one, rest)) };
      const orders = shares.map((share, at) => typed(`A-${at}`, text(share)));
      expect(leftOf(money, orders)).toBe(text(rest));
      expect(linkFault(money, orders)).toEqual(rest === 0n ? null : { kind: 'left' });
      const sum = total(linkTargets(money, orders).map(({ amount }) => amount));
      expect(isSame(difference(money.amount, sum), leftOf(money, orders))).toBe(true);
    }),
  );
});

test('an order that is added gets what it still needs, as far as there is money', () => {
  expect([
    firstAmount(found('A-1'), '300.00'),
    firstAmount(found('A-1', { amount: '120.00' }), '300.00'),
    firstAmount(found('A-1', { amount: '500.00' }), '300.00'),
    firstAmount(found('A-1', { amount: '500.00', paid: '450.00' }), '300.00'),
    firstAmount(found('A-1', { paid: '300.00' }), '300.00'),
    firstAmount(found('A-1'), '0.00'),
    firstAmount(found('A-1'), '-20.00'),
  ]).toEqual(['300.00', '120.00', '300.00', '50.00', '300.00', '', '']);
});

test('an order says what it comes to with the amount', () => {
  expect([
    outcomeOf(typed('A-1', '300'), 2),
    outcomeOf(typed('A-1', '280'), 2),
    outcomeOf(typed('A-1', '40', { paid: '280.00' }), 2),
    outcomeOf(typed('A-1', 'x'), 2),
  ]).toEqual([{ kind: 'full', by: '0.00' }, { kind: 'short', by: '20.00' }, { kind: 'over', by: '20.00' }, null]);
});

describe('an order', () => {
  const all = () => true;
  test.each([
    [found('a-1'), [], { kind: 'own' }],
    [found('A-1'), [found('A-1')], { kind: 'twice' }],
    [found('A-1'), Array.from({ length: 50 }, (_, at) => found(`B-${at}`)), { kind: 'many' }],
    [found('A-1', { currency: 'UGX' }), [], { kind: 'currency', found: 'UGX' }],
    [found('A-1'), Array.from({ length: 49 }, (_, at) => found(`B-${at}`)), null],
  ])('is taken or refused by what it is: case %#', (order, orders, fault) => {
    expect(orderFault(order, orders, MONEY, all)).toEqual(fault);
  });

  test('of a merchant for whom one has no role is refused', () => {
    const mine = (merchant: string) => merchant === 'shop-1';
    expect(orderFault(found('A-1'), [], MONEY, mine)).toBeNull();
    expect(orderFault(found('T-1', { merchant: 'shop-2' }), [], MONEY, mine)).toEqual({
      ...{ kind: 'merchant', found: 'shop-2' },
    });
  });
});

test('a link is sent only with orders whose amounts are read, and come to all of the money', () => {
  expect([
    linkFault(MONEY, []),
    linkFault(MONEY, [typed('A-1', '300'), typed('A-2', '')]),
    linkFault(MONEY, [typed('A-1', '299.99')]),
    linkFault(MONEY, [typed('A-1', '300.01')]),
    linkFault(MONEY, [typed('A-1', '100'), typed('A-2', '2,00')]),
    linkFault(MONEY, [typed('A-1', '100'), typed('A-2', '200.00')]),
  ]).toEqual([
    { kind: 'none' },
    { kind: 'amount', reference: 'A-2' },
    { kind: 'left' },
    { kind: 'left' },
    { kind: 'amount', reference: 'A-2' },
    null,
  ]);
});
