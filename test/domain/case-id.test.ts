// Which case stands for another one, when further evidence gives another answer to the same question.
import { expect, test } from 'vitest';
import { type CaseKey, caseId, readCaseId, standingCaseId } from '../../src/domain/case-id.ts';
import { REASONS, type ReasonCode } from '../../src/domain/reasons.ts';

function named(reason: ReasonCode, subject = ''): CaseKey {
  return { key: 'A-1', stage: REASONS[reason].stage, reason, subject };
}

test('what a whole sum is compared with is one case, whichever payment its finding names', () => {
  expect(caseId(named('AMOUNT_UNDER', 'P-1'))).toBe(caseId(named('AMOUNT_UNDER')));
  expect(readCaseId(caseId(named('AMOUNT_UNDER', 'P-1')))).toEqual(named('AMOUNT_UNDER'));
  expect(caseId(named('FEE_VARIANCE', 'P-1'))).not.toBe(caseId(named('FEE_VARIANCE', 'P-2')));
});

const [UNDER, OVER, TWICE] = [named('AMOUNT_UNDER', 'P-1'), named('AMOUNT_OVER', 'P-1'), named('DUPLICATE_PAYMENT')];

test.each<readonly [what: string, of: CaseKey, now: readonly CaseKey[], stands: CaseKey | undefined]>([
  ['itself', UNDER, [TWICE, named('AMOUNT_UNDER')], UNDER],
  ['the sum that is too much by now', UNDER, [named('FEE_VARIANCE', 'P-1'), OVER], OVER],
  ['the payment that came twice', UNDER, [TWICE], TWICE],
  ['the money without an order, once the order came', named('ORDER_MISSING'), [UNDER], UNDER],
  [
    'the line that came late, of the same payment',
    named('SETTLEMENT_MISSING', 'P-1'),
    [named('SETTLEMENT_AMOUNT', 'P-1')],
    named('SETTLEMENT_AMOUNT', 'P-1'),
  ],
  ['nothing of another payment', named('SETTLEMENT_MISSING', 'P-1'), [named('SETTLEMENT_MISSING', 'P-2')], undefined],
  [
    'nothing that asks something else',
    UNDER,
    [named('STATUS_CONFLICT', 'P-1'), named('SETTLEMENT_MISSING', 'P-1')],
    undefined,
  ],
  ['nothing, where nothing is left', UNDER, [], undefined],
])('%s stands for a case', (_what, of, now, stands) => {
  expect(standingCaseId(of, now)).toBe(stands && caseId(stands));
});
