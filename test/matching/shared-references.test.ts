// Two shops' orders under one reference: nothing is compared, and no sentence says what to do with the money.
import { describe, expect, test } from 'vitest';
import { LANGUAGES, sentenceFor } from '../../src/domain/reason-words.ts';
import { callback, given, line, order, t } from './given.ts';

const A = order({ merchant: 'shop-a' });
const B = order({ merchant: 'shop-b', amount: '700.00', placed_at: t('2 08:30'), status: 'paid' });
const SHARED = {
  reason: 'REFERENCE_SHARED' as const,
  expected: 'shop-a',
  observed: 'shop-b',
  opened_at: t('2 08:30'),
};

describe('a reference with orders of two merchants', () => {
  test('is told with both names, and nothing else is said of the payment stage', () => {
    const both = [
      callback(),
      callback({ payment: 'P2', amount: '700.00', status: 'failed' }),
      callback({ payment: 'P3' }),
    ];
    const { assessment, shows } = given(A, B, ...both, line(), line({ payment: 'P3' })).at(t('3 20:00'));
    shows({ payment: 'unmatched', settlement: 'matched', found: [SHARED] });
    expect(assessment.merchant).toBe('');
    const [finding] = assessment.findings.filter(({ reason }) => reason !== null);
    for (const language of LANGUAGES) expect(sentenceFor(finding!, language)).not.toMatch(/refund|退款/);
  });

  test('keeps what the settlement stage says', () => {
    given(A, B, callback())
      .at(t('9 00:00'))
      .shows({ payment: 'unmatched', settlement: 'unmatched', found: [SHARED, 'SETTLEMENT_MISSING'] });
  });

  test('waits for no deadline of either order', () => {
    given(A, order({ merchant: 'shop-b' }))
      .at(t('9 00:00'))
      .shows({ payment: 'unmatched', settlement: 'closed', found: ['REFERENCE_SHARED'], next: null });
  });

  test('hears the accounts of both, which do not join by an id, and tells the others', () => {
    const accounts = { 'mfs-africa/a': ['shop-a'], 'mfs-africa/b': ['shop-b'], 'mfs-africa/c': ['shop-c'] };
    const said = ['a', 'b', 'c'].map((account) => callback({ account }));
    const { assessment, shows } = given(A, B, ...said).at(t('2 09:00'), { accounts });
    shows({
      payment: 'unmatched',
      settlement: 'pending',
      found: [SHARED, { reason: 'FOREIGN_ACCOUNT', expected: 'shop-a, shop-b', observed: 'mfs-africa/c' }],
    });
    expect(assessment.money).toEqual([{ currency: 'KES', received: 200_000n, returned: 0n }]);
  });
});

test('one merchant who says several things of its order shares nothing', () => {
  given(A, order({ merchant: 'shop-a', amount: '900.00' }))
    .at(t('2 09:00'))
    .shows({ payment: 'unmatched', settlement: 'closed', found: ['CONFLICTING_EVIDENCE'] });
});
