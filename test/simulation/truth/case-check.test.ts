// The comparison of cases with the truth: it finds what stands otherwise, what is missing, and what nobody knows of.

import { expect, test } from 'vitest';
import { compareCases } from '../../../src/simulation/truth/case-check.ts';

const unmatched = { standing: 'unmatched', scenario: 'story' } as const;
const KNOWN = {
  truths: [
    { ...unmatched, key: 'A', reasons: ['AMOUNT_UNDER', 'FEE_MISSING'] },
    { ...unmatched, key: 'B', reasons: ['UNCLASSIFIED', 'UNCLASSIFIED'] },
    { standing: 'resolved', scenario: 'story', key: 'C', reasons: [] },
    { standing: 'matched', scenario: 'story', key: 'D', reasons: [] },
  ],
  work: [
    { key: 'A', reason: 'AMOUNT_UNDER', scenario: 'more came', acts: [], stands: 'stale' },
    { key: 'C', reason: 'PAYMENT_MISSING', scenario: 'in cash', acts: [], stands: 'resolved' },
    { key: 'D', reason: 'SETTLEMENT_MISSING', scenario: 'settled', acts: [], stands: null },
  ],
} as const;

const found = (key: string, reason: string, status: string) =>
  ({ key, status, finding: { reason } }) as Parameters<typeof compareCases>[1][number];
const RIGHT = [
  found('A', 'AMOUNT_UNDER', 'stale'),
  found('A', 'FEE_MISSING', 'new'),
  found('B', 'UNCLASSIFIED', 'new'),
  found('B', 'UNCLASSIFIED', 'new'),
  found('C', 'PAYMENT_MISSING', 'resolved'),
];

test('nothing differs where each case stands as it must, in any order', () => {
  expect(compareCases(KNOWN, RIGHT)).toEqual([]);
  expect(compareCases(KNOWN, RIGHT.toReversed())).toEqual([]);
});

test('another state, a case too few, one too many, and one that evidence ended are each told with their story', () => {
  const wrong = [
    found('A', 'AMOUNT_UNDER', 'resolved'),
    ...RIGHT.slice(1, 3),
    found('D', 'SETTLEMENT_MISSING', 'stale'),
    found('E', 'FEE_MISSING', 'new'),
  ];
  expect(compareCases(KNOWN, wrong)).toEqual([
    'A, AMOUNT_UNDER (story): expected stale, found resolved',
    'B, UNCLASSIFIED (story): expected new and new, found new',
    'C, PAYMENT_MISSING (in cash): expected resolved, found no case',
    'D, SETTLEMENT_MISSING (unknown): expected no case, found stale',
    'E, FEE_MISSING (unknown): expected no case, found new',
  ]);
});
