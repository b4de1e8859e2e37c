// Proposals to give money back: of which findings and of how much, and that they resolve nothing by themselves.

import { describe, expect, test } from 'vitest';
import type { Finding } from '../../src/domain/assessment.ts';
import type { Claim } from '../../src/domain/fact.ts';
import type { ReasonCode } from '../../src/domain/reasons.ts';
import { assessEvidence, assessKey } from '../../src/matching/assess-key.ts';
import { proposalsOf, refundsOf, resolutionsOf } from '../../src/matching/decisions.ts';
import { EMPTY_STATE, evolveAll } from '../../src/matching/evolve.ts';
import { compileRules, parseRules } from '../../src/matching/rules.ts';
import { callback, order, refund, t } from './given.ts';
import { approved, KEY, OTIENO, proposed, rejected, SERVICE, WANJIRU, ZHANG } from './given-decisions.ts';

const RULES = compileRules(parseRules({ review: { threshold: { KES: '100.00' } }, decision_keys: [SERVICE.signer] }));
const END = t('25 00:00');

const cancelled = order({ status: 'cancelled', status_at: t('2 12:00') });
const OVER = [order(), callback({ amount: '1300.00' })];
const TWICE = [order(), callback(), callback({ id: 'c2', payment: 'P2' })];
const KEPT = [cancelled, callback()];
const LATE = [order({ status: 'cancelled', status_at: t('1 12:00') }), callback({ at: t('2 10:00') })];
const FAILED = [
  ...[order(), callback(), refund({ at: t('3 10:00') })],
  refund({ id: 'failed', status: 'failed', at: t('5 10:00') }),
];
const UNDER = [order(), callback({ amount: '700.00' })];
const NO_ORDER = [callback()];

function evidenceOf(claims: readonly Claim[]) {
  return assessEvidence(KEY, evolveAll(EMPTY_STATE, claims).state, RULES, END);
}

function findingOf(claims: readonly Claim[], reason: ReasonCode): Finding {
  const found = evidenceOf(claims).findings.find((finding) => finding.reason === reason);
  if (found === undefined) throw new Error(`no ${reason}: ${JSON.stringify(evidenceOf(claims).findings)}`);
  return found;
}

function viewsOf(claims: readonly Claim[]) {
  const { state } = evolveAll(EMPTY_STATE, claims);
  return proposalsOf(KEY, state.decisions ?? [], RULES, evidenceOf(claims));
}

const back = (finding: Finding, more: Parameters<typeof proposed>[1] = {}) =>
  proposed(finding, { kind: 'refund', cause: 'customer_error', ...more });

describe('a refund may be proposed', () => {
  test.each<[ReasonCode, string, readonly Claim[]]>([
    ['AMOUNT_OVER', '300.00', OVER],
    ['DUPLICATE_PAYMENT', '1000.00', TWICE],
    ['CANCELLED_BUT_PAID', '1000.00', KEPT],
    ['PAID_AFTER_CANCEL', '1000.00', LATE],
    ['REFUND_FAILED', '1000.00', FAILED],
  ])('of %s: all of the difference, or a part', (reason, whole, claims) => {
    const finding = findingOf(claims, reason);
    for (const amount of [whole, '0.01', '250.00']) {
      const proposal = back(finding, { amount });
      const [view] = viewsOf([...claims, proposal, approved(proposal)]);
      expect([amount, view!.state]).toEqual([amount, 'effective']);
    }
  });

  test.each<[ReasonCode, string, readonly Claim[]]>([
    ['AMOUNT_UNDER', 'shop-1', UNDER],
    ['ORDER_MISSING', '', NO_ORDER],
  ])('never of %s', (reason, merchant, claims) => {
    const finding = findingOf(claims, reason);
    const proposal = back(finding, { amount: '1.00', currency: 'KES', merchant });
    expect(viewsOf([...claims, proposal, approved(proposal)])[0]!.state).toBe('invalid');
  });

  test.each([
    ['more than the difference', { amount: '300.01' }],
    ['nothing', { amount: '0.00' }],
    ['less than nothing', { amount: '-1.00' }],
    ['another text of the amount', { amount: '300.0' }],
    ['finer than the currency', { amount: '1.001' }],
    ['no number', { amount: 'all' }],
    ['another currency', { amount: '300.00', currency: 'UGX' }],
    ['a maker without a role', { by: { ...OTIENO, roles: [] } }],
  ])('and is invalid with %s', (_what, more) => {
    const proposal = back(findingOf(OVER, 'AMOUNT_OVER'), more);
    expect(viewsOf([...OVER, proposal, approved(proposal)])[0]!.state).toBe('invalid');
  });
});

describe('a refund that holds', () => {
  const finding = findingOf(OVER, 'AMOUNT_OVER');
  const proposal = back(finding);
  const held = [...OVER, proposal, approved(proposal)];

  test('resolves nothing: evidence ends the break, and until then it stands', () => {
    expect(resolutionsOf(viewsOf(held)).size).toBe(0);
    const { state } = evolveAll(EMPTY_STATE, held);
    expect(assessKey(KEY, state, RULES, END)).toEqual(assessKey(KEY, evolveAll(EMPTY_STATE, OVER).state, RULES, END));
  });

  test('is the one to be made, and of several the first, whatever the order of the facts', () => {
    const later = back(finding, { at: t('20 09:00'), key: 'k2', by: OTIENO, amount: '5.00' });
    const all = [...held, later, approved(later, { key: 'a2' })];
    for (const claims of [all, all.toReversed()]) {
      const refunds = [...refundsOf(viewsOf(claims)).values()];
      expect(refunds.map((view) => view.proposal.id)).toEqual([proposal.id]);
    }
  });

  test('needs the second person that any other proposal needs', () => {
    expect(viewsOf([...OVER, proposal])[0]!.state).toBe('awaiting_approval');
    expect(viewsOf([...OVER, proposal, approved(proposal, { by: { ...WANJIRU, person: ZHANG.person } })])[0]!.state) //
      .toBe('awaiting_approval');
    expect(refundsOf(viewsOf([...OVER, proposal])).size).toBe(0);
  });

  test('is made no more once it is rejected, though it was approved', () => {
    const views = viewsOf([...held, rejected(proposal)]);
    expect([views[0]!.state, refundsOf(views).size]).toEqual(['rejected', 0]);
  });

  test('is made no more once the evidence gives another finding, or none', () => {
    for (const more of [callback({ id: 'c2', payment: 'P2', amount: '10.00' }), refund({ amount: '1300.00' })]) {
      const views = viewsOf([...held, more]);
      expect([views[0]!.state, refundsOf(views).size]).toEqual(['stale', 0]);
    }
  });

  test('is made no more once somebody said why the money may stay, which ends the break', () => {
    const said = proposed(finding, { kind: 'explain', cause: 'other', key: 'k9', at: t('21 08:00') });
    const claims = [...held, said, approved(said, { key: 'a9' })];
    const views = viewsOf(claims);
    expect([refundsOf(views).size, resolutionsOf(views).size]).toEqual([0, 1]);
    const { findings } = assessKey(KEY, evolveAll(EMPTY_STATE, claims).state, RULES, END);
    expect(findings.map(({ reason }) => reason)).toContain('EXPLAINED');
  });
});
