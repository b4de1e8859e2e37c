// What of people's decisions holds: every clause by itself, and what follows for the key.

import { describe, expect, test } from 'vitest';
import type { Assessment, Finding } from '../../src/domain/assessment.ts';
import { standingOf } from '../../src/domain/assessment.ts';
import type { Claim } from '../../src/domain/fact.ts';
import type { ReasonCode } from '../../src/domain/reasons.ts';
import { assessEvidence, assessKey } from '../../src/matching/assess-key.ts';
import { type ProposalState, proposalsOf } from '../../src/matching/decisions.ts';
import { EMPTY_STATE, evolveAll } from '../../src/matching/evolve.ts';
import { compileRules, parseRules } from '../../src/matching/rules.ts';
import { callback, line, order, t } from './given.ts';
import { approved, KEY, OTIENO, proposed, rejected, SERVICE, STRANGER, WANJIRU, ZHANG } from './given-decisions.ts';

const REVIEW = { threshold: { KES: '100.00' } };
const rulesWith = (input: object = {}) =>
  compileRules(parseRules({ review: REVIEW, decision_keys: [SERVICE.signer], ...input }));
const RULES = rulesWith();
const END = t('25 00:00');

/** Settled 20.00 too little, and nothing else is wrong. */
const SHORT: readonly Claim[] = [order(), callback({ payment: 'P1' }), line({ gross: '980.00' })];
/** Settled 500.00 too little. */
const FAR_SHORT: readonly Claim[] = [order(), callback({ payment: 'P1' }), line({ gross: '500.00' })];

function assessed(claims: readonly Claim[], rules = RULES, asOf = END): Assessment {
  const orders = [claims, [...claims].reverse(), [...claims, ...claims]];
  const [once, ...others] = orders.map((all) => assessKey(KEY, evolveAll(EMPTY_STATE, all).state, rules, asOf));
  for (const other of others) expect(other).toEqual(once);
  return once!;
}

function findingOf(claims: readonly Claim[], reason: ReasonCode = 'SETTLEMENT_AMOUNT'): Finding {
  const { findings } = assessEvidence(KEY, evolveAll(EMPTY_STATE, claims).state, RULES, END);
  return findings.find((finding) => finding.reason === reason)!;
}

/** The state of each proposal, by the rules, of all that was decided. */
function statesOf(claims: readonly Claim[], rules = RULES): ProposalState[] {
  const { state } = { state: evolveAll(EMPTY_STATE, claims).state };
  const views = proposalsOf(KEY, state.decisions ?? [], rules, assessEvidence(KEY, state, rules, END));
  return views.map((view) => view.state);
}

describe('a resolution below the threshold', () => {
  test('takes the place of the break it is about, to the cent, and the stage is resolved', () => {
    const { settlement, payment, findings } = assessed([...SHORT, proposed(findingOf(SHORT))]);

    expect([payment, settlement]).toEqual(['matched', 'resolved']);
    expect(findings.find(({ stage }) => stage === 'settlement')).toMatchObject({
      kind: 'decision',
      reason: 'WRITTEN_OFF',
      subject: 'SETTLEMENT_AMOUNT/P1',
      difference: '-20.00',
      opened_at: t('20 08:00'),
    });
  });

  test('leaves a key worse than one that agrees, and better than one that waits', () => {
    expect(standingOf(assessed([...SHORT, proposed(findingOf(SHORT))]))).toBe('resolved');
  });

  test('says that no money is lost, where it is an explanation', () => {
    const { findings } = assessed([...SHORT, proposed(findingOf(SHORT), { kind: 'explain' })]);
    expect(findings.map(({ reason }) => reason)).toContain('EXPLAINED');
  });
});

