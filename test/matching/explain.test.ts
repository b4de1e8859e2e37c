// Why each field of a case is what it is, and what time does to it.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Claim } from '../../src/domain/fact.ts';
import { formatInstant } from '../../src/domain/time.ts';
import { assess, readMatchGroup } from '../../src/matching/assess.ts';
import { isFinal, meansMoney, whyAmount, whyStatus } from '../../src/matching/evidence.ts';
import { deadlinesOf, explain, type Field } from '../../src/matching/explain.ts';
import { compileRules, parseRules } from '../../src/matching/rules.ts';
import { claimSets } from './claim-pools.ts';
import { callback, fold, line, order, poll, refund, refundLine, t } from './given.ts';

const RULES = compileRules(parseRules({ fees: [{ currency: 'KES', percent: '1.5' }] }));

/** The value, the ground and the ids of a field, of the order or of the first payment. */
function decided(field: Field, ...claims: Claim[]) {
  const subjects = explain(readMatchGroup(fold(claims), RULES));
  const decision = subjects.flatMap(({ decisions }) => decisions).find((one) => one.field === field)!;
  return [decision.value, decision.ground, decision.by.map(({ id }) => id.split(':').at(-1))];
}

const failed = (at = t('2 08:05')) => callback({ id: 'failed', status: 'failed', at });

describe('the status of a payment', () => {
  it.each<[string, Claim[], unknown[]]>([
    ['the only word', [callback({ id: 'a' })], ['succeeded', 'only', ['a']]],
    ['a final word', [callback({ id: 'a' }), poll({ id: 'b', status: 'pending' })], ['succeeded', 'final', ['a']]],
    ['a poll', [failed(), poll({ id: 'b' })], ['succeeded', 'poll', ['b']]],
    ['the later', [failed(t('2 08:06')), callback({ id: 'a' })], ['failed', 'later', ['failed']]],
    ['money', [failed(), callback({ id: 'a' })], ['succeeded', 'money', ['a']]],
    [
      'any other word than initiated, from whichever source',
      [callback({ id: 'a', status: 'pending' }), poll({ id: 'b', status: 'initiated', amount: null, currency: null })],
      ['pending', 'progress', ['a']],
    ],
    [
      'the later of two that are only initiated',
      [poll({ id: 'a', status: 'initiated' }), poll({ id: 'b', status: 'initiated', at: t('2 08:06') })],
      ['initiated', 'later', ['b']],
    ],
    [
      'what nobody signed, from after the last poll',
      [poll({ id: 'a', status: 'pending' }), callback({ id: 'b', hint: true, at: t('2 08:06') })],
      ['inconclusive', 'unanswered', ['b']],
    ],
    [
      'a poll that saw money, whatever nobody signed says later',
      [poll({ id: 'a', status: 'disputed' }), callback({ id: 'b', hint: true, at: t('2 08:06') })],
      ['disputed', 'poll', ['a']],
    ],
    ['several alike', [callback({ id: 'a' }), callback({ id: 'b' })], ['succeeded', 'same', ['a']]],
    ['a line', [failed(), line({ id: 'l' })], ['succeeded', 'line_is_success', ['l']]],
  ])('by %s', (_, claims, expected) => {
    expect(decided('status', ...claims)).toEqual(expected);
  });
});

describe('the amounts', () => {
  it.each<[string, Field, Claim[], unknown[]]>([
    [
      'a word of success before a poll of what was asked for',
      'gross',
      [callback({ id: 'a' }), poll({ id: 'b', status: 'pending', amount: '900.00' })],
      ['1000.00', 'money', ['a']],
    ],
    [
      'a poll before a callback',
      'gross',
      [callback({ id: 'a' }), poll({ id: 'b', amount: '900.00' })],
      ['900.00', 'poll', ['b']],
    ],
    [
      'what was settled before what was asked for',
      'gross',
      [callback({ id: 'a', status: 'pending', amount: '900.00' }), line({ id: 'l' })],
      ['1000.00', 'line_speaks', ['l']],
    ],
    ['the line where nobody else told', 'gross', [line({ id: 'l' })], ['1000.00', 'line_speaks', ['l']]],
    [
      'parts',
      'gross',
      [order(), line({ id: 'l', gross: '400.00' }), line({ id: 'm', gross: '600.00' })],
      ['1000.00', 'lines_speak', ['l', 'm']],
    ],
    ['nobody', 'gross', [callback({ id: 'a', amount: null, currency: null })], [null, 'untold', []]],
    ['the lines for what was settled', 'settled', [callback(), line({ id: 'l' })], ['1000.00', 'lines', ['l']]],
    [
      'the lines for the fee',
      'fee',
      [callback({ fee: '9.00' }), line({ id: 'l', fee: '15.00' })],
      ['15.00', 'lines', ['l']],
    ],
    [
      'a fee line',
      'fee',
      [callback(), line(), line({ id: 'f', line_type: 'fee', gross: '-15.00' })],
      ['15.00', 'lines', ['f']],
    ],
    ['no line for the fee', 'fee', [callback({ fee: '9.00' }), line()], [null, 'untold', []]],
    ['the schedule', 'fee_expected', [callback(), line()], ['15.00', 'schedule', []]],
    [
      'no schedule',
      'fee_expected',
      [callback({ currency: 'USD' }), line({ currency: 'USD' })],
      [null, 'no_schedule', []],
    ],
    [
      'its returns',
      'returned',
      [callback(), refund({ id: 'r' }), refundLine({ id: 'c' })],
      ['1000.00', 'named', ['r', 'c']],
    ],
    [
      'its own status',
      'returned',
      [callback(), poll({ id: 's', status: 'refunded' })],
      ['1000.00', 'by_status', ['s']],
    ],
    ['none', 'returned', [callback()], ['0.00', 'untold', []]],
  ])('by %s', (_, field, claims, expected) => {
    expect(decided(field, ...claims)).toEqual(expected);
  });

  it('a line less the fee that the payer bears', () => {
    const rules = compileRules(parseRules({ fees: [{ currency: 'KES', flat: '10', borne_by: 'payer' }] }));
    const [payment] = explain(readMatchGroup(fold([line({ gross: '1010.00' })]), rules));
    const gross = payment!.decisions.find(({ field }) => field === 'gross')!;
    expect([gross.value, gross.ground]).toEqual(['1000.00', 'line_less_fee']);
  });
});

