// What a shop says later of an order that it placed: another status, and refunds that it made or asked for.

import { describe, expect, it } from 'vitest';
import { readMatchGroup } from '../../src/matching/assess.ts';
import { explain } from '../../src/matching/explain.ts';
import { compileRules, parseRules } from '../../src/matching/rules.ts';
import { callback, fold, given, line, order, poll, refund, refundLine, t } from './given.ts';
import { refundRequest, statusChange } from './given-shop.ts';

const paid = [order(), callback(), line()];
const agreed = { payment: 'matched', settlement: 'matched' } as const;

describe('a status that a shop says later', () => {
  it('holds from its time on, whichever came first: the latest of all', () => {
    const cancelled = statusChange('cancelled', t('2 09:00'));
    given(order(), cancelled)
      .at(t('2 10:00'))
      .shows({ payment: 'closed', settlement: 'closed', found: ['ORDER_CANCELLED'] });
    given(order(), cancelled, statusChange('paid', t('2 09:30')))
      .at(t('3 08:00'))
      .shows({ payment: 'unmatched', settlement: 'closed', found: ['PAYMENT_MISSING'] });
    given(order({ status: 'paid', status_at: t('2 09:30') }), cancelled)
      .at(t('3 08:00'))
      .shows({ payment: 'unmatched', settlement: 'closed', found: ['PAYMENT_MISSING'] });
  });

  it('keeps an order from expiring, and lets money before a cancellation wait for its return', () => {
    given(order(), statusChange('fulfilled', t('2 09:00')))
      .at(t('3 07:00'))
      .shows({ payment: 'pending', settlement: 'closed' });
    given(...paid, statusChange('cancelled', t('2 12:00')))
      .at(t('5 11:00'))
      .shows({ payment: 'pending', settlement: 'matched', next: t('5 12:00') });
    given(...paid, statusChange('cancelled', t('2 12:00')))
      .at(t('5 12:00'))
      .shows({
        payment: 'unmatched',
        settlement: 'matched',
        found: [{ reason: 'CANCELLED_BUT_PAID', observed: '1000.00' }],
      });
    given(order(), statusChange('cancelled', t('2 08:02')), callback())
      .at(t('2 10:00'))
      .shows({ payment: 'unmatched', settlement: 'pending', found: ['PAID_AFTER_CANCEL'] });
  });

  it('is not yet in force before its time', () => {
    given(order(), statusChange('cancelled', t('2 20:00')))
      .at(t('2 10:00'))
      .shows({ payment: 'pending', settlement: 'closed', next: t('2 20:00') });
  });

  it('places no order alone, and waits for it', () => {
    given(statusChange('paid', t('2 09:00')))
      .at(t('29 00:00'))
      .shows({ payment: 'pending', settlement: 'closed', next: null });
    given(statusChange('paid', t('2 09:00')), callback())
      .at(t('2 12:00'))
      .shows({ payment: 'unmatched', settlement: 'pending', found: ['ORDER_MISSING'] });
  });

  it("cancels no other shop's order", () => {
    given(...paid, statusChange('cancelled', t('2 12:00'), { merchant: 'shop-2' }))
      .at(t('9 00:00'))
      .shows(agreed);
    given(...paid, statusChange('cancelled', t('2 12:00'), { merchant: '' }))
      .at(t('9 00:00'))
      .shows({ payment: 'unmatched', settlement: 'matched', found: ['CANCELLED_BUT_PAID'] });
  });

  it('counts whatever account it came by, for no rule lists the accounts of shops', () => {
    const rules = { accounts: { 'mfs-africa/a': ['shop-1'] } };
    given(order(), statusChange('cancelled', t('2 12:00'), { account: 'storefront' }))
      .at(t('2 13:00'), rules)
      .shows({ payment: 'closed', settlement: 'closed', found: ['ORDER_CANCELLED'] });
  });

  it('said again without a time holds from its first reading, and another status under its id contradicts it', () => {
    const read = (at: number) => statusChange('paid', at, { id: 'e1' });
    const cancelled = statusChange('cancelled', t('2 10:00'));
    given(order(), read(t('2 09:00')), cancelled, read(t('2 11:00')))
      .at(t('2 12:00'))
      .shows({ payment: 'closed', settlement: 'closed', found: ['ORDER_CANCELLED'] });
    const other = statusChange('awaiting_payment', t('2 11:00'), { id: 'e1' });
    const { assessment } = given(order(), read(t('2 09:00')), other).at(t('2 12:00'));
    const [conflict] = assessment.findings;
    expect(conflict).toMatchObject({ reason: 'CONFLICTING_EVIDENCE' });
    expect(`${conflict!.expected} ${conflict!.observed}`).toMatch(/status: paid/);
  });

  it('is named where the status is explained', () => {
    const change = statusChange('cancelled', t('2 09:00'));
    const [about] = explain(readMatchGroup(fold([order(), change]), compileRules(parseRules({}))));
    const status = about!.decisions.find(({ field }) => field === 'order_status');
    expect(status).toMatchObject({ value: 'cancelled', ground: 'latest_status', by: [change] });
  });
});

