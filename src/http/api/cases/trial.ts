// What keys would come to once decisions hold, before anybody takes them. They are assessed as they will be then, by
// the same functions: with decisions that nobody said, signed by a key that no rules name. Nothing is written.

import { type Assessment, stagesOf, standingOf } from '../../../domain/assessment.ts';
import type { Decider, DecisionBody } from '../../../domain/decision.ts';
import type { Fact } from '../../../domain/fact.ts';
import { isPayoutKey } from '../../../domain/key.ts';
import { formatMinor, minorOf } from '../../../domain/money.ts';
import type { Instant } from '../../../domain/time.ts';
import { assessEvidence, assessKey, groupAndEvidence } from '../../../matching/assess-key.ts';
import { contentOf } from '../../../matching/decision-names.ts';
import { type ProposalView, proposalsOf } from '../../../matching/decisions.ts';
import { EMPTY_STATE, evolveAll, type PaymentState } from '../../../matching/evolve.ts';
import { linkWords } from '../../../matching/link-words.ts';
import { creditsFor } from '../../../matching/linked-money.ts';
import { type CompiledRules, compileRules } from '../../../matching/rules.ts';
import type { Terms } from '../../../matching/whole-words.ts';
import { type DecisionDraft, decisionFact } from '../../../producers/decisions/decision-facts.ts';
import { DecisionKey } from '../../../producers/decisions/decision-key.ts';
import { findingView } from '../../../projections/transaction-view.ts';
import { transactionOf } from '../../../projections/transactions.ts';
import { handoffOf } from '../../../task/handoff-writer.ts';
import type { LedgerPort } from '../../ledger-port.ts';
import type { DecisionPlace, OwnPart } from '../decision-call.ts';

/** A proposal as it would be made, or the approval of one that is there. */
export interface Tried {
  readonly place: DecisionPlace;
  readonly own: OwnPart;
  readonly by: Decider;
}

/** Of this process alone, and what it signs never leaves this file. */
let own: DecisionKey | null = null;
const SECOND: Decider = { person: 'p-second', roles: ['approver'], via: 'desk' };

type Ledger = Pick<LedgerPort, 'loop' | 'reader'>;

/** Of the keys that are decided on and then of these orders, each once: where it stands, and where it would stand. */
export async function trialOf(
  { loop, reader }: Ledger,
  tried: readonly Tried[],
  orders: readonly string[],
): Promise<readonly object[]> {
  const terms = termsOf({ loop, reader });
  const stateOf = async (key: string): Promise<PaymentState> => (await reader.findKey(key)) ?? EMPTY_STATE;
  const told: Fact[] = [];
  const keys: object[] = [];
  const asked = Map.groupBy(tried, ({ place }) => place.about);
  for (const [key, of] of asked) {
    const before = await stateOf(key);
    const after = evolveAll(
      before,
      of.flatMap((one) => heldBy(one, terms)),
    ).state;
    const words = linkWords(key, after, terms).changesFrom(linkWords(key, before, terms));
    told.push(...words.map((word) => handoffOf(key, word)));
    keys.push({ key, before: standOf(key, before, terms), after: standOf(key, after, terms) });
  }
  for (const key of new Set(orders)) {
    if (asked.has(key)) continue;
    const before = await stateOf(key);
    const ofKey = told.filter(({ transaction_reference: to }) => to === key);
    const after = evolveAll(before, ofKey).state;
    keys.push({ key, before: standOf(key, before, terms), after: standOf(key, after, terms) });
  }
  return keys;
}

/** Whether a proposal would hold at once, or wait, as it would be made. */
export async function triedProposal({ loop, reader }: Ledger, tried: Tried): Promise<ProposalView> {
  const terms = termsOf({ loop, reader });
  const key = tried.place.about;
  const [fact] = heldBy(tried, terms);
  const { state } = evolveAll((await reader.findKey(key)) ?? EMPTY_STATE, [fact!]);
  const views = proposalsOf(
    key,
    state.decisions ?? [],
    terms.rules,
    assessEvidence(key, state, terms.rules, terms.asOf),
  );
  return views.find(({ proposal: { id } }) => id === fact!.id)!;
}

/** Those in force, under which what is tried counts too. */
function termsOf({ loop, reader }: Ledger): Terms {
  own ??= DecisionKey.make();
  const rules = compileRules(loop.rules);
  return { rules: { ...rules, decisionKeys: new Set([...rules.decisionKeys, own.signer]) }, asOf: reader.asOf };
}

/** The decision, and of a proposal the approval without which it may not hold. */
function heldBy({ place, own: said, by }: Tried, { asOf }: Terms): Fact<DecisionBody>[] {
  const { about, case: name, merchant } = place;
  const signed = (part: OwnPart, who: Decider) => {
    const draft = { ...part, about, case: name, by: who, batch: null } as DecisionDraft;
    return decisionFact(draft, { merchant, at: asOf, key: JSON.stringify(['trial', about, name]) }, own!);
  };
  const fact = signed(said, said.type === 'ResolutionApproved' ? SECOND : by);
  if (said.type !== 'ResolutionProposed') return [fact];
  const proposal = { id: fact.id, content: contentOf(fact) };
  return [fact, signed({ type: 'ResolutionApproved', proposal, text: null }, SECOND)];
}

function standOf(key: string, state: PaymentState, { rules, asOf }: Terms): object {
  const assessment = assessKey(key, state, rules, asOf);
  const reasons = new Set(assessment.findings.map(({ reason }) => reason));
  const findings = assessment.findings.filter(({ reason }) => reason !== null);
  return {
    ...{
      standing: standingOf(assessment),
      stages: stagesOf(assessment),
      ...moneyOf(key, state, assessment, rules, asOf),
    },
    findings: findings.map((finding) => findingView(finding, { reasons })),
  };
}

const NO_MONEY = { order_amount: null, currency: null, counted: null, left: null };

/** What counts of the money here: what was paid and not returned, less what is linked away, and what is linked in. */
function moneyOf(
  key: string,
  state: PaymentState,
  { merchant, provider }: Assessment,
  rules: CompiledRules,
  asOf: Instant,
) {
  if (isPayoutKey(key)) return NO_MONEY;
  const { group } = groupAndEvidence(key, state, rules, asOf);
  const { order_amount, paid, returned, currency } = transactionOf(key, merchant, provider, group);
  if (currency === null) return NO_MONEY;
  const minor = (text: string | null) => (text === null ? 0n : minorOf(text, currency));
  const credits = group.order === undefined ? [] : creditsFor(group.links, group.order.merchant);
  const linked = credits.reduce((sum, one) => (one.currency === currency ? sum + one.amount : sum), 0n);
  const counted = minor(paid) - minor(returned) + linked - (group.links?.out.get(currency) ?? 0n);
  const left = order_amount === null ? null : formatMinor(minor(order_amount) - counted, currency);
  return { order_amount, currency, counted: formatMinor(counted, currency), left };
}
