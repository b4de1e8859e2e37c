// Payment against settlement: due days across weekends, holidays and zones; amounts, currencies and unpaid lines.

import { describe, expect, it } from 'vitest';
import { callback, given, line, order, poll, refund, t } from './given.ts';

const later = t('20 00:00');
const both = { payment: 'matched', settlement: 'matched' } as const;
const open = { payment: 'matched', settlement: 'unmatched' } as const;
const waiting = { payment: 'matched', settlement: 'pending' } as const;
const missing = 'SETTLEMENT_MISSING';

/** An order that is paid at once, at the given time. */
const paidAt = (at: number) => [order({ placed_at: at - 60_000 }), callback({ at })] as const;

describe('a network that reports no line of a return', () => {
  const settled = [order(), callback(), line(), refund()];

  it('is not asked for one', () => {
    const rules = { settlement: { unreported_returns: ['mfs-africa'] } };
    const { assessment } = given(...settled).at(t('30 00:00'), rules);
    expect(assessment).toMatchObject({ settlement: 'matched', next_deadline: null });
    const taken = line({ line_type: 'refund', payment: 'R1', original: 'P1', gross: '-999.00' });
    const { assessment: compared } = given(...settled, taken).at(t('30 00:00'), rules);
    expect(compared.findings.map(({ reason }) => reason)).toContain('SETTLEMENT_AMOUNT');
  });

  it('is asked where it is another one', () => {
    const rules = { settlement: { unreported_returns: ['flutterwave'] } };
    const { assessment } = given(...settled).at(t('30 00:00'), rules);
    expect(assessment.findings.map(({ reason }) => reason)).toContain('REVERSAL_NOT_SETTLED');
  });
});

describe('a network that reports no settlements', () => {
  const rules = { settlement: { unreported: ['mfs-africa'] } };

  it('is not asked for the line of a payment', () => {
    given(order(), callback()).at(t('30 00:00'), rules).shows({ payment: 'matched', settlement: 'closed', next: null });
  });

  it('is compared where a line comes all the same', () => {
    given(order(), callback(), line({ gross: '900.00' }))
      .at(t('30 00:00'), rules)
      .shows({ payment: 'matched', settlement: 'unmatched', found: ['SETTLEMENT_AMOUNT'] });
  });

  it('is asked where nobody told the amount, also of a second payment', () => {
    given(order(), callback({ amount: null }))
      .at(t('30 00:00'), rules)
      .shows({ payment: 'matched', settlement: 'unmatched', found: [missing] });
    given(order(), callback(), callback({ payment: 'P2', amount: null }))
      .at(t('30 00:00'), rules)
      .shows({ payment: 'matched', settlement: 'unmatched', found: [missing] });
  });

  it('leaves other networks as they are', () => {
    given(order(), callback())
      .at(t('30 00:00'), { settlement: { unreported: ['airtel'] } })
      .shows({ payment: 'matched', settlement: 'unmatched', found: [missing] });
  });
});

describe('SETTLEMENT_MISSING: no line by the end of the due day', () => {
  it('holds from the midnight after the next business day', () => {
    given(order(), callback())
      .at(t('3 15:59:59.999'))
      .shows({ ...waiting, next: t('3 16:00') });
    given(order(), callback())
      .at(t('3 16:00'))
      .shows({
        ...open,
        found: [
          {
            reason: missing,
            stage: 'settlement',
            kind: 'unmatched',
            expected: '1000.00',
            currency: 'KES',
            opened_at: t('3 16:00'),
          },
        ],
        next: null,
      });
  });

  it('takes days of the zone: an instant that is the next day in Shanghai is due a day later', () => {
    given(...paidAt(t('2 15:59:59.999')))
      .at(t('3 16:00'))
      .shows({ ...open, found: [missing] });
    given(...paidAt(t('2 16:00')))
      .at(t('4 15:59:59.999'))
      .shows({ ...waiting, next: t('4 16:00') });
    given(...paidAt(t('2 16:00')))
      .at(t('4 16:00'))
      .shows({ ...open, found: [missing] });
    const utc = { zone: 'UTC' };
    given(...paidAt(t('2 16:00')))
      .at(t('3 23:59:59.999'), utc)
      .shows(waiting);
    given(...paidAt(t('2 16:00')))
      .at(t('4 00:00'), utc)
      .shows({ ...open, found: [missing] });
  });

  it('leaves out the weekend', () => {
    given(...paidAt(t('6 08:00')))
      .at(t('9 15:59:59.999'))
      .shows(waiting);
    given(...paidAt(t('6 08:00')))
      .at(t('9 16:00'))
      .shows({ ...open, found: [missing] });
  });

  it.each(['7 08:00', '8 08:00', '8 15:59:59.999'])('counts a payment of the weekend (%s) as of Monday', (at) => {
    given(...paidAt(t(at)))
      .at(t('10 15:59:59.999'))
      .shows({ ...waiting, next: t('10 16:00') });
    given(...paidAt(t(at)))
      .at(t('10 16:00'))
      .shows({ ...open, found: [missing] });
  });

  it('leaves out holidays, also behind a weekend', () => {
    const rules = { settlement: { holidays: ['2026-03-09'] } };
    given(...paidAt(t('6 08:00')))
      .at(t('10 15:59:59.999'), rules)
      .shows(waiting);
    given(...paidAt(t('6 08:00')))
      .at(t('10 16:00'), rules)
      .shows({ ...open, found: [missing] });
    given(...paidAt(t('7 08:00')))
      .at(t('11 15:59:59.999'), rules)
      .shows(waiting);
    given(...paidAt(t('7 08:00')))
      .at(t('11 16:00'), rules)
      .shows({ ...open, found: [missing] });
  });

  it('takes the number of days and the weekend from the rules', () => {
    given(order(), callback())
      .at(t('4 15:59:59.999'), { settlement: { days: 2 } })
      .shows(waiting);
    given(order(), callback())
      .at(t('4 16:00'), { settlement: { days: 2 } })
      .shows({ ...open, found: [missing] });
    given(order(), callback())
      .at(t('2 16:00'), { settlement: { days: 0 } })
      .shows({ ...open, found: [missing] });
    const friday = { settlement: { weekend: [5] } };
    given(...paidAt(t('6 08:00')))
      .at(t('8 15:59:59.999'), friday)
      .shows(waiting);
    given(...paidAt(t('6 08:00')))
      .at(t('8 16:00'), friday)
      .shows({ ...open, found: [missing] });
  });

  it('counts from the earliest success that is claimed', () => {
    given(order({ placed_at: t('2 12:00') }), callback({ at: t('2 17:00') }), poll({ at: t('2 15:00') }))
      .at(t('3 16:00'))
      .shows({ ...open, found: [missing] });
  });

  it('does not hold of what failed, has no time, or went back in full', () => {
    given(order(), callback({ status: 'failed' }))
      .at(t('2 20:00'))
      .shows({ payment: 'pending', settlement: 'closed' });
    given(order(), callback({ at: null }))
      .at(later)
      .shows({ ...waiting, next: null });
    given(order(), callback(), refund()).at(later).shows({ payment: 'matched', settlement: 'closed' });
  });

  it('holds of what went back in part', () => {
    given(order(), callback(), refund({ amount: '300.00' }))
      .at(later)
      .shows({
        ...open,
        found: [{ reason: missing, opened_at: t('3 16:00') }],
      });
  });
});

