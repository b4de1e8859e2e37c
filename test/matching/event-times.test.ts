// Events whose source gives no time, so that each reading of one has another; and rows of statements, whose date
// decides and not the time that one export gives and another does not.

import { describe, expect, it } from 'vitest';
import type { Claim, SourceBody } from '../../src/domain/fact.ts';
import { sortClaims } from '../../src/matching/claims.ts';
import { evolve, evolveAll, saidAgain } from '../../src/matching/evolve.ts';
import { standingClaims } from '../../src/matching/standing-claims.ts';
import { callback, fold, given, line, type ObservedGiven, order, poll, refund, t, withdrawn } from './given.ts';

const read = (at: number, parts: ObservedGiven = {}) => callback({ id: 'e1', untimed: true, at, ...parts });
const paid = { payment: 'matched', settlement: 'pending' } as const;
const early = read(t('2 08:05'));
const late = read(t('2 08:45'));

describe('an event without a time of its own', () => {
  it('is one content whenever it was read, with the earliest time', () => {
    for (const claims of [
      [early, late],
      [late, early],
      [late, read(t('2 08:10')), early, late],
    ]) {
      expect(fold(claims).claims).toEqual([early]);
      expect(evolveAll({ claims: [] }, claims).state.claims).toEqual([early]);
    }
    given(order(), late, early).at(t('2 12:00')).shows(paid);
  });

  it('is one content among very many readings at once, in whatever order', () => {
    const readings = Array.from({ length: 40 }, (_, n) => read(t('2 08:05') + ((n * 7) % 40) * 1000));
    expect(evolveAll({ claims: [] }, readings).state.claims).toEqual([early]);
    expect(evolveAll(fold([late, callback({ payment: 'P2' })]), readings).state).toEqual(
      fold([early, callback({ payment: 'P2' })]),
    );
  });

  it('is counted as told before, also where it is read earlier than before', () => {
    for (const [first, second] of [
      [early, late],
      [late, early],
    ] as const) {
      const { state, added } = evolveAll(fold([first]), [second]);
      expect(state.claims).toHaveLength(1);
      expect(saidAgain(fold([first]), [second], added).size).toBe(added.length);
    }
  });

  it('changes no deadline by being delivered again: expiry, order and return', () => {
    const again = read(t('4 08:05'));
    given(order(), early, again).at(t('3 12:00')).shows({ payment: 'matched', settlement: 'pending' });
    given(again, early)
      .at(t('2 09:00'))
      .shows({ payment: 'unmatched', settlement: 'pending', found: ['ORDER_MISSING'] });
    const returned = [refund({ id: 'r', untimed: true }), refund({ id: 'r', untimed: true, at: t('7 09:00') })];
    given(order(), callback(), line(), ...returned)
      .at(t('7 00:00'))
      .shows({ payment: 'matched', settlement: 'unmatched', found: ['REVERSAL_NOT_SETTLED'] });
  });

  it('holds with the time of its source where that came too, and contradicts nothing', () => {
    const timed = callback({ id: 'e1', at: t('2 08:30') });
    given(order(), early, timed, late).at(t('2 12:00')).shows(paid);
    expect(sortClaims(fold([early, timed]).claims).observations).toEqual([timed]);
  });

  it('contradicts itself in what it says, and then no time is named', () => {
    const { assessment } = given(order(), early, read(t('2 08:45'), { amount: '900.00' })).at(t('2 12:00'));
    const [conflict] = assessment.findings.filter(({ reason }) => reason === 'CONFLICTING_EVIDENCE');
    expect([conflict!.expected, conflict!.observed].sort()).toEqual(['amount: 1000.00 KES', 'amount: 900.00 KES']);
  });

  it('still contradicts where two times of its source are told', () => {
    const { assessment } = given(order(), callback({ id: 'e1' }), callback({ id: 'e1', at: t('2 08:30') })).at(
      t('2 12:00'),
    );
    expect(assessment.findings.map(({ reason }) => reason)).toContain('CONFLICTING_EVIDENCE');
  });

  it('is told apart from another by its further ids, whatever order they are written in', () => {
    const named = (aliases: Record<string, string>) => callback({ id: 'e1', aliases });
    const one = named({ receipt: 'R', session: 'S' });
    expect(fold([one, named({ session: 'S', receipt: 'R' })]).claims).toEqual([one]);
    const { assessment } = given(order(), one, named({ receipt: 'R', session: 'T' })).at(t('2 12:00'));
    const [conflict] = assessment.findings.filter(({ reason }) => reason === 'CONFLICTING_EVIDENCE');
    expect([conflict!.expected, conflict!.observed].sort()).toEqual(['session: S', 'session: T']);
  });

  it('stands with its earliest time over several imports, until one is withdrawn', () => {
    const first = { ...early, import_id: 2 };
    const second = { ...late, import_id: 1 };
    const standing = (claims: readonly Claim[]) => standingClaims(fold(claims).claims as Claim<SourceBody>[]);
    expect(standing([first, second])).toMatchObject([{ occurred_at: early.occurred_at }]);
    expect(standing([first, second, withdrawn(first)])).toEqual([second]);
  });

  it('keeps the time of what another key gave', () => {
    const forwarded = { ...early, forwarded: true };
    expect(evolve(fold([late]), forwarded).claims).toEqual([early]);
    expect(evolve(fold([forwarded]), late).claims).toEqual([early]);
  });

  it('holds as polls do: the later word of several, by when it was first read', () => {
    const claims = [
      poll({ id: 'p1', status: 'pending', untimed: true, at: t('2 08:05') }),
      poll({ id: 'p2', status: 'succeeded', untimed: true, at: t('2 08:10') }),
      poll({ id: 'p1', status: 'pending', untimed: true, at: t('2 08:20') }),
    ];
    given(order(), ...claims)
      .at(t('2 12:00'))
      .shows(paid);
  });
});

describe('a line with the time of its row', () => {
  const settled = { payment: 'matched', settlement: 'matched' } as const;

  it('is the same line with and without it, and with another', () => {
    const times = [line(), line({ at: t('3 09:00') }), line({ at: t('8 09:00') })];
    expect(fold(times).claims).toEqual([line({ at: t('3 09:00') })]);
    given(order(), callback(), ...times)
      .at(t('9 00:00'))
      .shows(settled);
  });

  it('is judged by its date alone', () => {
    const dated = (at: number | null) => given(order(), callback(), line({ at })).at(t('9 00:00')).assessment;
    expect(dated(t('8 23:00'))).toEqual(dated(null));
    const odd = (at: number | null) =>
      given(
        order(),
        line({ at }),
        line({ id: 'l2', gross: '1.00', at }),
        line({ line_type: 'unclassified', id: 'l3', at }),
      ).at(t('9 00:00')).assessment;
    expect(odd(t('1 00:00'))).toEqual(odd(null));
  });

  it('contradicts by what it says otherwise, and names no time', () => {
    const { assessment } = given(order(), callback(), line(), line({ at: t('3 09:00'), gross: '900.00' })).at(
      t('9 00:00'),
    );
    const [conflict] = assessment.findings.filter(({ reason }) => reason === 'CONFLICTING_EVIDENCE');
    expect([conflict!.expected, conflict!.observed].sort()).toEqual(['amount: 1000.00 KES', 'amount: 900.00 KES']);
  });
});
