// The cases of one key as the list has them: its open findings, and those that people resolved.

import type { Finding, Standing } from '../../domain/assessment.ts';
import { breakValueOf } from '../../domain/break-value.ts';
import { caseId, type FoundCase, standingCaseId } from '../../domain/case-id.ts';
import { isPayoutKey, isPeriodKey } from '../../domain/key.ts';
import { isResolution, resolvedFinding } from '../../domain/reason-words-resolutions.ts';
import type { ReasonCode, ResolutionReason } from '../../domain/reasons.ts';
import type { Instant } from '../../domain/time.ts';
import { assessEvidence, groupAndEvidence } from '../../matching/assess-key.ts';
import { type CaseState, caseState } from '../../matching/case-state.ts';
import type { Claims } from '../../matching/claims.ts';
import { type ProposalView, proposalsOf } from '../../matching/decisions.ts';
import type { CompiledRules } from '../../matching/rules.ts';
import { workedFindingsAt } from '../../task/overview.ts';
import type { ReconciliationTask } from '../../task/task.ts';
import { idNumber, idNumbersOf } from './case-ids.ts';
import { operatorsOf } from './case-operators.ts';
import { type Routing, routeOf, teamOf } from './case-owners.ts';
import { type CaseRefunds, refundsOfCase } from './case-refunds.ts';
import type { Assignment, CaseTalk } from './case-talk.ts';

export type CaseFinding = Finding & { readonly reason: ReasonCode };

export interface CaseRow {
  readonly id: string;
  readonly key: string;
  readonly merchant: string;
  readonly provider: string;
  /** The mobile network at which its money was paid; null where nobody said. */
  readonly operator: string | null;
  readonly standing: Standing;
  /** The numbers of the ids by which the key is found; null where it is asked itself. See case-ids.ts. */
  readonly ids: readonly number[] | null;
  /** What evidence alone gives; of a resolved case since when it is resolved. */
  readonly finding: CaseFinding;
  /** How it was resolved; null of one that is open. */
  readonly resolution: ResolutionReason | null;
  /** The reasons of all of the key's cases. */
  readonly reasons: readonly ReasonCode[];
  readonly entryId: string;
  /** What it is about, in minor units by currency. */
  readonly value: readonly (readonly [currency: string, minor: bigint])[];
  readonly status: CaseState;
  /** What was said last of who works it. */
  readonly assignment: Assignment | null;
  readonly owner: string | null;
  /** Who works it by the configuration, where nobody was named. */
  readonly routed: string | null;
  /** Whose work it is, also once one of the team took it. */
  readonly team: string | null;
  readonly due_at: Instant | null;
  readonly notes: number;
  /** Another number where the finding changed, what people decided or said of it, or the facts of its key. */
  readonly version: number;
  /** Null where nobody proposed to give its money back. */
  readonly refunds: CaseRefunds | null;
}

/** What rows depend on besides the facts. */
export interface CaseTerms {
  readonly rules: CompiledRules;
  readonly routing: Routing;
}

