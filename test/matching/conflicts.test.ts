// One claim id with two contents, and what does not conflict.

import { describe, expect, it } from 'vitest';
import type { Claim } from '../../src/domain/fact.ts';
import { callback, given, givenBy, line, order, poll, refund, t } from './given.ts';

const soon = t('3 15:00');
const later = t('9 00:00');
const paid = { payment: 'matched', settlement: 'pending' } as const;
const conflict = { reason: 'CONFLICTING_EVIDENCE', stage: 'payment', kind: 'unmatched' } as const;

describe('CONFLICTING_EVIDENCE: one claim id with two contents', () => {
  it('holds of callbacks, polls and lines', () => {
    given(order(), callback({ id: 'e' }), callback({ id: 'e', fee: '1.00' }))
      .at(soon)
      .shows({
        payment: 'unmatched',
        settlement: 'pending',
        found: [conflict],
      });
    given(order(), poll({ id: 'e' }), poll({ id: 'e', operator: 'mpesa' }))
      .at(soon)
      .shows({
        payment: 'unmatched',
        settlement: 'pending',
        found: [conflict],
      });
    given(order(), callback(), line(), line({ fee: '1.00' }))
      .at(later)
      .shows({
        payment: 'unmatched',
        settlement: 'matched',
        found: [conflict],
      });
  });

  it('uses one content of the two, and never both', () => {
    const { assessment } = given(order(), callback({ id: 'e' }), callback({ id: 'e', amount: '400.00' })).at(soon);
    expect(assessment.money).toHaveLength(1);
    expect([100000n, 40000n]).toContain(assessment.money[0]!.received);
    const { assessment: lines } = given(order(), callback(), line({ id: 'l' }), line({ id: 'l', fee: '2.00' })).at(
      later,
    );
    expect(lines.settlement).toBe('matched');
  });

  it('does not hold of an order and a payment that bear one id: they are two claims', () => {
    given(order({ id: 'e' }), callback({ id: 'e' }))
      .at(soon)
      .shows({ ...paid, found: [] });
    given(order({ id: 'e' }), callback({ id: 'e' }), callback({ id: 'e', fee: '1.00' }))
      .at(soon)
      .shows({ payment: 'unmatched', settlement: 'pending', found: [conflict] });
  });

  it('holds once for three contents', () => {
    given(order(), ...['1.00', '2.00', '3.00'].map((fee) => callback({ id: 'e', fee })))
      .at(soon)
      .shows({ payment: 'unmatched', settlement: 'pending', found: [conflict] });
  });

  it('tells each field that differs with both values, and no text twice', () => {
    const told = (...claims: readonly Claim[]) => {
      const { assessment } = given(order(), ...claims).at(later);
      const found = assessment.findings.find(({ reason }) => reason === 'CONFLICTING_EVIDENCE')!;
      return [found.expected!, found.observed!].sort();
    };
    expect(told(callback({ id: 'e', fee: '1.00' }), callback({ id: 'e', fee: null }))).toEqual([
      'fee: 1.00 KES',
      'fee: none',
    ]);
    const other = { id: 'e', status: 'failed', at: t('2 08:06') } as const;
    expect(told(callback({ id: 'e' }), callback(other))).toEqual([
      'status: failed; occurred_at: 2026-03-02T08:06:00Z',
      'status: succeeded; occurred_at: 2026-03-02T08:05:00Z',
    ]);
    expect(told(callback({ id: 'e', currency: 'KES' }), callback({ id: 'e', currency: 'USD' }))).toEqual([
      'currency: KES',
      'currency: USD',
    ]);
    expect(told(callback({ id: 'e', msisdn: 'KE:a' }), callback({ id: 'e', msisdn: 'KE:b' }))).toEqual([
      'msisdn: another, hidden',
      'msisdn: hidden',
    ]);
    expect(told(callback({ id: 'e', msisdn: 'KE:a' }), callback({ id: 'e' }))).toEqual([
      'msisdn: hidden',
      'msisdn: none',
    ]);
    const lines = ['1.00', '2.00', '3.00', '4.00', '5.00'].map((fee) => line({ id: 'l', fee }));
    expect(told(callback(), ...lines).join()).toMatch(/^(?:fee: \d.00 KES(?:, \d.00 KES, \d.00 KES, …)?,?){2}$/);
  });

  it('uses the same content under every key of pseudonyms', () => {
    const contents = (key: string) => [
      callback({ id: 'e', msisdn: `KE:${key}1`, fee: '1.00' }),
      callback({ id: 'e', msisdn: `KE:${key}2`, fee: '2.00' }),
      callback({ id: 'e', msisdn: `KE:${key}1`, fee: '2.00' }),
      order({ msisdn: `KE:${key}1` }),
      order({ msisdn: `KE:${key}2`, ip: `${key}3`, amount: '900.00' }),
      order({ msisdn: `KE:${key}2`, ip: `${key}4`, amount: '800.00', device: `${key}5` }),
    ];
    const [first, ...others] = Array.from({ length: 40 }, (_, at) => given(...contents(`${at * 7919}`)).at(later));
    for (const { assessment } of others) expect(assessment).toEqual(first!.assessment);
  });

  it('does not hold where what comes again lacks the pseudonyms of somebody who was forgotten since', () => {
    const known = { id: 'e', msisdn: 'KE:a' };
    for (const again of ['KE:forgotten', '??:forgotten']) {
      given(
        order({ msisdn: 'KE:a', ip: 'i' }),
        order({ msisdn: again, ip: 'forgotten' }),
        callback(known),
        callback({ ...known, msisdn: again }),
      )
        .at(soon)
        .shows(paid);
    }
    // Whatever else differs still does, and two persons are two.
    given(order(), callback(known), callback({ id: 'e', msisdn: 'KE:forgotten', fee: '1.00' }))
      .at(soon)
      .shows({ payment: 'unmatched', settlement: 'pending', found: [conflict] });
    given(
      order(),
      callback(known),
      callback({ id: 'e', msisdn: 'KE:b' }),
      callback({ id: 'e', msisdn: 'KE:forgotten' }),
    )
      .at(soon)
      .shows({ payment: 'unmatched', settlement: 'pending', found: [conflict] });
  });

  it('does not hold of the same content again, nor of the same content under two ids', () => {
    given(order(), callback({ id: 'e' }), callback({ id: 'e' }))
      .at(soon)
      .shows(paid);
    given(order(), callback({ id: 'e' }), callback({ id: 'f' }))
      .at(soon)
      .shows(paid);
  });

  it('does not hold where the claim came once by resolution and once by its source', () => {
    given(order(), callback({ id: 'e' }), givenBy('?mfs-africa:P1', callback({ id: 'e' })))
      .at(soon)
      .shows(paid);
  });

  it('still holds of a payment that went back in full', () => {
    given(order(), callback({ id: 'e' }), callback({ id: 'e', fee: '1.00' }), refund())
      .at(later)
      .shows({
        payment: 'unmatched',
        settlement: 'closed',
        found: [conflict],
      });
  });
});

