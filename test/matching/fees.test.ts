// Fees against their schedules: the formula and its rounding, which schedule fits, who bears it, where the fee is told.

import { describe, it } from 'vitest';
import { callback, given, line, order, poll, refundLine, t } from './given.ts';
import { both, feeIs, later, open, rulesOf, settled } from './given-fees.ts';

describe('FEE_VARIANCE: the fee differs from the schedule', () => {
  it('holds for one minor unit where no tolerance is given', () => {
    settled('1000.00', '15.00')
      .at(later, rulesOf({ percent: '1.5' }))
      .shows(both);
    settled('1000.00', '15.01')
      .at(later, rulesOf({ percent: '1.5' }))
      .shows({
        ...open,
        found: [
          {
            reason: 'FEE_VARIANCE',
            stage: 'settlement',
            kind: 'unmatched',
            expected: '15.00',
            observed: '15.01',
            difference: '0.01',
            currency: 'KES',
            opened_at: t('2 16:00'),
          },
        ],
      });
  });

  it('does not hold at the tolerance, and holds beyond it', () => {
    const rules = rulesOf({ percent: '1.5', tolerance: '0.01' });
    settled('1000.00', '15.01').at(later, rules).shows(both);
    settled('1000.00', '14.99').at(later, rules).shows(both);
    settled('1000.00', '15.02')
      .at(later, rules)
      .shows({ ...open, found: [{ reason: 'FEE_VARIANCE' }] });
    settled('1000.00', '14.98')
      .at(later, rules)
      .shows({
        ...open,
        found: [{ reason: 'FEE_VARIANCE', difference: '-0.02' }],
      });
  });

  it('holds of a fee of 0, which is not an absent one', () => {
    settled('1000.00', '0')
      .at(later, rulesOf({ percent: '1.5' }))
      .shows({
        ...open,
        found: [{ reason: 'FEE_VARIANCE', expected: '15.00', observed: '0.00', difference: '-15.00' }],
      });
  });

  it('is not looked for without a schedule, nor of a payment without a line', () => {
    settled('1000.00', '99.00').at(later).shows(both);
    settled('1000.00', '99.00')
      .at(later, rulesOf({ currency: 'GHS', percent: '1' }))
      .shows(both);
    settled('1000.00', '99.00')
      .at(later, rulesOf({ provider: 'paystack', percent: '1' }))
      .shows(both);
    given(order(), callback({ fee: '99.00' }))
      .at(t('3 15:00'), rulesOf({ percent: '1.5' }))
      .shows({
        payment: 'matched',
        settlement: 'pending',
      });
  });

  it("goes by the line's word only", () => {
    given(order(), callback({ fee: '99.00' }), poll({ fee: '98.00' }), line({ fee: '15.00' }))
      .at(later, rulesOf({ percent: '1.5' }))
      .shows(both);
  });

  it('is not looked for on lines of money that goes back', () => {
    given(order(), callback(), line({ fee: '15.00' }), refundLine({ fee: '7.00' }))
      .at(later, rulesOf({ percent: '1.5' }))
      .shows(both);
  });
});

describe('FEE_MISSING: no fee where the schedule expects one', () => {
  it('holds of an empty cell', () => {
    settled('1000.00', null)
      .at(later, rulesOf({ percent: '1.5' }))
      .shows({
        ...open,
        found: [
          { reason: 'FEE_MISSING', stage: 'settlement', expected: '15.00', currency: 'KES', opened_at: t('2 16:00') },
        ],
      });
  });

  it('does not hold without a schedule, even where a callback told a fee', () => {
    given(order(), callback({ fee: '15.00' }), line())
      .at(later)
      .shows(both);
  });

  it('holds though a callback told the fee', () => {
    given(order(), callback({ fee: '15.00' }), line())
      .at(later, rulesOf({ percent: '1.5' }))
      .shows({
        ...open,
        found: ['FEE_MISSING'],
      });
  });
});

describe('a fee line', () => {
  const rules = rulesOf({ percent: '1.5' });

  it('that names the payment is its fee, as an absolute value', () => {
    const fee = line({ line_type: 'fee', payment: 'F1', original: 'P1', gross: '-15.00' });
    given(order(), callback(), line(), fee).at(later, rules).shows(both);
    const plus = line({ line_type: 'fee', payment: 'F1', original: 'P1', gross: '15.00' });
    given(order(), callback(), line(), plus).at(later, rules).shows(both);
    const wrong = line({ line_type: 'fee', payment: 'F1', original: 'P1', gross: '-16.00' });
    given(order(), callback(), line(), wrong)
      .at(later, rules)
      .shows({
        ...open,
        found: [{ reason: 'FEE_VARIANCE', expected: '15.00', observed: '16.00' }],
      });
  });

  it('names it by its transaction_id where it has no original', () => {
    const fee = line({ line_type: 'fee', gross: '-15.00' });
    given(order(), callback(), line(), fee).at(later, rules).shows(both);
  });

  it('of another payment leaves the fee missing', () => {
    const fee = line({ line_type: 'fee', payment: 'F1', original: 'P9', gross: '-15.00' });
    given(order(), callback(), line(), fee)
      .at(later, rules)
      .shows({ ...open, found: ['FEE_MISSING'] });
  });
});

