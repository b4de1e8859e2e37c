// Callbacks that nobody signed: they count for nothing until a poll or a settlement line says the same, in every word
// that they may bring; but their ids connect.

import { describe, expect, it } from 'vitest';
import type { PaymentStatus } from '../../src/domain/fact.ts';
import { sentenceFor } from '../../src/domain/reason-words.ts';
import { assess, readMatchGroup } from '../../src/matching/assess.ts';
import { explain } from '../../src/matching/explain.ts';
import { referenceWords } from '../../src/matching/reference-words.ts';
import { compileRules, parseRules } from '../../src/matching/rules.ts';
import {
  callback,
  chargeback,
  fold,
  given,
  line,
  type ObservedGiven,
  order,
  poll,
  refund,
  refundLine,
  t,
} from './given.ts';

const RULES = compileRules(parseRules({}));
const hint = (parts: ObservedGiven = {}) => callback({ hint: true, id: 'hint', ...parts });
const pending = { payment: 'pending', settlement: 'closed' } as const;
const late = t('9 00:00');

describe('a callback that nobody signed', () => {
  it('is no money, whatever word for money it brings: the order waits', () => {
    for (const status of ['succeeded', 'disputed', 'reversed', 'refunded', 'charged_back'] as const) {
      const { assessment, shows } = given(order(), hint({ status })).at(t('4 08:00'));
      shows({ ...pending, next: t('5 08:05') });
      expect(assessment.money).toEqual([]);
    }
  });

  it('is told after its grace, and the sentence says that nobody signed it', () => {
    const { assessment, shows } = given(order(), hint()).at(t('5 08:05'));
    shows({
      payment: 'unmatched',
      settlement: 'closed',
      found: [{ reason: 'PAYMENT_INCONCLUSIVE', observed: 'unsigned', opened_at: t('5 08:05') }],
    });
    const [finding] = assessment.findings;
    expect(sentenceFor(finding!, 'en')).toMatch(
      /^Nobody signed the callback.*a status query or a settlement line decides/,
    );
    expect(sentenceFor(finding!, 'zh-CN')).toMatch(/^回调没有签名/);
  });

  it('does not fail a payment: a word of failure leaves open what there was', () => {
    for (const status of ['failed', 'expired', 'voided'] as const) {
      given(hint({ status })).at(late).shows(pending);
      given(order(), callback(), hint({ status, at: t('2 08:06') }))
        .at(t('2 09:00'))
        .shows({ payment: 'matched', settlement: 'pending' });
      given(order(), line(), hint({ status })).at(late).shows({ payment: 'matched', settlement: 'matched' });
    }
  });

  it('keeps no order of its own from expiring with a word of failure', () => {
    given(order(), hint({ status: 'failed' }))
      .at(t('3 08:00'))
      .shows({ payment: 'closed', settlement: 'closed', found: ['ORDER_EXPIRED'] });
  });

  it('counts once a poll says so, or a settlement line, and what those say is the amount', () => {
    const forged = hint({ amount: '1.00', currency: 'UGX', fee: '0.50', operator: 'other' });
    given(order(), forged, poll()).at(t('2 09:00')).shows({ payment: 'matched', settlement: 'pending' });
    given(order(), forged, line()).at(late).shows({ payment: 'matched', settlement: 'matched' });
    given(order(), forged, poll({ status: 'failed', at: t('2 09:00') }))
      .at(t('3 08:00'))
      .shows({ payment: 'closed', settlement: 'closed', found: ['ORDER_EXPIRED'] });
  });

  it('contradicts nobody: neither a signed word nor another unsigned one of the same event', () => {
    const signed = callback({ id: 'hint' });
    given(order(), signed, hint({ amount: '9.00' }), hint({ status: 'failed' }))
      .at(t('2 09:00'))
      .shows({ payment: 'matched', settlement: 'pending' });
    given(order(), hint(), hint({ amount: '9.00', at: t('2 09:00') }), hint({ status: 'refunded' }))
      .at(t('3 12:00'))
      .shows(pending);
    given(order(), callback(), hint({ status: 'failed', at: t('2 08:06') }))
      .at(t('2 09:00'))
      .shows({ payment: 'matched', settlement: 'pending' });
  });

  it('keeps an order from expiring that a poll called open before, until a later poll answers', () => {
    const before = poll({ status: 'pending', at: t('2 08:04') });
    given(order(), before, hint()).at(t('3 12:00')).shows(pending);
    given(order(), before, hint(), poll({ status: 'pending', at: t('2 08:06') }))
      .at(t('3 12:00'))
      .shows({ payment: 'closed', settlement: 'closed', found: ['ORDER_EXPIRED'] });
    given(order(), before, hint({ status: 'failed' }))
      .at(t('3 12:00'))
      .shows({ payment: 'closed', settlement: 'closed', found: ['ORDER_EXPIRED'] });
  });

  it('accuses no account of speaking about an order that is not its own', () => {
    const rules = { accounts: { 'mfs-africa/a': ['shop-1'], 'mfs-africa/b': ['shop-2'] } };
    const own = [order(), callback({ account: 'a' })];
    const paid = { payment: 'matched', settlement: 'pending' } as const;
    given(...own, hint({ account: 'b' }))
      .at(t('2 09:00'), rules)
      .shows(paid);
    given(...own, callback({ account: 'b' }))
      .at(t('2 09:00'), rules)
      .shows({ ...paid, found: ['FOREIGN_ACCOUNT'] });
  });

  it('shows a word that nobody knows', () => {
    given(hint({ status: 'unclassified', word: 'payment.mystery' }))
      .at(t('2 09:00'))
      .shows({
        payment: 'unmatched',
        settlement: 'closed',
        found: [{ reason: 'UNCLASSIFIED', observed: 'payment.mystery' }],
      });
  });

  it('connects the ids that it names: a request and its receipt are one payment', () => {
    const asked = poll({ status: 'pending', payment: null, request_id: 'ws_CO_1', at: t('2 08:01') });
    const bound = hint({ payment: 'RCPT1', request_id: 'ws_CO_1' });
    given(order(), asked, bound, line({ payment: 'RCPT1' }))
      .at(late)
      .shows({ payment: 'matched', settlement: 'matched' });
    const byAlias = hint({ payment: null, aliases: { checkout: 'ws_CO_1', receipt: 'RCPT1' } });
    const state = fold([order(), asked, byAlias, line({ payment: 'RCPT1' })]);
    expect(readMatchGroup(state, RULES, late).payments).toHaveLength(1);
  });

  it('is, without an id, the only payment once that brought money, and otherwise an attempt of its own', () => {
    const nameless = hint({ payment: null });
    given(order(), nameless, poll())
      .at(late)
      .shows({
        payment: 'matched',
        settlement: 'unmatched',
        found: ['SETTLEMENT_MISSING'],
      });
    given(order(), nameless, poll({ status: 'failed' }))
      .at(t('3 12:00'))
      .shows(pending);
  });
});

