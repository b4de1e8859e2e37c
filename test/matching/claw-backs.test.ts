// The claw-back lines that settlement owes for money that went back: when they are due, and what they take.

import { describe, expect, it } from 'vitest';
import { callback, given, line, order, poll, refund, refundLine, t } from './given.ts';

const later = t('20 00:00');
const both = { payment: 'matched', settlement: 'matched' } as const;
const open = { payment: 'matched', settlement: 'unmatched' } as const;
const waiting = { payment: 'matched', settlement: 'pending' } as const;
const part = refund({ amount: '300.00' });

describe('REVERSAL_NOT_SETTLED: the claw-back that is due', () => {
  const due = { reason: 'REVERSAL_NOT_SETTLED', stage: 'settlement', kind: 'reversal' } as const;

  it('holds settlement.days after the later of return and line, here the line', () => {
    given(order(), callback(), line(), part)
      .at(t('4 15:59:59.999'))
      .shows({ ...waiting, next: t('4 16:00') });
    given(order(), callback(), line(), part)
      .at(t('4 16:00'))
      .shows({
        ...open,
        found: [{ ...due, expected: '300.00', currency: 'KES', opened_at: t('4 16:00') }],
        next: null,
      });
  });

  it('holds settlement.days after the later of return and line, here the return', () => {
    const friday = refund({ at: t('6 08:00') });
    given(order(), callback(), line(), friday)
      .at(t('9 15:59:59.999'))
      .shows({ ...waiting, next: t('9 16:00') });
    given(order(), callback(), line(), friday)
      .at(t('9 16:00'))
      .shows({ ...open, found: [due] });
  });

  it('counts from when the money went back, and not from when that was asked for', () => {
    const asked = refund({ status: 'pending', amount: '300.00' });
    const done = refund({ amount: '300.00', at: t('5 09:00') });
    given(order(), callback(), line(), asked, done)
      .at(t('6 15:59:59.999'))
      .shows({ ...waiting, next: t('6 16:00') });
    given(order(), callback(), line(), asked, done)
      .at(t('6 16:00'))
      .shows({ ...open, found: [due] });
  });

  it('does not hold where a claw-back is there, nor where the payment was never settled', () => {
    given(order(), callback(), line(), part, refundLine({ gross: '-300.00' }))
      .at(later)
      .shows(both);
    given(order(), callback(), part).at(t('3 15:59')).shows(waiting);
  });

  it('holds of one of two returns', () => {
    const second = refund({ payment: 'R2', amount: '200.00' });
    given(order(), callback(), line(), part, second, refundLine({ gross: '-300.00' }))
      .at(later)
      .shows({
        ...open,
        found: [{ ...due, expected: '200.00' }],
      });
  });

  it('does not hold of a return that no claw-back can be due for, having no time', () => {
    given(order(), callback(), line(), refund({ at: null, amount: '300.00' }))
      .at(later)
      .shows({
        ...waiting,
        next: null,
      });
  });
});

describe('a claw-back', () => {
  const returned = [order(), callback(), line(), part] as const;

  it('that is dated after its due day is SETTLEMENT_LATE', () => {
    given(...returned, refundLine({ gross: '-300.00', settlement_date: '2026-03-05' }))
      .at(later)
      .shows({
        ...both,
        found: [{ reason: 'SETTLEMENT_LATE', expected: '2026-03-04', observed: '2026-03-05', opened_at: t('4 16:00') }],
      });
    given(...returned, refundLine({ gross: '-300.00', settlement_date: '2026-03-04' }))
      .at(later)
      .shows(both);
    given(...returned, refundLine({ gross: '-300.00', settlement_date: '2026-03-02' }))
      .at(later)
      .shows(both);
  });

  it('that is different is SETTLEMENT_AMOUNT, expecting what was returned', () => {
    given(...returned, refundLine({ gross: '-299.99' }))
      .at(later)
      .shows({
        ...open,
        found: [
          {
            reason: 'SETTLEMENT_AMOUNT',
            expected: '300.00',
            observed: '299.99',
            difference: '-0.01',
            opened_at: t('3 16:00'),
          },
        ],
      });
    given(...returned, refundLine({ gross: '-300.01' }))
      .at(later)
      .shows({ ...open, found: ['SETTLEMENT_AMOUNT'] });
  });

  it('that is different is so since the payment itself was settled', () => {
    given(order(), callback(), part, line({ settlement_date: '2026-03-05' }), refundLine({ gross: '-299.99' }))
      .at(later)
      .shows({ ...open, found: ['SETTLEMENT_LATE', { reason: 'SETTLEMENT_AMOUNT', opened_at: t('4 16:00') }] });
  });

  it('may differ by the tolerance', () => {
    const rules = { tolerance: { KES: '0.50' } };
    given(...returned, refundLine({ gross: '-300.50' }))
      .at(later, rules)
      .shows(both);
    given(...returned, refundLine({ gross: '-299.50' }))
      .at(later, rules)
      .shows(both);
    given(...returned, refundLine({ gross: '-299.49' }))
      .at(later, rules)
      .shows({
        ...open,
        found: ['SETTLEMENT_AMOUNT'],
      });
  });

  it('may come in parts', () => {
    given(...returned, refundLine({ gross: '-100.00' }), refundLine({ id: 'L9', gross: '-200.00' }))
      .at(later)
      .shows(both);
  });

  it('without any other word of it is the return itself', () => {
    const { assessment, shows } = given(order(), callback(), line(), refundLine({ gross: '-300.00' })).at(later);
    shows(both);
    expect(assessment.money).toEqual([{ currency: 'KES', received: 100000n, returned: 30000n }]);
  });

  it('serves a return that is told by the status alone', () => {
    given(order(), callback(), line(), poll({ status: 'refunded', at: t('2 09:00') }), refundLine())
      .at(later)
      .shows(both);
    given(order(), callback(), line(), poll({ status: 'refunded', at: t('2 09:00') }))
      .at(later)
      .shows({
        ...open,
        found: [{ reason: 'REVERSAL_NOT_SETTLED', expected: '1000.00', opened_at: t('4 16:00') }],
      });
  });

  it('that is different is told apart from a payment line that is different too', () => {
    const reporting = callback({ status: 'reversed', amount: '999.99' });
    const { assessment, shows } = given(order(), reporting, line(), refundLine()).at(later);
    shows({ ...open, found: ['SETTLEMENT_AMOUNT', 'SETTLEMENT_AMOUNT'] });
    const subjects = assessment.findings
      .filter(({ reason }) => reason === 'SETTLEMENT_AMOUNT')
      .map(({ subject }) => subject);
    expect(new Set(subjects).size).toBe(2);
  });
});
