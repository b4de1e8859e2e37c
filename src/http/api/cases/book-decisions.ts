// What people decided in a workbook of cases: each row a decision about a case as the row showed it, or a refusal with
// its row and reason.

import type { z } from 'zod';
import { ERROR_CODES, type ErrorCode } from '../../../domain/error-codes.ts';
import type { SheetDecision, SheetFault } from '../../../producers/decisions/decision-sheet.ts';
import type { CaseRow } from '../../../projections/cases/case-rows.ts';
import { type Act, type GivenRow, NO_MERCHANT } from '../batch.ts';
import { keptText } from '../decision-call.ts';
import type { Call } from '../route.ts';
import type { CaseBookPreview } from '../schemas/case-files.ts';
import { judgedEach, namedRows } from './selection.ts';
import type { Verdict } from './verdict.ts';

/** Each is written and synchronised by itself, and waits for the disk most of its time. */
const TEXTS_AT_ONCE = 8;

export interface BookRow {
  readonly line: number;
  /** As the row names it. */
  readonly case: string | null;
  /** Null where there is no such case for the caller, or the row could not be read. */
  readonly row: CaseRow | null;
  readonly given: GivenRow;
  readonly verdict: Verdict;
}

/** In the order of the sheet. `keeps` says whether texts are stored: only once something is done. */
export async function bookRows(
  call: Call,
  { decisions, faults }: { readonly decisions: readonly SheetDecision[]; readonly faults: readonly SheetFault[] },
  keeps: boolean,
): Promise<readonly BookRow[]> {
  const seen = await namedRows(
    call,
    decisions.map(({ case: id }) => id),
  );
  const byId = new Map(seen.map((row) => [row.id, row]));
  const found: { readonly row: CaseRow; readonly given: GivenRow }[] = [];
  const refused = faults.map(({ line, case: id, code, why }) => refusal(line, id, code, why));
  for (const said of decisions) {
    const row = byId.get(said.case);
    // A case of another merchant is as if there were none.
    if (row === undefined) refused.push(refusal(said.line, said.case, 'HESABU_NOT_FOUND', 'found no such case'));
    else found.push({ row, given: givenOf(said, row) });
  }
  const judged = await judgedEach(call, found);
  const rows = judged.map((one): BookRow => ({ ...one, line: one.given.line!, case: one.row.id }));
  const kept = keeps ? await withTexts(call, rows) : rows;
  return [...kept, ...refused].sort((left, right) => left.line - right.line);
}

function givenOf({ line, finding, ...said }: SheetDecision, { id, merchant }: CaseRow): GivenRow {
  return { case: id, merchant, seen: finding, proposal: null, act: actOf(said), line, decision: null };
}

/** The rows with the hashes of their texts. Of a row that is refused none is kept. */
async function withTexts(call: Call, rows: readonly BookRow[]): Promise<readonly BookRow[]> {
  const kept: BookRow[] = [];
  for (let from = 0; from < rows.length; from += TEXTS_AT_ONCE) {
    kept.push(...(await Promise.all(rows.slice(from, from + TEXTS_AT_ONCE).map((row) => withText(call, row)))));
  }
  return kept;
}

async function withText(call: Call, row: BookRow): Promise<BookRow> {
  const act = row.given.act!;
  if (!('text' in act) || act.text === null) return row;
  const text = row.verdict.status === 'done' ? await keptText(call, act.text) : null;
  return { ...row, given: { ...row.given, act: act.act === 'note' ? { ...act, text: text ?? '' } : { ...act, text } } };
}

function actOf({ act, cause, owner, text }: Pick<SheetDecision, 'act' | 'cause' | 'owner' | 'text'>): Act {
  if (act === 'assign') return { act, owner, due_at: null, waiting_on: null };
  if (act === 'note') return { act, text: text ?? '', attachments: [] };
  return { act: 'propose', kind: act, cause: cause!, text };
}

function refusal(line: number, id: string | null, code: ErrorCode, why: string): BookRow {
  const given = { case: id ?? '', merchant: NO_MERCHANT, seen: null, proposal: null, act: null, line, decision: null };
  return { line, case: id, row: null, given, verdict: { status: 'refused', code, why } };
}

type Refused = z.output<typeof CaseBookPreview>['refused'];

/** The refused rows, with what is wrong in words. */
export function refusedRows(rows: readonly BookRow[], most: number): Refused {
  const refused = rows.flatMap(({ line, case: id, verdict }) =>
    verdict.status === 'refused'
      ? [{ line, case: id, code: verdict.code, message: `${ERROR_CODES[verdict.code].title}; ${verdict.why}` }]
      : [],
  );
  return refused.slice(0, most);
}