export function caseRowsAt(
  task: ReconciliationTask,
  slot: number,
  talk: CaseTalk,
  { rules, routing }: CaseTerms,
): readonly CaseRow[] {
  const found = workedFindingsAt(task.table, slot, task.head.partition);
  if (found.length === 0) return [];
  const { key } = found[0]!;
  const named = found.map(({ finding, money, ...about }) => {
    const resolution = isResolution(finding.reason) ? finding.reason : null;
    const worked = resolution === null ? finding : { ...finding, ...resolvedFinding(finding.subject) };
    return { ...about, finding: worked, resolution, value: breakValueOf({ finding: worked, money }) };
  });
  const reasons = [...new Set(named.map(({ finding }) => finding.reason))];
  // What holds is in the findings already: only open ones need the proposals, and those with a refund.
  const hasOpen = named.some(({ resolution }) => resolution === null);
  const { views, claims: read } =
    talk.decided.has(key) && (hasOpen || hasRefund(task, slot)) ? proposedAt(task, slot, key, rules) : NOTHING;
  const about = proposalsByCase(
    views,
    named.map(({ finding }) => ({ key, ...finding })),
  );
  const { claims, decisions = [] } = task.stateAt(slot);
  // Facts and decisions are only added: of very many their number says as much as all of them.
  const facts = [claims, decisions].map((all) => (all.length > NAMED_MAX ? all.length : all.map((one) => one.id)));
  const [operatorOf, ids] = [operatorsOf(key, claims), idNumbersOf(key, claims)];
  return named.map((row) => {
    const name = { key, ...row.finding };
    const id = caseId(name);
    const { assignments, notes } = talk.of(id, name);
    const assignment = assignments.at(-1) ?? null;
    const route = routeOf(row, routing, rules.calendar);
    const owner = assignment === null ? route.owner : assignment.owner;
    const due_at = row.resolution === null ? (assignment?.due_at ?? route.due_at) : null;
    const proposals = about.get(id) ?? [];
    const status = caseState({ isResolved: row.resolution !== null, owner, proposals });
    const refunds = refundsOfCase(proposals, read);
    const team = teamOf(owner, route.owner);
    const work = { status, assignment, owner, routed: route.owner, team, due_at, notes: notes.length };
    const shown = { id, ...row, operator: operatorOf(row.finding.subject), ids, reasons, ...work };
    const said = [...assignments, ...notes].map((one) => one.id);
    return { ...shown, refunds, version: versionOf(shown, [...said, ...facts]) };
  });
}

/** The proposals of a key by the case at which they stand now; those that evidence ended by their own. */
export function proposalsByCase(
  views: readonly ProposalView[],
  now: readonly FoundCase[],
): ReadonlyMap<string, readonly ProposalView[]> {
  return Map.groupBy(views, ({ proposal: { body } }) => {
    const own = { key: body.about, ...body.case };
    return standingCaseId(own, now) ?? caseId(own);
  });
}

/** Of so many facts at most each is looked at. */
const NAMED_MAX = 1_000;

/** How old a case is changes by itself, and is no part of it. */
function versionOf({ finding, ...row }: Omit<CaseRow, 'version' | 'refunds'>, more: readonly unknown[]): number {
  const { kind, expected, observed, difference, currency, opened_at } = finding;
  const { merchant, standing, resolution, entryId, status, owner, team, due_at, assignment } = row;
  const found = [kind, expected, observed, difference, currency, opened_at, merchant, standing, resolution, entryId];
  return idNumber(JSON.stringify([found, status, owner, team, due_at, assignment?.waiting_on, more]));
}

interface Proposed {
  readonly views: readonly ProposalView[];
  /** What is said of the key's returns; null of a payout. */
  readonly claims: Pick<Claims, 'returnObservations' | 'returnLines'> | null;
}

const NOTHING: Proposed = { views: [], claims: null };

function proposedAt(task: ReconciliationTask, slot: number, key: string, rules: CompiledRules): Proposed {
  const state = task.stateAt(slot);
  const { decisions } = state;
  if (decisions === undefined || decisions.length === 0) return NOTHING;
  const asOf = task.head.deadlines_to;
  if (isPayoutKey(key) || isPeriodKey(key)) {
    return { ...NOTHING, views: proposalsOf(key, decisions, rules, assessEvidence(key, state, rules, asOf)) };
  }
  const { group, evidence } = groupAndEvidence(key, state, rules, asOf);
  return { views: proposalsOf(key, decisions, rules, evidence), claims: group.claims };
}

function hasRefund(task: ReconciliationTask, slot: number): boolean {
  const { decisions = [] } = task.stateAt(slot);
  return decisions.some(({ body }) => body.type === 'ResolutionProposed' && body.kind === 'refund');
}
