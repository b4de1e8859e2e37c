// Whose word counts: what an account says about an order of a merchant that is not its own counts for nothing, and is
// told. Accounts: `a` speaks for shop-a, `b` for shop-b, `main` for everybody, `other` is not listed.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Claim, LINE_TYPES, PAYMENT_KINDS, PAYMENT_STATUSES } from '../../src/domain/fact.ts';
import { assess } from '../../src/matching/assess.ts';
import { compileRules, parseRules } from '../../src/matching/rules.ts';
import { callback, chargeback, fold, given, line, order, poll, refund, refundLine, t } from './given.ts';

const ACCOUNTS = { 'mfs-africa/a': ['shop-a'], 'mfs-africa/b': ['shop-b'], 'mfs-africa/main': ['*'] };
const RULES = { accounts: ACCOUNTS };
const [A, B] = [{ account: 'a' }, { account: 'b' }];
const ORDER = order({ merchant: 'shop-b' });
const NOW = t('3 20:00');

/** A finding about what account `a` said. */
const foreign = (source: string) => ({
  reason: 'FOREIGN_ACCOUNT' as const,
  subject: source,
  expected: 'shop-b',
  observed: source,
});

describe('an order of shop-b', () => {
  test('is not paid by a word of account a', () => {
    given(ORDER, callback(A))
      .at(t('2 09:00'), RULES)
      .shows({
        payment: 'pending',
        settlement: 'closed',
        found: [{ ...foreign('mfs-africa/a'), opened_at: t('2 08:05') }],
      });
  });

  test('is paid by a word of account b, or of an account for everybody', () => {
    for (const account of ['b', 'main']) {
      given(ORDER, callback({ account }), line({ account }))
        .at(NOW, RULES)
        .shows({ payment: 'matched', settlement: 'matched' });
    }
  });

  test('hears no account that is not listed', () => {
    given(ORDER, callback({ account: 'other' }))
      .at(t('2 09:00'), RULES)
      .shows({ payment: 'pending', settlement: 'closed', found: [foreign('mfs-africa/other')] });
  });

  test('hears everybody where no account is listed, and claims without an account', () => {
    given(ORDER, callback(A), line(A)).at(NOW).shows({ payment: 'matched', settlement: 'matched' });
    given(ORDER, callback(), line(A), line(B))
      .at(NOW, RULES)
      .shows({ payment: 'matched', settlement: 'matched', found: [foreign('mfs-africa/a')] });
  });

  test('is told since the order stands as each merchant said last of it', () => {
    const ofA = [
      order({ merchant: 'shop-a', placed_at: t('2 06:00'), stated_at: t('2 06:00') }),
      order({ merchant: 'shop-a', placed_at: t('2 09:00'), stated_at: t('2 09:00') }),
    ];
    const placed = order({ merchant: 'shop-b', placed_at: t('2 10:00') });
    const { findings } = assess(
      fold([...ofA, placed, callback({ account: 'other', at: t('2 07:00') })]),
      compileRules(parseRules(RULES)),
      NOW,
    );
    expect(findings.filter(({ reason }) => reason === 'FOREIGN_ACCOUNT')).toMatchObject([
      { subject: 'mfs-africa/other', opened_at: t('2 09:00') },
    ]);
  });

  test('knows the account of a webhook from before accounts were named by its id', () => {
    const before = { ...callback(A), account: null };
    given(ORDER, before)
      .at(t('2 09:00'), RULES)
      .shows({ payment: 'pending', settlement: 'closed', found: [foreign('mfs-africa/a')] });
  });

  test('stands as matched beside what others say, and each account is told once', () => {
    given(
      ORDER,
      callback(B),
      line(B),
      ...[callback({ ...A, status: 'failed' }), poll(A), refund(A), refundLine(A), chargeback('disputed', A)],
      chargeback('charged_back', { account: 'other' }),
    )
      .at(NOW, RULES)
      .shows({
        payment: 'matched',
        settlement: 'matched',
        found: [foreign('mfs-africa/a'), foreign('mfs-africa/other')],
      });
  });
});