describe('SETTLEMENT_LATE: a notice', () => {
  it('holds of a line dated after the due day, which stays matched', () => {
    given(order(), callback(), line({ settlement_date: '2026-03-04' }))
      .at(later)
      .shows({
        ...both,
        found: [
          {
            reason: 'SETTLEMENT_LATE',
            stage: 'settlement',
            kind: 'matched',
            expected: '2026-03-03',
            observed: '2026-03-04',
            difference: null,
            opened_at: t('3 16:00'),
          },
        ],
      });
  });

  it('does not hold of a line dated on the due day or before, as the date stands', () => {
    given(order(), callback(), line()).at(later).shows(both);
    given(order(), callback(), line({ settlement_date: '2026-03-02' }))
      .at(later)
      .shows(both);
  });

  it('moves with weekends and holidays', () => {
    const friday = paidAt(t('6 08:00'));
    given(...friday, line({ settlement_date: '2026-03-09' }))
      .at(later)
      .shows(both);
    given(...friday, line({ settlement_date: '2026-03-10' }))
      .at(later)
      .shows({ ...both, found: ['SETTLEMENT_LATE'] });
    const rules = { settlement: { holidays: ['2026-03-09'] } };
    given(...friday, line({ settlement_date: '2026-03-10' }))
      .at(later, rules)
      .shows(both);
  });

  it('does not hold where no time of success is known', () => {
    given(order(), line({ settlement_date: '2026-03-19' }))
      .at(later)
      .shows(both);
    given(order(), callback({ at: null }), line({ settlement_date: '2026-03-19' }))
      .at(later)
      .shows(both);
  });
});

describe('a success that names neither its amount nor the id of its line', () => {
  const request = (id: string) => {
    return poll({ id, payment: null, request_id: id, amount: null, aliases: { MerchantRequestID: `m-${id}` } });
  };
  const settled = (id: string) => line({ id: `line-${id}`, provider_transaction_id: id });

  it('may be settled by a line of the same reference that no request is known for', () => {
    given(order(), request('ws_1'), settled('TF1'))
      .at(t('20 00:00'))
      .shows({ payment: 'matched', settlement: 'matched' });
    given(order(), request('ws_1'), callback({ payment: 'TF1' }), settled('TF1'))
      .at(t('20 00:00'))
      .shows({ payment: 'matched', settlement: 'matched' });
  });

  it('is missing where there is none, or one of another request', () => {
    const { assessment } = given(order(), request('ws_1')).at(t('20 00:00'));
    expect(assessment.findings.map(({ reason }) => reason)).toContain(missing);
    const other = [poll({ payment: 'TF1', request_id: 'ws_2' }), settled('TF1')];
    const { assessment: two } = given(order(), request('ws_1'), ...other).at(t('20 00:00'));
    expect(two.findings.map(({ reason }) => reason)).toContain(missing);
  });

  it('is missing for each that has no line of its own', () => {
    const { assessment } = given(order(), request('ws_1'), request('ws_2'), settled('TF1')).at(t('20 00:00'));
    expect(assessment.findings.filter(({ reason }) => reason === missing)).toHaveLength(1);
  });
});