describe('two contents of an order', () => {
  it('conflict in amount', () => {
    const { assessment } = given(order(), order({ amount: '900.00' })).at(t('2 09:00'));
    expect(assessment.findings).toContainEqual(expect.objectContaining(conflict));
  });

  it.each([
    ['currency', order({ currency: 'USD' })],
    ['placed_at', order({ placed_at: t('2 08:01') })],
    ['expires_at', order({ expires_at: t('4 08:00') })],
  ])('conflict in %s', (_field, other) => {
    given(order(), other)
      .at(t('2 09:00'))
      .shows({ payment: 'unmatched', settlement: 'closed', found: [conflict] });
  });

  it('conflict since the second that differs, however many say the same before it', () => {
    const repeated = order({ status: 'paid', status_at: t('2 08:30') });
    given(order(), repeated, order({ placed_at: t('2 08:07') }), callback())
      .at(soon)
      .shows({ payment: 'unmatched', settlement: 'pending', found: [{ ...conflict, opened_at: t('2 08:07') }] });
  });

  it.each([
    ['its number', order({ order_number: '7' })],
    ['country', order({ country: 'KE' })],
    ['operator', order({ operator: 'mpesa' })],
    ['payer', order({ msisdn: 'aa' })],
    ['device', order({ device: 'bb', ip: 'cc' })],
    ['status', order({ status: 'paid', status_at: t('2 08:30') })],
  ])('do not conflict in %s', (_field, other) => {
    given(order(), other, callback()).at(soon).shows(paid);
  });
});
