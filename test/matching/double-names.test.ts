// A network that names a refund by one id in its callbacks and by another one in its answers: it is one refund, and so
// is each of two alike.

import { describe, expect, it } from 'vitest';
import type { Claim } from '../../src/domain/fact.ts';
import { callback, given, type ObservedGiven, order, refund, t } from './given.ts';

const soon = t('3 15:00');
const KES = 'KES';
/** A refund as callbacks tell it, by the reference of the order alone. */
const told = (payment: string, more: ObservedGiven = {}) =>
  refund({ payment, original: null, amount: '300.00', at: null, ...more });
/** A refund as a list has it, by the id of the payment. */
const listed = (payment: string, more: ObservedGiven = {}) =>
  refund({ payment, via: 'poll', amount: '300.00', at: t('2 09:10'), ...more });

function returnedOf(...claims: readonly Claim[]): bigint {
  const { money } = given(order(), callback(), ...claims).at(soon).assessment;
  return money.find(({ currency }) => currency === KES)!.returned;
}

describe('a refund that callbacks and answers name differently', () => {
  it('is given back once', () => {
    expect(returnedOf(told('RRN-1'), listed('9'))).toBe(30000n);
    expect(returnedOf(told('RRN-1', { amount: '1000.00' }), listed('9', { amount: '1000.00' }))).toBe(100000n);
  });

  it('is one of as many as either way tells of', () => {
    expect(returnedOf(told('RRN-1'), told('RRN-2'), listed('9'), listed('10'))).toBe(60000n);
    expect(returnedOf(told('RRN-1'), listed('9'), listed('10'))).toBe(60000n);
    expect(returnedOf(told('RRN-1'), told('RRN-2'), listed('9'))).toBe(60000n);
  });

  it.each<readonly [string, ObservedGiven, bigint]>([
    ['of another amount', { amount: '200.00' }, 50000n],
    ['of another kind', { kind: 'reversal' }, 60000n],
    ['of another payment', { original: 'P2' }, 30000n],
  ])('is another one than one %s', (_what, more, returned) => {
    expect(returnedOf(told('RRN-1'), listed('9', more))).toBe(returned);
  });

  it('that failed by the callback is not the one that succeeded by the answer', () => {
    const { assessment } = given(order(), callback(), told('RRN-1', { status: 'failed' }), listed('9')).at(soon);
    expect(assessment.money).toMatchObject([{ returned: 30000n }]);
  });
});

describe('two refunds of a network that names the payment alike everywhere', () => {
  it('are two, though callbacks tell of one and answers of the other', () => {
    expect(returnedOf(told('R1', { original: 'P1' }), listed('R2'))).toBe(60000n);
    expect(returnedOf(told('R1'), listed('R2', { original: null }))).toBe(60000n);
  });
});