describe('money before its order', () => {
  test('counts for nothing once a merchant places the order for whom its account does not speak', () => {
    given(callback(B))
      .at(t('2 09:00'), RULES)
      .shows({ payment: 'unmatched', settlement: 'pending', found: ['ORDER_MISSING'] });
    given(callback(B), order({ merchant: 'shop-a' }))
      .at(t('2 09:00'), RULES)
      .shows({
        payment: 'pending',
        settlement: 'closed',
        found: [{ ...foreign('mfs-africa/b'), expected: 'shop-a' }],
      });
  });

  test('is not joined by an id to what another voice says', () => {
    given(callback(B), poll({ ...A, status: 'failed' }))
      .at(t('2 09:00'), RULES)
      .shows({ payment: 'unmatched', settlement: 'pending', found: ['ORDER_MISSING'] });
    given(callback(B), refund(A))
      .at(t('2 09:00'), RULES)
      .shows({ payment: 'unmatched', settlement: 'unmatched', found: ['ORDER_MISSING', 'REFUND_UNLINKED'] });
    given(callback({ account: 'main' }), poll({ account: 'main', status: 'failed' }))
      .at(t('2 09:00'), RULES)
      .shows({ payment: 'unmatched', settlement: 'closed', found: ['STATUS_CONFLICT'] });
  });
});

describe('one report from two ways', () => {
  test('a line without an account and the same line with it are one line', () => {
    given(ORDER, callback(B), line({ id: 'L1' }), line({ ...B, id: 'L1' }))
      .at(NOW, RULES)
      .shows({ payment: 'matched', settlement: 'matched' });
  });

  test('the same id at two accounts is two lines', () => {
    given(ORDER, callback(B), line({ account: 'main', id: 'L1' }), line({ ...B, id: 'L1' }))
      .at(NOW, RULES)
      .shows({ payment: 'matched', settlement: 'unmatched', found: ['DUPLICATE_SETTLEMENT'] });
  });
});

describe('any claims of accounts that do not speak for the merchant', () => {
  const id = fc.constantFrom('P1', 'P2', 'R1', 'C1');
  const anyId = fc.option(id);
  const foreigner = fc.constantFrom('a', 'other');
  const ids = { payment: anyId, original: anyId, request_id: anyId, operator_transaction_id: anyId };
  const event = fc.option(fc.constantFrom('e1', 'e2'), { nil: undefined });
  const at = fc.integer({ min: 0, max: 72 }).map((hour) => t('2 06:00') + hour * 3_600_000);
  const amount = fc.constantFrom('1000.00', '400.00', '9000.00');
  const observed = (account: fc.Arbitrary<string>) =>
    fc
      .record({
        ...{ account, at, amount, ...ids, id: event },
        via: fc.constantFrom('callback', 'poll'),
        kind: fc.constantFrom(...PAYMENT_KINDS),
        status: fc.constantFrom(...PAYMENT_STATUSES),
      })
      .map(({ id: name, ...rest }) => callback({ ...rest, ...(name === undefined ? {} : { id: name }) } as never));
  const settled = (account: fc.Arbitrary<string>) =>
    fc
      .record({ account, gross: amount, ...ids, line_type: fc.constantFrom(...LINE_TYPES), id: event })
      .map(({ id: name, ...rest }) => line({ ...rest, ...(name === undefined ? {} : { id: name }) } as never));
  const claims = (account: fc.Arbitrary<string>) =>
    fc.array(fc.oneof(observed(account), settled(account)) as fc.Arbitrary<Claim>, { maxLength: 6 });

  test('change nothing of the assessment but FOREIGN_ACCOUNT', () => {
    const rules = compileRules(parseRules(RULES));
    const own = claims(fc.constantFrom('b', 'main'));
    const asOf = fc.constantFrom(t('2 09:00'), t('3 20:00'), t('9 00:00'));
    fc.assert(
      fc.property(own, claims(foreigner), asOf, (heard, others, now) => {
        const without = assess(fold([ORDER, ...heard]), rules, now);
        const { findings, ...rest } = assess(fold([...others, ORDER, ...heard]), rules, now);
        const told = findings.filter(({ reason }) => reason === 'FOREIGN_ACCOUNT');
        expect({ ...rest, findings: findings.filter((finding) => !told.includes(finding)) }).toEqual(without);
        expect(told.map(({ subject }) => subject)).toEqual(
          [...new Set(others.map(({ account }) => `mfs-africa/${account}`))].sort(),
        );
      }),
      { numRuns: 2_000 },
    );
  });
});
