// Which days are closed: every clause of a close by itself, what of several holds, and that no order changes it.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Claim } from '../../src/domain/fact.ts';
import { periodKey } from '../../src/domain/key.ts';
import { assessKey } from '../../src/matching/assess-key.ts';
import { EMPTY_STATE, evolveAll } from '../../src/matching/evolve.ts';
import { closesOf } from '../../src/matching/periods.ts';
import { compileRules, parseRules } from '../../src/matching/rules.ts';
import { t } from './given.ts';
import {
  approved,
  CLOSED_DAY,
  closing,
  OTIENO,
  rejected,
  SERVICE,
  STRANGER,
  WANJIRU,
  ZHANG,
} from './given-decisions.ts';

const RULES = compileRules(parseRules({ decision_keys: [SERVICE.signer] }));
const DAY = periodKey(CLOSED_DAY, '*');
const END = t('25 00:00');
const NAIROBI = { person: 'p-mutua', roles: ['approver'], via: 'desk' } as const;

const decisionsOf = (claims: readonly Claim[]) => evolveAll(EMPTY_STATE, claims).state.decisions;
const statesOf = (claims: readonly Claim[], key = DAY) =>
  closesOf(key, decisionsOf(claims), RULES).map(({ state }) => state);
const assessed = (claims: readonly Claim[]) => assessKey(DAY, evolveAll(EMPTY_STATE, claims).state, RULES, END);

describe('a close', () => {
  const close = closing();

  test('holds once another person approved it, and its entry names the statement and its hash', () => {
    expect(statesOf([close])).toEqual(['awaiting_approval']);
    expect(assessed([close]).findings).toEqual([]);
    const { findings, ...about } = assessed([close, approved(close)]);
    expect(about).toMatchObject({
      merchant: '',
      payment: 'closed',
      settlement: 'closed',
      payout: 'matched',
      money: [],
    });
    expect(findings).toEqual([
      {
        ...{ stage: 'payout', kind: 'decision', reason: 'PERIOD_CLOSED', subject: `mfs-africa/${'ab'.repeat(32)}` },
        ...{ expected: '10.00', observed: '12.50', difference: '2.50', currency: 'KES' },
        opened_at: t('20 09:00'),
      },
    ]);
  });

  test('of one merchant is his', () => {
    const own = closing({ of: 'shop-1' });
    const key = periodKey(CLOSED_DAY, 'shop-1');
    expect(statesOf([own, approved(own)], key)).toEqual(['effective']);
    expect(assessKey(key, evolveAll(EMPTY_STATE, [own, approved(own)]).state, RULES, END).merchant).toBe('shop-1');
  });

  const overruled = closing({ by: NAIROBI, overruled: ['owners'], text: 'ee'.repeat(32) });
  const cases: readonly (readonly [string, readonly Claim[], string | undefined])[] = [
    ['nobody approved it', [close], 'awaiting_approval'],
    ['its maker approved it', [close, approved(close, { by: { ...ZHANG, roles: ['approver'] } })], 'awaiting_approval'],
    ['one without the role approved it', [close, approved(close, { by: OTIENO })], 'awaiting_approval'],
    ['a key approved it', [close, approved(close, { by: { ...WANJIRU, via: 'api' } })], 'awaiting_approval'],
    ['another content was approved', [close, approved(close, { read: 'ab' })], 'awaiting_approval'],
    ['the approval is about another day', [close, approved(close, { about: 'REF' })], 'awaiting_approval'],
    [
      'the approver had the role for another merchant',
      [close, approved(close, { merchant: 'shop-1' })],
      'awaiting_approval',
    ],
    ['a stranger signed the approval', [close, approved(close, { signedBy: STRANGER })], 'awaiting_approval'],
    ['a stranger signed it', [closing({ signedBy: STRANGER })], undefined],
    ['it was rejected before', [close, rejected(close, { at: t('20 08:30') }), approved(close)], 'rejected'],
    ['it was rejected at the same time', [close, rejected(close, { at: t('20 09:00') }), approved(close)], 'rejected'],
    [
      'its maker withdrew it before',
      [close, rejected(close, { by: ZHANG, at: t('20 08:30') }), approved(close)],
      'rejected',
    ],
    [
      'a stranger to it rejected it, which is nothing',
      [close, rejected(close, { by: OTIENO, at: t('20 08:30') }), approved(close)],
      'effective',
    ],
    ['it was rejected after it held, which reopens nothing', [close, approved(close), rejected(close)], 'effective'],
    ...(
      [
        ['a key of the API proposed it', closing({ by: { ...ZHANG, via: 'api' } })],
        ['its maker had no role', closing({ by: { ...ZHANG, roles: [] } })],
        ['it is about another day', closing({ day: '2026-03-03', about: DAY })],
        ['it is about another merchant', closing({ of: 'shop-1', about: DAY })],
        ['its maker had the role for another merchant', closing({ merchant: 'shop-1' })],
        ['it closes nothing', closing({ statements: [] })],
        ['an operator overruled what was not met', closing({ overruled: ['reports'], text: 'ee'.repeat(32) })],
        ['an approver overruled it, and did not say why', closing({ by: NAIROBI, overruled: ['reports'] })],
      ] as const
    ).map(([title, made]) => [title, [made, approved(made)], 'invalid'] as const),
    ['an approver overruled it, and said why', [overruled, approved(overruled)], 'effective'],
  ];

  test.each(cases)('does not hold where a clause is broken, and only then: %s', (_, claims, state) => {
    expect(statesOf(claims)).toEqual(state === undefined ? [] : [state]);
    expect(assessed(claims).findings.length > 0).toBe(state === 'effective');
  });

  test('no statement without a hash, or of no amount, is closed', () => {
    const statement = { provider: 'mfs-africa', currency: 'KES', sha256: 'ab'.repeat(32), opening: '1', closing: '2' };
    for (const broken of [{ sha256: 'ab' }, { opening: 'x' }, { closing: '' }]) {
      const made = closing({ statements: [{ ...statement, ...broken }] });
      expect(statesOf([made, approved(made)])).toEqual(['invalid']);
    }
  });
});