describe('a refund that a shop made', () => {
  const kept = (observed: string, expected = '0.00') => ({
    payment: 'unmatched' as const,
    settlement: 'matched' as const,
    found: [{ reason: 'CANCELLED_BUT_PAID' as const, subject: '', expected, observed }],
  });

  it('is waited for, and told as money that is kept where nobody says that it went back', () => {
    const asked = refundRequest();
    given(...paid, asked)
      .at(t('5 11:59'))
      .shows({ payment: 'pending', settlement: 'matched', next: t('5 12:00') });
    given(...paid, asked)
      .at(t('5 12:00'))
      .shows(kept('1000.00'));
    given(...paid, refundRequest({ amount: '300.00' }))
      .at(t('5 12:00'))
      .shows(kept('1000.00', '700.00'));
  });

  it('is answered by any return, of a callback, a poll or a line', () => {
    given(...paid, refundRequest(), refund(), refundLine())
      .at(t('9 00:00'))
      .shows(agreed);
    given(
      ...paid,
      refundRequest(),
      poll({ status: 'refunded', at: t('3 09:00') }),
      refundLine({ payment: null, original: 'P1' }),
    )
      .at(t('9 00:00'))
      .shows(agreed);
    given(...paid, refundRequest(), refundLine())
      .at(t('9 00:00'))
      .shows(agreed);
  });

  it('is not answered by a return of less, that nobody signed, or that is only asked for', () => {
    given(...paid, refundRequest(), refund({ amount: '400.00' }), refundLine({ gross: '-400.00' }))
      .at(t('9 00:00'))
      .shows(kept('600.00'));
    given(...paid, refundRequest(), refund({ hint: true }))
      .at(t('9 00:00'))
      .shows(kept('1000.00'));
    given(...paid, refundRequest(), refund({ status: 'pending' }))
      .at(t('9 00:00'))
      .shows(kept('1000.00'));
  });

  it('adds up over several, counted from the first that is not answered', () => {
    const first = refundRequest({ id: 'SR1', amount: '300.00' });
    const second = refundRequest({ id: 'SR2', amount: '200.00', at: t('4 12:00') });
    const back = [refund({ amount: '300.00' }), refundLine({ gross: '-300.00' })];
    given(...paid, first, second, ...back)
      .at(t('7 11:00'))
      .shows({ payment: 'pending', settlement: 'matched', next: t('7 12:00') });
    given(...paid, first, second, ...back)
      .at(t('7 12:00'))
      .shows(kept('700.00', '500.00'));
  });

  it('that failed at the provider is told as that alone, and again once its money is back', () => {
    const failed = refund({ id: 'failed', status: 'failed', at: t('4 09:00') });
    const found = [{ reason: 'REFUND_FAILED' as const, observed: '0.00' }];
    given(...paid, refundRequest(), refund(), failed)
      .at(t('9 00:00'))
      .shows({ payment: 'unmatched', settlement: 'matched', found });
    const back = refundLine({
      line_type: 'return_failed',
      gross: '1000.00',
      id: 'back',
      settlement_date: '2026-03-05',
    });
    given(...paid, refundRequest(), refund(), refundLine(), back)
      .at(t('9 00:00'))
      .shows(kept('1000.00'));
  });

  it('is never more than was paid, nor of money that nobody paid, nor of an order that is cancelled', () => {
    given(...paid, refundRequest({ amount: '9000.00' }))
      .at(t('5 12:00'))
      .shows(kept('1000.00'));
    given(order(), refundRequest())
      .at(t('3 08:00'))
      .shows({ payment: 'closed', settlement: 'closed', found: ['ORDER_EXPIRED'] });
    given(...paid, refundRequest({ currency: 'UGX', amount: '1000' }))
      .at(t('9 00:00'))
      .shows(agreed);
    given(...paid, refundRequest(), statusChange('cancelled', t('2 12:00')))
      .at(t('5 12:00'))
      .shows({ payment: 'unmatched', settlement: 'matched', found: [{ reason: 'CANCELLED_BUT_PAID', subject: 'P1' }] });
  });

  it("is not of another shop's order, and waits alone for its own", () => {
    given(...paid, refundRequest({ merchant: 'shop-2' }))
      .at(t('9 00:00'))
      .shows(agreed);
    given(refundRequest()).at(t('9 00:00')).shows({ payment: 'pending', settlement: 'closed', next: null });
  });

  it('that nobody dates is under no time rule, and said again it is one', () => {
    const undated = refundRequest({ at: null, read: t('2 12:00') });
    given(...paid, undated, refundRequest({ at: null, read: t('4 12:00') }))
      .at(t('5 12:00'))
      .shows(kept('1000.00'));
    given(...paid, refundRequest({ at: null }))
      .at(t('29 00:00'))
      .shows({ payment: 'pending', settlement: 'matched' });
    given(...paid, refundRequest(), refundRequest({ at: t('4 12:00') }))
      .at(t('5 12:00'))
      .shows(kept('1000.00'));
    const { assessment } = given(...paid, refundRequest(), refundRequest({ amount: '5.00' })).at(t('2 13:00'));
    expect(assessment.findings.map(({ reason }) => reason)).toContain('CONFLICTING_EVIDENCE');
  });
});
