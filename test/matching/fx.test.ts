// Payouts in another currency: half-up((gross - fee) x rate), within a minor unit or a percentage.

import { describe, it } from 'vitest';
import { callback, given, type LineGiven, line, order, t } from './given.ts';

const later = t('9 00:00');
const both = { payment: 'matched', settlement: 'matched' } as const;
const open = { payment: 'matched', settlement: 'unmatched' } as const;

/** KES 1000.00 less 15.00, at 0.0077 US dollars: 7.5845. */
const paidOut = (settlement_amount: string | null, more: LineGiven = {}) =>
  given(
    order(),
    callback(),
    line({ fee: '15.00', settlement_currency: 'USD', settlement_amount, fx_rate: '0.0077', ...more }),
  );

describe('FX_RATE_DELTA: the payout is not what the rate gives', () => {
  it('does not hold within one minor unit of the settlement currency', () => {
    for (const amount of ['7.57', '7.58', '7.59']) paidOut(amount).at(later).shows(both);
  });

  it('holds beyond it', () => {
    paidOut('7.60')
      .at(later)
      .shows({
        ...open,
        found: [
          {
            reason: 'FX_RATE_DELTA',
            stage: 'settlement',
            kind: 'unmatched',
            expected: '7.58',
            observed: '7.60',
            difference: '0.02',
            currency: 'USD',
            opened_at: t('2 16:00'),
          },
        ],
      });
    paidOut('7.56')
      .at(later)
      .shows({ ...open, found: [{ reason: 'FX_RATE_DELTA', difference: '-0.02' }] });
  });

  it('holds beyond tolerance.fx percent where that is more', () => {
    const rules = { tolerance: { fx: '1' } };
    paidOut('7.65').at(later, rules).shows(both);
    paidOut('7.51').at(later, rules).shows(both);
    paidOut('7.66')
      .at(later, rules)
      .shows({ ...open, found: ['FX_RATE_DELTA'] });
    paidOut('7.50')
      .at(later, rules)
      .shows({ ...open, found: ['FX_RATE_DELTA'] });
  });

  it('has a minor unit where the percentage is less', () => {
    const rules = { tolerance: { fx: '0.001' } };
    paidOut('7.59').at(later, rules).shows(both);
    paidOut('7.60')
      .at(later, rules)
      .shows({ ...open, found: ['FX_RATE_DELTA'] });
  });

  it('takes an empty fee as 0', () => {
    paidOut('7.70', { fee: null }).at(later).shows(both);
    paidOut('7.58', { fee: null })
      .at(later)
      .shows({ ...open, found: [{ reason: 'FX_RATE_DELTA', expected: '7.70' }] });
  });

  it('takes a fee finer than the currency as it is, and rounds once', () => {
    // (1000.00 - 0.649) x 0.0077 = 7.6950027, half-up 7.70; with the fee rounded to 0.65 it would be 7.694995, 7.69.
    paidOut('7.71', { fee: '0.649' }).at(later).shows(both);
    paidOut('7.68', { fee: '0.649' })
      .at(later)
      .shows({ ...open, found: [{ reason: 'FX_RATE_DELTA', expected: '7.70' }] });
  });

  it('rounds half-up in the settlement currency', () => {
    const yuan = { fee: '0', settlement_currency: 'CNY', fx_rate: '0.000005' };
    paidOut('0.02', yuan).at(later).shows(both);
    paidOut('0.03', yuan)
      .at(later)
      .shows({ ...open, found: [{ reason: 'FX_RATE_DELTA', expected: '0.01' }] });
  });

  it('counts minor units of a currency without decimals', () => {
    const shillings = { settlement_currency: 'UGX', fx_rate: '28.4' };
    paidOut('27974', shillings).at(later).shows(both);
    paidOut('27975', shillings).at(later).shows(both);
    paidOut('27976', shillings)
      .at(later)
      .shows({
        ...open,
        found: [{ reason: 'FX_RATE_DELTA', expected: '27974', observed: '27976', difference: '2', currency: 'UGX' }],
      });
  });

  it('is not looked for without a rate', () => {
    paidOut('99.00', { fx_rate: null }).at(later).shows(both);
  });
});