describe('a return that nobody signed', () => {
  const paid = [order(), callback(), line()];
  const agreed = { payment: 'matched', settlement: 'matched' } as const;

  it('gives no money back, in any kind and word', () => {
    for (const kind of ['refund', 'reversal', 'chargeback'] as const) {
      for (const status of ['succeeded', 'refunded', 'charged_back', 'disputed', 'failed', 'pending'] as const) {
        const { assessment, shows } = given(...paid, refund({ kind, status, hint: true })).at(late);
        shows(agreed);
        expect(assessment.money).toEqual([{ currency: 'KES', received: 100000n, returned: 0n }]);
      }
    }
  });

  it('opens no chargeback, also of a payment that nobody knows', () => {
    given(...paid, chargeback('disputed', { hint: true }))
      .at(late)
      .shows(agreed);
    given(chargeback('disputed', { hint: true }))
      .at(late)
      .shows({ payment: 'closed', settlement: 'closed' });
    given(...paid, hint({ status: 'disputed', at: t('4 00:00') }))
      .at(late)
      .shows(agreed);
  });

  it('is what a poll or a line says of it', () => {
    const returned = { currency: 'KES', received: 100000n, returned: 100000n };
    const asked = refund({ hint: true, id: 'hint', amount: '1.00' });
    for (const said of [poll({ kind: 'refund', payment: 'R1', original: 'P1', at: t('3 09:00') }), refundLine()]) {
      expect(given(...paid, asked, said).at(late).assessment.money).toEqual([returned]);
    }
    given(
      ...paid,
      chargeback('disputed', { hint: true, id: 'c' }),
      refundLine({ payment: 'C1', line_type: 'chargeback' }),
    )
      .at(late)
      .shows(agreed);
    given(...paid, chargeback('disputed', { hint: true, id: 'c' }), chargeback('disputed', { via: 'poll', id: 'c2' }))
      .at(late)
      .shows({ payment: 'unmatched', settlement: 'matched', found: ['CHARGEBACK_OPEN'] });
  });

  it('takes nothing back either: a refund that is said to have failed stands', () => {
    given(...paid, refund(), refundLine(), refund({ status: 'failed', hint: true, at: t('5 00:00') }))
      .at(late)
      .shows(agreed);
  });
});

describe('between references, what nobody signed', () => {
  it('claims no payment for an order of its own', () => {
    const detail = (claims: Parameters<typeof fold>[0]) => {
      const asked = { ...callback(), id: '~asks:?mfs-africa:P1' };
      const asks = { ...asked, body: { type: 'Handoff', word: 'asks', from: '?mfs-africa:P1', content: '' } as const };
      const words = referenceWords('REF', fold([...claims, asks]).claims).changesFrom(referenceWords('REF', []));
      return JSON.parse(words.find(({ word }) => word === 'claims')!.content!) as { detail: { kind: string } };
    };
    expect(detail([order(), hint()])).toMatchObject({ detail: { kind: 'unsigned', money: false, reported: null } });
    expect(detail([order(), hint(), poll()])).toMatchObject({ detail: { kind: 'payment', money: true } });
    expect(detail([order(), hint(), line()])).toMatchObject({ detail: { kind: 'payment', money: true } });
  });
});

describe('the explanation', () => {
  it('names the callback as it was sent, and says that nobody signed it', () => {
    const said = hint();
    const [, payment] = explain(readMatchGroup(fold([order(), said]), RULES));
    const status = payment!.decisions.find(({ field }) => field === 'status');
    expect(status).toMatchObject({ value: 'inconclusive', ground: 'unsigned' });
    expect(status!.by).toEqual([said]);
    expect(payment!.decisions.find(({ field }) => field === 'gross')).toMatchObject({ value: null, ground: 'untold' });
  });

  it('has no ground of its own where a poll spoke', () => {
    const [, payment] = explain(readMatchGroup(fold([order(), hint(), poll()]), RULES));
    expect(payment!.decisions[0]).toMatchObject({ value: 'succeeded', ground: 'final' });
  });
});

describe('every word', () => {
  it('never makes money of what nobody signed, alone or beside open words', () => {
    const words: PaymentStatus[] = ['initiated', 'pending', 'authorised', 'inconclusive', 'succeeded', 'refunded'];
    for (const status of words) {
      for (const other of ['initiated', 'pending', 'authorised', 'inconclusive', 'failed'] as const) {
        const claims = [order(), hint({ status }), poll({ status: other, at: t('2 08:04') })];
        expect(assess(fold(claims), RULES, late).money).toEqual([]);
      }
    }
  });
});