describe('the times', () => {
  it.each<[string, Field, Claim[], unknown[]]>([
    [
      'the earliest success',
      'succeeded_at',
      [callback({ id: 'a' }), poll({ id: 'b', at: t('2 08:04') })],
      ['2026-03-02T08:04:00Z', 'earliest', ['b']],
    ],
    ['no success', 'succeeded_at', [line()], [null, 'untold', []]],
    // Friday's is due by the end of Monday.
    [
      'business days',
      'settlement_due',
      [callback({ at: t('6 08:00') })],
      ['2026-03-09T16:00:00Z', 'business_days', []],
    ],
    ['the shop', 'order_expiry', [order({ expires_at: t('2 09:00') })], ['2026-03-02T09:00:00Z', 'shop', ['REF']]],
    ['the grace', 'order_expiry', [order()], ['2026-03-03T08:00:00Z', 'grace', ['REF']]],
    ['no expiry', 'order_expiry', [order({ status: 'paid' })], [null, 'never', ['REF']]],
  ])('by %s', (_, field, claims, expected) => {
    expect(decided(field, ...claims)).toEqual(expected);
  });
});

describe('the order', () => {
  it('by its latest status, and by the smaller hash where it contradicts itself', () => {
    const paid = order({ status: 'paid', status_at: t('2 09:00') });
    expect(decided('order_status', order(), paid).slice(0, 2)).toEqual(['paid', 'latest_status']);
    expect(decided('order_amount', order(), paid).slice(0, 2)).toEqual(['1000.00', 'shop']);
    expect(decided('order_amount', order(), order({ amount: '5.00' }))[1]).toBe('smaller_hash');
  });
});

describe('deadlines', () => {
  it('are told with what changes at each, passed or not', () => {
    const deadlines = deadlinesOf('REF', fold([callback()]), RULES);
    const reporting = deadlines.map(({ at, before, after, opens }) => {
      return [formatInstant(at), before.payment, after.payment, after.settlement, opens.map(({ reason }) => reason)];
    });
    expect(reporting).toEqual([
      ['2026-03-02T08:20:00Z', 'pending', 'unmatched', 'pending', ['ORDER_MISSING']],
      ['2026-03-03T16:00:00Z', 'unmatched', 'unmatched', 'unmatched', ['SETTLEMENT_MISSING']],
    ]);
  });

  it('for any claims rise, and are those that assessing names one after another', () => {
    const asOf = t('3 09:00');
    fc.assert(
      fc.property(claimSets, (claims) => {
        const state = fold(claims);
        const deadlines = deadlinesOf('REF', state, RULES).map(({ at }) => at);
        expect(deadlines).toEqual([...new Set(deadlines)].sort((left, right) => left - right));
        expect(deadlines.find((at) => at > asOf) ?? null).toBe(assess(state, RULES, asOf).next_deadline);
      }),
      { numRuns: 200 },
    );
  });
});

describe('for any claims', () => {
  it('the ground fits the word that holds', () => {
    fc.assert(
      fc.property(claimSets, (claims) => {
        for (const payment of readMatchGroup(fold(claims), RULES).payments) {
          const { observations, lineGross, reportedStatus, gross, currency } = payment;
          const status = whyStatus(observations);
          expect(status?.claim.body.status ?? null).toBe(reportedStatus);
          if (status?.criterion === 'final') expect(isFinal(status.claim.body.status)).toBe(true);
          if (status?.criterion === 'money') expect(meansMoney(status.claim.body.status)).toBe(true);
          const amount = whyAmount(observations);
          if (amount === undefined) continue;
          // Lines speak: what they split, or more than what was only asked for.
          if (lineGross !== null) continue;
          expect([gross !== null, amount.claim.body.currency]).toEqual([true, currency]);
          if (amount.criterion === 'poll') expect(amount.claim.body.via).toBe('poll');
        }
      }),
      { numRuns: 200 },
    );
  });
});
