// Which of several fee schedules fits a payment: by what it narrows, its amount band, its validity, its place.

import { describe, it } from 'vitest';
import { callback, given, line, order, t } from './given.ts';
import { both, feeIs, later, open, rulesOf, settled } from './given-fees.ts';

describe('which schedule fits', () => {
  const general = { percent: '1.5' };

  it('is the most specific one, wherever it is listed', () => {
    const special = { percent: '1', operator: 'mpesa' };
    for (const rules of [rulesOf(general, special), rulesOf(special, general)]) {
      const paid = (fee: string, operator: string) =>
        given(order(), callback({ operator }), line({ fee })).at(later, rules);
      paid('10.00', 'mpesa').shows(both);
      paid('15.00', 'airtel').shows(both);
      paid('15.00', 'mpesa').shows({ ...open, found: [{ reason: 'FEE_VARIANCE', expected: '10.00' }] });
    }
  });

  it("goes by the order's country", () => {
    const rules = rulesOf({ percent: '1', country: 'KE' }, general);
    given(order({ country: 'KE' }), callback(), line({ fee: '10.00' }))
      .at(later, rules)
      .shows(both);
    given(order({ country: 'UG' }), callback(), line({ fee: '15.00' }))
      .at(later, rules)
      .shows(both);
    given(order(), callback(), line({ fee: '15.00' }))
      .at(later, rules)
      .shows(both);
  });

  it('is the last listed among equals', () => {
    feeIs('20.00', '1000.00', rulesOf(general, { percent: '2' }));
    feeIs('15.00', '1000.00', rulesOf({ percent: '2' }, general));
  });

  it('has an amount band from, inclusive, to, exclusive, by the gross of the payment', () => {
    const rules = rulesOf(
      { percent: '3', amount_to: '1000' },
      { percent: '2', amount_from: '1000', amount_to: '5000' },
      { percent: '1', amount_from: '5000' },
    );
    feeIs('30.00', '999.99', rules);
    feeIs('20.00', '1000.00', rules);
    feeIs('100.00', '4999.99', rules);
    feeIs('50.00', '5000.00', rules);
  });

  it('is none where the amount is in no band', () => {
    settled('999.99', '99.00')
      .at(later, rulesOf({ percent: '3', amount_from: '1000' }))
      .shows(both);
  });

  it('has validity from, inclusive, to, exclusive, by the day of the payment in the zone', () => {
    const rules = rulesOf({ percent: '2', valid_to: '2026-03-03' }, { percent: '1', valid_from: '2026-03-03' });
    const paid = (at: number, fee: string) => given(order(), callback({ at }), line({ fee })).at(later, rules);
    paid(t('2 15:59:59.999'), '20.00').shows(both);
    paid(t('2 16:00'), '10.00').shows(both);
    given(order(), callback({ at: t('2 16:00') }), line({ fee: '20.00' }))
      .at(later, { ...rules, zone: 'UTC' })
      .shows(both);
  });

  it('is none at the very end of its band or of its validity', () => {
    settled('1000.00', '99.00')
      .at(later, rulesOf({ percent: '3', amount_to: '1000' }))
      .shows(both);
    settled('1000.00', '99.00')
      .at(later, rulesOf({ percent: '3', valid_to: '2026-03-02' }))
      .shows(both);
  });

  it('is there on the first and on the last day of its validity', () => {
    feeIs('30.00', '1000.00', rulesOf({ percent: '3', valid_from: '2026-03-02', valid_to: '2026-03-03' }));
  });

  it('is the one for a band and a period before the one for neither', () => {
    const rules = rulesOf({ percent: '1', amount_from: '0', valid_from: '2026-01-01' }, { percent: '9' });
    feeIs('10.00', '1000.00', rules);
  });
});
