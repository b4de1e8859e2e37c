// The cases that a person means, and what would become of each: those that a filter finds, or those that are named.

import type { z } from 'zod';
import { HesabuError } from '../../../domain/errors.ts';
import { fingerprintOf } from '../../../matching/decision-names.ts';
import type { CaseSort, ListedCase } from '../../../projections/cases/case-question.ts';
import type { CaseRow } from '../../../projections/cases/case-rows.ts';
import type { NamedCase } from '../../../projections/cases/named-cases.ts';
import { mayTouch } from '../../access/api-key.ts';
import { mayOwn, ownerWanted } from '../../access/case-owner.ts';
import { deciderOf } from '../../access/decider.ts';
import type { Act, Batch, GivenRow } from '../batch.ts';
import { demandHeard } from '../decision-call.ts';
import type { Call } from '../route.ts';
import type { CaseFilters } from '../schemas/cases.ts';
import { searchCases } from './case-search.ts';
import type { PreviewedRow } from './previews.ts';
import { type Decides, isAbout, needsProposals, orderOf, plannedOf, type Verdict, verdictOf } from './verdict.ts';

/** What one batch may be about. */
export const BATCH_ROWS_MAX = 20_000;
/** So many cases are looked at in a turn of the ledger's thread. */
const PIECE_ROWS = 500;

type Asking = Pick<Call, 'parts' | 'caller'>;

/** Who decides on cases of these merchants, and on the orders that the acts link money to. */
export function decidesOn({ parts, caller }: Asking, merchants: Iterable<string>, acts: readonly Act[] = []): Decides {
  const { person, via } = deciderOf(parts.people, caller, '');
  const roles: Record<string, Batch['roles'][string]> = {};
  const linkedTo = acts.flatMap((act) => orderOf(act)?.merchant ?? []);
  for (const merchant of new Set([...merchants, ...linkedTo])) {
    // A person may have a key for each merchant: the one that asks decides at its own alone.
    roles[merchant] = mayTouch(caller, merchant) ? deciderOf(parts.people, caller, merchant).roles : [];
  }
  return { person, via, roles };
}

/** In the given order. Throws HESABU_REQUEST_INVALID where a filter finds more than a batch may be about. */
export async function foundCases(
  call: Asking,
  filters: z.output<typeof CaseFilters>,
  sort: CaseSort = 'oldest',
): Promise<readonly ListedCase[]> {
  const paging = { sort, after: undefined };
  // How many there are is known without putting them in order.
  const first = await searchCases(call, filters, { ...paging, limit: 1 });
  const { total } = first.page;
  if (total <= BATCH_ROWS_MAX) {
    const { page } = await searchCases(call, filters, { ...paging, limit: BATCH_ROWS_MAX }, first.search);
    return page.rows;
  }
  const expected = `a filter that at most ${BATCH_ROWS_MAX} cases fit`;
  throw new HesabuError('HESABU_REQUEST_INVALID', { where: 'filter', expected, found: `${total}` });
}

/** Those of these ids that the caller may see. */
export async function namedRows({ parts, caller }: Asking, ids: readonly string[]): Promise<readonly CaseRow[]> {
  const found = await parts.ledger.cases.named(
    [...new Set(ids)].map((id) => ({ id, planned: null })),
    false,
  );
  return [...found.values()].flatMap(({ row }) => (row !== null && mayTouch(caller, row.merchant) ? [row] : []));
}

export interface JudgedRow {
  readonly row: CaseRow;
  readonly given: GivenRow;
  readonly verdict: Verdict;
}

/** What the act would do with each of the cases, as they are now. */
export async function judged(call: Asking, act: Act, rows: readonly CaseRow[]): Promise<readonly JudgedRow[]> {
  const nothing = { seen: null, proposal: null, line: null, decision: null };
  const asked = rows.map((row) => ({ row, given: { ...nothing, case: row.id, merchant: row.merchant, act } }));
  const found = await judgedEach(call, asked, (given, { finding }, one) => seenOf(act, given, finding, one));
  // All of a batch do the same, which is said once.
  return found.map((one) => ({ ...one, given: { ...one.given, act: null } }));
}

interface AskedRow {
  readonly row: CaseRow;
  /** With its act. */
  readonly given: GivenRow;
}

/**
 * The same where each row has an act of its own. `seen` adds what is read of the case. Throws
 * HESABU_DECISION_KEY_UNKNOWN.
 */
export async function judgedEach(
  call: Asking,
  rows: readonly AskedRow[],
  seen: (given: GivenRow, row: CaseRow, found: NamedCase | undefined) => GivenRow = (given) => given,
): Promise<readonly JudgedRow[]> {
  const { parts } = call;
  if (rows.length > 0) demandHeard(parts);
  const who = decidesOn(
    call,
    rows.map(({ row }) => row.merchant),
    rows.map(({ given }) => given.act!),
  );
  const now = parts.clock.now();
  const all = new Map<AskedRow, JudgedRow>();
  for (const piece of pieces(rows)) {
    const asked = piece.map(({ row, given }) => {
      return { id: row.id, planned: plannedOf(given.act!, row.merchant, who, now) };
    });
    const found = await parts.ledger.cases.named(
      asked,
      piece.some(({ given }) => needsProposals(given.act!)),
    );
    for (const asked of piece) {
      const { row } = asked;
      const one = found.get(row.id);
      const given = seen(asked.given, row, one);
      all.set(asked, { row, given, verdict: withOwner(call, given, verdictOf(given.act!, given, one, who)) });
    }
  }
  return rows.map((asked) => all.get(asked)!);
}

/** Nobody is given a case that he could not see. */
function withOwner({ parts }: Asking, { act, merchant }: GivenRow, verdict: Verdict): Verdict {
  if (verdict.status !== 'done' || act?.act !== 'assign' || mayOwn(parts.people, act.owner, merchant)) return verdict;
  const why = `expected ${ownerWanted(merchant)}, found ${act.owner}`;
  return { status: 'refused', code: 'HESABU_FIELD_INVALID', why };
}

/** Cases of one key stay together: what is decided of them counts as one sum. */
function pieces(rows: readonly AskedRow[]): AskedRow[][] {
  const found: AskedRow[][] = [];
  for (const asked of rows.toSorted((left, right) => (left.row.key < right.row.key ? -1 : 1))) {
    const piece = found.at(-1);
    const isFull = piece === undefined || (piece.length >= PIECE_ROWS && piece.at(-1)!.row.key !== asked.row.key);
    if (isFull) found.push([asked]);
    else piece.push(asked);
  }
  return found;
}

/** A proposal is about what its maker sees; who works a case, and notes, are about the case whatever it comes to. */
function seenOf(act: Act, given: GivenRow, finding: CaseRow['finding'], found: NamedCase | undefined): GivenRow {
  if (act.act === 'propose') return { ...given, seen: fingerprintOf(finding) };
  if (act.act !== 'approve' && act.act !== 'reject') return given;
  const waits = found?.proposals.find((view) => view.state === 'awaiting_approval' && isAbout(act, view));
  return waits === undefined ? given : { ...given, proposal: { id: waits.proposal.id, content: waits.content } };
}

/** As it is stored: what is refused now is not tried again later. */
export function previewed({ given, verdict }: Pick<JudgedRow, 'given' | 'verdict'>): PreviewedRow {
  if (verdict.status === 'done') return given;
  if (verdict.status === 'unchanged') return { ...given, status: 'unchanged' };
  return { ...given, status: 'refused', code: verdict.code, why: verdict.why };
}
