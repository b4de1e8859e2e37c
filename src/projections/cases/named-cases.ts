// Cases by their ids, as work on many of them needs them: each with what was said of it, and with what a proposal about
// it would come to. All that is planned of one key counts together, as it will once it is said.

import type { Finding } from '../../domain/assessment.ts';
import { type CaseKey, caseId, readCaseId } from '../../domain/case-id.ts';
import type { Decider, LinkTarget, ResolutionProposed } from '../../domain/decision.ts';
import type { Claim } from '../../domain/fact.ts';
import type { Instant } from '../../domain/time.ts';
import { assessEvidence } from '../../matching/assess-key.ts';
import { fingerprintOf } from '../../matching/decision-names.ts';
import { type ProposalView, proposalsOf } from '../../matching/decisions.ts';
import type { CompiledRules } from '../../matching/rules.ts';
import type { ReconciliationTask } from '../../task/task.ts';
import type { Routing } from './case-owners.ts';
import { type CaseRow, proposalsByCase } from './case-rows.ts';
import type { CaseTalk, Talk } from './case-talk.ts';

/** How a case may end by work on many: about its finding, and all of it. */
export interface ProposedEnd extends Pick<ResolutionProposed, 'kind' | 'cause'> {
  /** Of a link: the order that all of the money is counted for. */
  readonly to?: Pick<LinkTarget, 'reference' | 'merchant'>;
}

/** What a person would propose of a case, by its finding of now. */
export interface PlannedProposal extends ProposedEnd {
  readonly by: Decider;
  readonly at: Instant;
}

/** What a proposal says of its finding. One that ends in money is of all its difference: one amount has one text. */
export function aboutFinding(
  { kind, to }: ProposedEnd,
  finding: Finding,
): Pick<ResolutionProposed, 'finding' | 'amount' | 'currency' | 'to'> {
  const { difference, currency } = finding;
  const isMoney = kind !== 'explain';
  const amount = isMoney ? (difference?.replace('-', '') ?? null) : null;
  return {
    ...{ finding: fingerprintOf(finding), amount, currency: isMoney ? currency : null },
    ...(to === undefined ? {} : { to: [{ reference: to.reference, merchant: to.merchant, amount: amount ?? '' }] }),
  };
}

export interface AskedCase {
  readonly id: string;
  readonly planned: PlannedProposal | null;
}

export interface AskedOfKey {
  readonly name: CaseKey;
  readonly asked: AskedCase;
}

export interface NamedCasesQuestion {
  readonly cases: readonly AskedCase[];
  /** Whether what was proposed is wanted too, which costs an assessment of each key. */
  readonly withProposals: boolean;
  readonly routing: Routing;
}

export interface NamedCase {
  /** Null where the evidence gives no such finding any more, and nobody resolved it. */
  readonly row: CaseRow | null;
  readonly talk: Talk;
  /** Those about the case, the first one first. */
  readonly proposals: readonly ProposalView[];
  /** What the planned one would be. */
  readonly planned: Pick<ProposalView, 'state' | 'needsApproval'> | null;
  /** The ids of what was decided of its key. */
  readonly decided: readonly string[];
}

/** Where the cases of a partition are looked up. */
export interface CasesOfPart {
  readonly task: ReconciliationTask;
  readonly talk: CaseTalk;
  readonly rules: CompiledRules;
  rowsOf(key: string): readonly CaseRow[];
}

const PLANNED = 'planned:';

/** By their keys. What is the id of no case is left out. */
export function askedByKey(cases: readonly AskedCase[]): Map<string, AskedOfKey[]> {
  const byKey = new Map<string, AskedOfKey[]>();
  for (const asked of cases) {
    const name = readCaseId(asked.id);
    if (name === undefined) continue;
    const ofKey = byKey.get(name.key) ?? [];
    byKey.set(name.key, ofKey);
    ofKey.push({ name, asked });
  }
  return byKey;
}

/** Those of a key that the partition has, with their ids. */
export function namedCasesOf(
  part: CasesOfPart,
  key: string,
  ofKey: readonly AskedOfKey[],
  withProposals: boolean,
): (readonly [id: string, found: NamedCase])[] {
  const rows = part.rowsOf(key);
  const { views, decided } = withProposals ? proposedOf(part, key, rows, ofKey) : { views: [], decided: [] };
  const now = proposalsByCase(
    views,
    rows.map(({ finding }) => ({ key, ...finding })),
  );
  return ofKey.map(({ name, asked: { id } }) => {
    const talk = part.talk.of(id, name);
    // What became of a proposal is asked for by its own case too, at which it stands no more.
    const isOwn = ({ proposal }: ProposalView) => caseId({ key, ...proposal.body.case }) === id;
    const about = now.get(id) ?? views.filter(isOwn);
    const planned = about.find(({ proposal }) => proposal.id === PLANNED + id) ?? null;
    const found: NamedCase = {
      ...{ row: rows.find((one) => one.id === id) ?? null, talk, decided },
      proposals: about.filter((view) => view !== planned),
      planned: planned && { state: planned.state, needsApproval: planned.needsApproval },
    };
    return [id, found] as const;
  });
}

function proposedOf(
  { task, rules }: CasesOfPart,
  key: string,
  rows: readonly CaseRow[],
  ofKey: readonly AskedOfKey[],
): { readonly views: readonly ProposalView[]; readonly decided: readonly string[] } {
  const state = task.stateAt(task.table.keys.find(key)!);
  const { decisions = [] } = state;
  const planned = ofKey.flatMap(({ name, asked: { id, planned: one } }) => {
    const row = rows.find((open) => open.id === id && open.resolution === null);
    return one === null || row === undefined ? [] : [claimOf(name, row, one)];
  });
  if (decisions.length === 0 && planned.length === 0) return { views: [], decided: [] };
  const evidence = assessEvidence(key, state, rules, task.head.deadlines_to);
  const views = proposalsOf(key, decisions, rules, evidence, planned);
  return { views, decided: decisions.map(({ id }) => id) };
}

/** As if it had been said: it is signed by nobody, and goes nowhere. */
function claimOf(
  { key, ...about }: CaseKey,
  { id, finding, merchant }: CaseRow,
  { by, at, ...end }: PlannedProposal,
): Claim<ResolutionProposed> {
  const body: ResolutionProposed = {
    ...{ type: 'ResolutionProposed', about: key, case: about, by, batch: null, kind: end.kind, cause: end.cause },
    ...{ ...aboutFinding(end, finding), text: null, signer: '', signature: '' },
  };
  return {
    ...{ id: PLANNED + id, provider: '', account: null, merchant, occurred_at: at },
    ...{ forwarded: false, stated_at: null, import_id: 0, payout: null, body },
  };
}
