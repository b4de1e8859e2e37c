// Which case stands for another one, when further evidence gives another answer to the same question.
import { expect, test } from 'vitest';
import {
  type CaseKey,
  caseId,
  type FoundCase,
  formerCaseId,
  readCaseId,
  standingCaseId,
} from '../../src/domain/case-id.ts';
import { REASONS, type ReasonCode } from '../../src/domain/reasons.ts';

function named(reason: ReasonCode, subject = ''): CaseKey {
  return { key: 'A-1', stage: REASONS[reason].stage, reason, subject };
}

test('what a whole sum is compared with is one case, whichever payment its finding names', () => {
  expect(caseId(named('AMOUNT_UNDER', 'P-1'))).toBe(caseId(named('AMOUNT_UNDER')));
  expect(readCaseId(caseId(named('AMOUNT_UNDER', 'P-1')))).toEqual(named('AMOUNT_UNDER'));
  expect(caseId(named('FEE_VARIANCE', 'P-1'))).not.toBe(caseId(named('FEE_VARIANCE', 'P-2')));
});

test('money of each currency without an order, and each contradiction of an order, is a case of its own', () => {
  const missing = (currency: string | null) => ({ ...named('ORDER_MISSING'), currency });
  const contradicted = (observed: string) => ({ ...named('CONFLICTING_EVIDENCE', 'order:A-1'), observed });
  const ids = [
    ...[missing('KES'), missing('UGX'), missing(null)],
    ...[contradicted('amount: 5.00 KES'), contradicted('parts: 5.00 KES'), contradicted('whole: A-2')],
  ].map(caseId);
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(caseId(readCaseId(id)!)).toBe(id);
  // What was said of both before they were told apart was said under one id.
  expect(formerCaseId(missing('KES'))).toBe(formerCaseId(missing('UGX')));
  expect(formerCaseId(contradicted('parts: 5.00 KES'))).toBe(caseId(contradicted('amount: 6.00 KES')));
  expect(caseId({ ...named('PAYMENT_MISSING'), currency: 'KES', observed: '0.00' })).toBe(
    caseId(named('PAYMENT_MISSING')),
  );
});

const [SHILLINGS, UGANDAN] = ['KES', 'UGX'].map((currency) => ({ ...named('ORDER_MISSING'), currency })) as [
  FoundCase,
  FoundCase,
];
const [UNDER, OVER, TWICE] = [named('AMOUNT_UNDER', 'P-1'), named('AMOUNT_OVER', 'P-1'), named('DUPLICATE_PAYMENT')];

test.each<readonly [what: string, of: FoundCase, now: readonly FoundCase[], stands: FoundCase | undefined]>([
  ['itself', UNDER, [TWICE, named('AMOUNT_UNDER')], UNDER],
  ['the sum that is too much by now', UNDER, [named('FEE_VARIANCE', 'P-1'), OVER], OVER],
  ['the payment that came twice', UNDER, [TWICE], TWICE],
  ['the money of its currency', SHILLINGS, [UGANDAN, SHILLINGS], SHILLINGS],
  ['no money of another currency', SHILLINGS, [UGANDAN], undefined],
  ['money, for what was said before currencies were told apart', named('ORDER_MISSING'), [UGANDAN], UGANDAN],
  ['what the order lacks, once it came, for money of a currency', SHILLINGS, [UNDER], UNDER],
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
