// Callbacks that nobody signed connect ids: a request with its receipt, and never two payments that others tell apart.

import { describe, expect, it } from 'vitest';
import type { PaymentStatus } from '../../src/domain/fact.ts';
import { assess, readMatchGroup } from '../../src/matching/assess.ts';
import { compileRules, parseRules } from '../../src/matching/rules.ts';
import { callback, fold, given, line, type ObservedGiven, order, poll, refund, refundLine, t } from './given.ts';

const RULES = compileRules(parseRules({}));
const hint = (parts: ObservedGiven = {}) => callback({ hint: true, id: 'hint', ...parts });
const late = t('9 00:00');

describe('a callback that nobody signed', () => {
  it('hides no payment in another one, by whatever ids it connects them', () => {
    const twice = [order(), poll(), line(), poll({ payment: 'P2' }), line({ payment: 'P2' })];
    const forged = [
      hint({ operator_transaction_id: 'P2' }),
      hint({ id: 'alias', payment: null, aliases: { first: 'P1', second: 'P2' } }),
    ];
    const chain = [
      hint({ id: 'one', operator_transaction_id: 'X' }),
      hint({ id: 'two', payment: 'P2', operator_transaction_id: 'X' }),
    ];
    for (const hints of [forged, chain, [...forged, ...chain]]) {
      given(...twice, ...hints)
        .at(late)
        .shows({ payment: 'unmatched', settlement: 'matched', found: ['DUPLICATE_PAYMENT'] });
    }
  });

  it('connects nothing where two of them contradict each other about a receipt', () => {
    const asked = (request_id: string, status: PaymentStatus) =>
      poll({ status, payment: null, request_id, amount: null, id: request_id });
    const bound = (request_id: string) => hint({ request_id, id: `bound-${request_id}` });
    const state = fold([
      order(),
      asked('ws_1', 'succeeded'),
      asked('ws_2', 'failed'),
      bound('ws_1'),
      bound('ws_2'),
      line(),
    ]);
    expect(
      readMatchGroup(state, RULES, late)
        .payments.map(({ succeeded }) => succeeded)
        .sort(),
    ).toEqual([false, true]);
    expect(assess(state, RULES, late).money).toEqual([{ currency: 'KES', received: 100000n, returned: 0n }]);
  });

  it('connects ids of two series, since those are of two kinds', () => {
    const row = line({ payment: '77', series: { provider_transaction_id: 'transaction' } });
    const both = hint({ aliases: { transaction: '77' }, series: { transaction: 'transaction' } });
    expect(readMatchGroup(fold([order(), poll(), both, row]), RULES, late).payments).toHaveLength(1);
  });

  it('keeps a paid request from its receipt by no request that nobody knows', () => {
    const paid = poll({ payment: null, request_id: 'ws_CO_1', amount: null });
    given(order(), paid, line(), hint({ request_id: 'ws_CO_X' }))
      .at(late)
      .shows({ payment: 'matched', settlement: 'matched' });
  });

  it('names a payment only where nothing else does', () => {
    const state = fold([order(), poll({ payment: 'P2' }), hint({ operator_transaction_id: 'P2' })]);
    expect(readMatchGroup(state, RULES, late).payments.map(({ name }) => name)).toEqual(['P2']);
  });

  it('hides no other return', () => {
    const parts = [refundLine({ gross: '-400.00' }), refundLine({ payment: 'R2', gross: '-400.00' })];
    const forged = refund({ hint: true, operator_transaction_id: 'R2' });
    expect(given(order(), callback(), line(), ...parts, forged).at(late).assessment.money).toEqual([
      { currency: 'KES', received: 100000n, returned: 80000n },
    ]);
  });
});