describe('the formula', () => {
  it('is flat + percent of the gross', () => {
    feeIs('15.00', '1000.00', rulesOf({ percent: '1.5' }));
    feeIs('5.00', '1000.00', rulesOf({ flat: '5' }));
    feeIs('20.00', '1000.00', rulesOf({ percent: '1.5', flat: '5' }));
  });

  it('is kept between min and max, both inclusive', () => {
    const rules = rulesOf({ percent: '1.5', min: '5', max: '200' });
    feeIs('5.00', '100.00', rules);
    feeIs('5.01', '334.00', rules);
    feeIs('200.00', '20000.00', rules);
    feeIs('199.99', '13332.50', rules);
  });

  it('has VAT on top of what was clamped', () => {
    feeIs('17.40', '1000.00', rulesOf({ percent: '1.5', vat: '16' }));
    feeIs('232.00', '20000.00', rulesOf({ percent: '1.5', max: '200', vat: '16' }));
  });

  it('is rounded once, at the end', () => {
    // 1.50495 x 1.16 = 1.745742; rounded before the VAT it would be 1.74.
    feeIs('1.75', '100.33', rulesOf({ percent: '1.5', vat: '16' }));
  });

  it('is rounded half-up', () => {
    feeIs('0.01', '1.00', rulesOf({ percent: '0.5' }));
    feeIs('0.02', '3.00', rulesOf({ percent: '0.5' }));
    feeIs('0.00', '0.99', rulesOf({ percent: '0.5' }));
  });

  it("is rounded to the currency's exponent", () => {
    feeIs('15', '999', rulesOf({ currency: 'RWF', percent: '1.5' }), 'RWF');
    feeIs('0.151', '10.037', rulesOf({ currency: 'TND', percent: '1.5' }), 'TND');
  });
});

describe('a fee finer than the currency', () => {
  it('is compared after rounding half-up', () => {
    settled('1000.00', '15.0049')
      .at(later, rulesOf({ percent: '1.5' }))
      .shows(both);
    settled('1000.00', '15.005')
      .at(later, rulesOf({ percent: '1.5' }))
      .shows({
        ...open,
        found: [{ reason: 'FEE_VARIANCE', observed: '15.01', difference: '0.01' }],
      });
  });

  it('is rounded to whole francs', () => {
    const rules = rulesOf({ currency: 'RWF', percent: '1.5' });
    settled('1000', '14.50', 'RWF').at(later, rules).shows(both);
    settled('1000', '14.49', 'RWF')
      .at(later, rules)
      .shows({
        ...open,
        found: [{ reason: 'FEE_VARIANCE', expected: '15', observed: '14', difference: '-1' }],
      });
  });
});

describe('a fee borne by the payer', () => {
  const rules = rulesOf({ percent: '1.5', borne_by: 'payer' });

  it("is on top of the payment's amount in the line's gross", () => {
    given(order(), callback(), line({ gross: '1015.00', fee: '15.00' }))
      .at(later, rules)
      .shows(both);
    given(order(), callback(), line({ gross: '1000.00', fee: '15.00' }))
      .at(later, rules)
      .shows({
        ...open,
        found: [{ reason: 'SETTLEMENT_AMOUNT', expected: '1015.00', observed: '1000.00', difference: '-15.00' }],
      });
  });

  it('is the same of the payment, and not of the larger gross', () => {
    given(order(), callback(), line({ gross: '1015.00', fee: '15.23' }))
      .at(later, rules)
      .shows({
        ...open,
        found: [{ reason: 'FEE_VARIANCE', expected: '15.00', observed: '15.23' }],
      });
  });

  it('is taken off again where only the line tells of the payment', () => {
    given(order(), line({ gross: '1015.00', fee: '15.00' }))
      .at(later, rules)
      .shows(both);
  });

  it('is in the gross only when it is the payer who bears it', () => {
    given(order(), callback(), line({ gross: '1015.00', fee: '15.00' }))
      .at(later, rulesOf({ percent: '1.5', borne_by: 'merchant' }))
      .shows({ ...open, found: ['SETTLEMENT_AMOUNT'] });
  });
});