describe('of two closes of one day', () => {
  const first = closing({ key: 'k1' });
  const second = closing({ key: 'k2', by: OTIENO, at: t('20 08:10') });

  test('the one holds that was approved first, and the other is told', () => {
    const both = [first, second, approved(first, { at: t('20 09:30') }), approved(second)];
    expect(statesOf(both)).toEqual(['stale', 'effective']);
    expect(assessed(both).findings.map(({ reason, kind }) => [reason, kind])).toEqual([
      ['PERIOD_CLOSED', 'decision'],
      ['PERIOD_CLOSED_TWICE', 'matched'],
    ]);
    expect(assessed(both).payout).toBe('matched');
  });

  test('nothing that comes later undoes the one that holds', () => {
    const decisions = [first, second, approved(first), approved(second, { at: t('20 09:01') }), rejected(first)];
    expect(statesOf(decisions)).toEqual(['effective', 'stale']);
  });
});

test('no order and no repetition changes what is closed, and no further decision opens a closed day', () => {
  const makers = [ZHANG, OTIENO, NAIROBI];
  const made = makers.map((by, at) => closing({ by, key: `k${at}`, at: t(`20 08:0${at}`) }));
  const answers = made.flatMap((close) => {
    const at = (minute: number) => t(`20 09:${String(minute).padStart(2, '0')}`);
    return [WANJIRU, NAIROBI].flatMap((by, person) => [
      approved(close, { by, key: `a${person}${close.id}`, at: at(person * 7) }),
      rejected(close, { by, key: `r${person}${close.id}`, at: at(person * 5 + 3) }),
    ]);
  });
  const all: readonly Claim[] = [...made, ...answers];
  const claims = fc.shuffledSubarray([...all], { minLength: 1 });
  fc.assert(
    fc.property(claims, fc.infiniteStream(fc.nat()), (chosen, places) => {
      const shuffled = chosen.map((claim) => ({ claim, at: places.next().value! }));
      shuffled.sort((left, right) => left.at - right.at);
      const other = [...shuffled.map(({ claim }) => claim), ...chosen];
      expect(assessed(other)).toEqual(assessed(chosen));
      const held = closesOf(DAY, decisionsOf(chosen), RULES).filter(({ state }) => state === 'effective');
      expect(held.length).toBeLessThanOrEqual(1);
      const [close] = held;
      if (close === undefined) return;
      const { body, occurred_at } = close.approval!;
      expect(body.by.person).not.toBe(close.proposal.body.by.person);
      // What people say after it held changes nothing.
      const later = all.filter((claim) => claim.occurred_at! > occurred_at! && !chosen.includes(claim));
      const after = closesOf(DAY, decisionsOf([...chosen, ...later]), RULES);
      expect(after.filter(({ state }) => state === 'effective').map(({ proposal }) => proposal.id)).toEqual([
        close.proposal.id,
      ]);
    }),
  );
});