describe('a resolution holds only where every clause does', () => {
  const finding = findingOf(SHORT);
  const far = findingOf(FAR_SHORT);
  const proposal = proposed(far);
  const NOBODYS = proposed(far, { by: { person: 'key:17', roles: ['operator'], via: 'api' } });
  const cases: readonly [string, readonly Claim[], ProposalState | undefined][] = [
    ['all of them do', [...FAR_SHORT, proposal, approved(proposal)], 'effective'],
    ['the finding is another one by now', [...SHORT, proposal, approved(proposal)], 'stale'],
    ['the evidence gives no finding at all', [order(), callback({ payment: 'P1' }), line(), proposal], 'stale'],
    ['the amount is less than the difference', [...SHORT, proposed(finding, { amount: '19.99' })], 'invalid'],
    ['the amount is in another currency', [...SHORT, proposed(finding, { currency: 'UGX' })], 'invalid'],
    ['an explanation names an amount', [...SHORT, proposed(finding, { kind: 'explain', amount: '20.00' })], 'invalid'],
    [
      'the approval is of another merchant',
      [...FAR_SHORT, proposal, approved(proposal, { merchant: 'shop-2' })],
      'awaiting_approval',
    ],
    ['the maker had no role', [...SHORT, proposed(finding, { by: { ...ZHANG, roles: [] } })], 'invalid'],
    ['it is about another key', [...SHORT, proposed(finding, { about: 'OTHER' })], undefined],
    ['it is of another merchant', [...SHORT, proposed(finding, { merchant: 'shop-2' })], 'stale'],
    [
      'a key of nobody proposed it, above the threshold',
      [...FAR_SHORT, NOBODYS, approved(NOBODYS)],
      'awaiting_approval',
    ],
    ['somebody else signed it', [...SHORT, proposed(finding, { signedBy: STRANGER })], undefined],
    ['a word of it was changed', [...SHORT, { ...proposed(finding), merchant: 'shop-2' }], undefined],
    ['nobody approved it', [...FAR_SHORT, proposal], 'awaiting_approval'],
    [
      'its maker approved it',
      [...FAR_SHORT, proposal, approved(proposal, { by: { ...ZHANG, roles: ['approver'] } })],
      'awaiting_approval',
    ],
    [
      'one without the role approved it',
      [...FAR_SHORT, proposal, approved(proposal, { by: OTIENO })],
      'awaiting_approval',
    ],
    [
      'a key of the API approved it',
      [...FAR_SHORT, proposal, approved(proposal, { by: { ...WANJIRU, via: 'api' } })],
      'awaiting_approval',
    ],
    ['another content was approved', [...FAR_SHORT, proposal, approved(proposal, { read: 'ab' })], 'awaiting_approval'],
    [
      'the approval is about another key',
      [...FAR_SHORT, proposal, approved(proposal, { about: 'OTHER' })],
      'awaiting_approval',
    ],
    [
      'somebody else signed the approval',
      [...FAR_SHORT, proposal, approved(proposal, { signedBy: STRANGER })],
      'awaiting_approval',
    ],
    ['an approver rejected it as well', [...FAR_SHORT, proposal, approved(proposal), rejected(proposal)], 'rejected'],
    [
      'its maker withdrew it',
      [...FAR_SHORT, proposal, approved(proposal), rejected(proposal, { by: ZHANG })],
      'rejected',
    ],
    [
      'a stranger to it rejected it, which is nothing',
      [...FAR_SHORT, proposal, approved(proposal), rejected(proposal, { by: OTIENO })],
      'effective',
    ],
  ];

  test.each(cases)('%s', (_, claims, state) => {
    expect(statesOf(claims)).toEqual(state === undefined ? [] : [state]);
    expect(assessed(claims).settlement === 'resolved').toBe(state === 'effective');
  });

  test('a rejected one written again with another form of its signature stays rejected', () => {
    const { body } = proposal;
    const twin = { ...proposal, body: { ...body, signature: `${body.signature} ` } };
    expect(statesOf([...FAR_SHORT, proposal, approved(proposal), rejected(proposal), twin])).toEqual(['rejected']);
    expect(statesOf([...FAR_SHORT, twin, approved(proposal)])).toEqual([]);
  });

  test('a rejection counts whenever it comes, even before the proposal', () => {
    expect(statesOf([rejected(proposal), ...FAR_SHORT, approved(proposal), proposal])).toEqual(['rejected']);
  });
});

