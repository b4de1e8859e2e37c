// A batch as its callers see it: its counts and rows are those of the merchants that they may see.

import { readCaseId } from '../../../domain/case-id.ts';
import { ERROR_CODES, type ErrorCode } from '../../../domain/error-codes.ts';
import { HesabuError } from '../../../domain/errors.ts';
import { formatInstant } from '../../../domain/time.ts';
import type { NamedCase } from '../../../projections/cases/named-cases.ts';
import { hasAllMerchants } from '../../access/api-key.ts';
import { deciderOf } from '../../access/decider.ts';
import { type Act, type Batch, type BatchRow, NO_MERCHANT, type RowStatus } from '../batch.ts';
import type { Call } from '../route.ts';
import { orderOf } from './verdict.ts';

type Asking = Pick<Call, 'parts' | 'caller'>;

/** Throws HESABU_NOT_FOUND where it is neither the caller's own nor about cases that he may see. */
export function seenBatch({ parts, caller }: Asking, id: string): Batch {
  const { batches } = parts.tables;
  const batch = batches.get(id);
  if (batch !== undefined) {
    const call = { parts, caller };
    if (isOwn(call, batch) || sum(batches.counts(id, seenMerchants(call, batch))) > 0) return batch;
  }
  throw new HesabuError('HESABU_NOT_FOUND', { where: id });
}

function isOwn({ parts, caller }: Asking, { person }: Batch): boolean {
  return deciderOf(parts.people, caller, '').person === person;
}

function seenMerchants(call: Asking, batch: Batch): readonly string[] | null {
  const { caller } = call;
  if (hasAllMerchants(caller)) return null;
  return isOwn(call, batch) ? [...caller.merchants, NO_MERCHANT] : caller.merchants;
}

export function batchHead(call: Asking, batch: Batch): object {
  const { parts } = call;
  const { id, at, person, via, act, finished_at, withdrawn_by } = batch;
  return {
    ...{ id, at: formatInstant(at), by: person, via, act: act === null ? null : actView(act) },
    ...{ finished_at: finished_at === null ? null : formatInstant(finished_at), withdrawn_by },
    counts: parts.tables.batches.counts(id, seenMerchants(call, batch)),
  };
}

export interface RowsAsked {
  readonly status?: RowStatus | undefined;
  readonly after: number;
  readonly limit: number;
}

export async function batchView(call: Asking, batch: Batch, asked: RowsAsked): Promise<object> {
  const { parts } = call;
  const { limit } = asked;
  const found = parts.tables.batches.rows({
    ...{ ...asked, batch: batch.id, merchants: seenMerchants(call, batch), limit: limit + 1 },
  });
  const rows = found.slice(0, limit);
  const proposed = rows.filter(({ given, status }) => status === 'done' && (given.act ?? batch.act)?.act === 'propose');
  const ids = [...new Set(proposed.map(({ given }) => given.case))];
  const cases = await parts.ledger.cases.named(
    ids.map((id) => ({ id, planned: null })),
    true,
  );
  const next = found.length > limit ? rows.at(-1)!.number : null;
  return { ...batchHead(call, batch), rows: rows.map((row) => rowView(row, cases.get(row.given.case))), next };
}

function rowView({ number, given, status, code, why, decision }: BatchRow, found: NamedCase | undefined): object {
  const state = found?.proposals.find(({ proposal: { id } }) => id === decision)?.state ?? null;
  const message = code === null ? null : `${ERROR_CODES[code as ErrorCode].title}${why === null ? '' : `; ${why}`}`;
  const key = readCaseId(given.case)?.key ?? '';
  return { number, line: given.line, case: given.case, key, status, code, message, decision, state };
}

function actView(act: Act): object {
  const { owner = null, due_at = null, waiting_on = null } = act.act === 'assign' ? act : {};
  const { kind = null, cause = null } = 'kind' in act ? act : {};
  const to = orderOf(act)?.reference ?? null;
  return {
    ...{ act: act.act, owner, due_at: due_at === null ? null : formatInstant(due_at), waiting_on, kind, cause, to },
    batch: act.act === 'withdraw' ? act.batch : null,
  };
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((all, one) => all + one, 0);
}