describe('a second person', () => {
  test('is needed from the threshold on, and not below it', () => {
    const at = (gross: string) => {
      const claims = [order(), callback({ payment: 'P1' }), line({ gross })];
      return statesOf([...claims, proposed(findingOf(claims))])[0];
    };
    expect([at('900.01'), at('900.00')]).toEqual(['effective', 'awaiting_approval']);
  });

  test('is needed for two differences of a key that are below it one by one, and not together', () => {
    const claims = [order({ amount: '1060.00' }), callback({ payment: 'P1' }), line({ gross: '940.00' })];
    const under = proposed(findingOf(claims, 'AMOUNT_UNDER'), { key: 'k1' });
    const settled = proposed(findingOf(claims), { key: 'k2' });
    expect(statesOf([...claims, under])).toEqual(['effective']);
    expect(statesOf([...claims, under, settled])).toEqual(['awaiting_approval', 'awaiting_approval']);
    // A rejection of one never resolves the other.
    expect(statesOf([...claims, under, settled, rejected(settled)])).toContain('awaiting_approval');
  });

  test('is needed in a currency without a threshold, and for reasons whose evidence contradicts itself', () => {
    const claims = [
      order({ currency: 'UGX', amount: '1000' }),
      callback({ payment: 'P1', currency: 'UGX', amount: '1000' }),
    ];
    const lines = [...claims, line({ currency: 'UGX', gross: '999' })];
    expect(statesOf([...lines, proposed(findingOf(lines))])).toEqual(['awaiting_approval']);
    const mixed = [order({ amount: '1000000.00' }), callback({ payment: 'P1', currency: 'UGX', amount: '100' })];
    const other = proposed(findingOf(mixed, 'CURRENCY_MISMATCH'), { kind: 'explain' });
    const cheap = rulesWith({ review: { threshold: { KES: '100.00', UGX: '1000' } } });
    expect(statesOf([...mixed, other], cheap)).toEqual(['awaiting_approval']);
    const written = proposed(findingOf(mixed, 'CURRENCY_MISMATCH'), { amount: '100', currency: 'UGX' });
    expect(statesOf([...mixed, written], cheap)).toEqual(['invalid']);
    const conflict = [...SHORT, callback({ payment: 'P1', id: 'x2', status: 'failed', via: 'poll' })];
    const explained = proposed(findingOf(conflict, 'STATUS_CONFLICT'), { kind: 'explain' });
    expect(statesOf([...conflict, explained])).toEqual(['awaiting_approval']);
  });

  test('is asked for by the threshold of the day of the proposal: one that is lowered later reopens nothing', () => {
    const review = [{ threshold: { KES: '100.00' } }, { valid_from: '2026-03-21', threshold: { KES: '10.00' } }];
    const rules = rulesWith({ review });
    const finding = findingOf(SHORT);
    expect(statesOf([...SHORT, proposed(finding, { at: t('20 08:00') })], rules)).toEqual(['effective']);
    expect(statesOf([...SHORT, proposed(finding, { at: t('21 08:00') })], rules)).toEqual(['awaiting_approval']);
  });
});

describe('reopening', () => {
  const proposal = proposed(findingOf(SHORT));

  test('happens by itself when other evidence comes, and ends when the evidence is as it was', () => {
    const more = line({ id: 'l9', gross: '-5.00', line_type: 'adjustment' });
    expect(assessed([...SHORT, proposal]).settlement).toBe('resolved');
    const late = [...SHORT, line({ id: 'l2', gross: '10.00' }), proposal];
    expect(assessed(late).settlement).toBe('unmatched');
    expect(statesOf(late)).toEqual(['stale']);
    expect(assessed([...SHORT, more, proposal]).settlement).toBe('resolved');
  });

  test('of one break leaves the stage unmatched while the other is resolved', () => {
    const rules = rulesWith({ fees: [{ provider: 'mfs-africa', currency: 'KES', percent: '1' }] });
    const claims = [...SHORT.slice(0, 2), line({ gross: '980.00', fee: '0.00' })];
    const { settlement, findings } = assessed([...claims, proposal], rules);
    expect(settlement).toBe('unmatched');
    expect(findings.map(({ reason }) => reason)).toEqual([null, 'WRITTEN_OFF', 'FEE_VARIANCE']);
  });

  test('never shows a key as resolved that still waits for something', () => {
    // The amount is too little, and its settlement is not due yet.
    const claims = [order({ amount: '1010.00' }), callback({ payment: 'P1' })];
    const early = proposed(findingOf(claims, 'AMOUNT_UNDER'), { at: t('2 09:00') });
    const { payment, settlement } = assessed([...claims, early], RULES, t('2 10:00'));
    expect([payment, settlement]).toEqual(['resolved', 'pending']);
    expect(standingOf(assessed([...claims, early], RULES, t('2 10:00')))).toBe('pending');
  });
});
