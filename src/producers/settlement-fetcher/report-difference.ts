// Compares two versions of a report line by line: vanished, added and changed lines. Lines are read as for the ledger,
// so the order of columns or the notation of amounts makes no difference.

import { hash } from 'node:crypto';
import { tmpdir } from 'node:os';
import type { Fact, LineType, Source } from '../../domain/fact.ts';
import { visitChunks } from '../files/file-chunks.ts';
import { openSource } from '../files/file-source.ts';
import type { FileReading } from '../files/import-file.ts';
import { type Layout, layoutOf } from '../files/layouts.ts';
import type { FileJob, RowVisitor } from '../files/rows.ts';
import { WorkbookTable } from '../files/workbook-table.ts';

/** A line for people; amounts are decimal texts, `gross` in `currency`. */
export interface ReportLine {
  /** The report's own id of the line; null if it has none. */
  readonly line: string | null;
  readonly transaction_reference: string;
  readonly line_type: LineType;
  readonly gross: string;
  readonly currency: string;
  readonly fee: string | null;
  readonly settlement_date: string;
}

interface ChangedLine {
  readonly before: ReportLine;
  readonly after: ReportLine;
}

/** `counts` are complete; of the lines themselves only the first 1,000 of each kind are included. */
export interface ReportDifference {
  readonly counts: { readonly vanished: number; readonly added: number; readonly changed: number };
  readonly vanished: readonly ReportLine[];
  readonly added: readonly ReportLine[];
  readonly changed: readonly ChangedLine[];
}

const LINES_SHOWN_MAX = 1_000;

/** Whose reports they are, and how the ledger reads them. */
export interface ReportSource extends FileReading, Source {}

/**
 * Compares two files; null stands for a report that is no longer available. Lines are matched by id, otherwise by
 * content. Throws as `visitChunks` and `layoutOf` do.
 */
export async function compareReports(
  before: string,
  after: string | null,
  source: ReportSource,
): Promise<ReportDifference> {
  const [older, newer] = [await digestsOf(before, source), await digestsOf(after, source)];
  const vanished = [...older.keys()].filter((id) => !newer.has(id));
  const added = [...newer.keys()].filter((id) => !older.has(id));
  const changed = [...older].flatMap(([id, digest]) => ((newer.get(id) ?? digest) === digest ? [] : [id]));
  const counts = { vanished: vanished.length, added: added.length, changed: changed.length };
  const shown = [vanished, added, changed].map((ids) => ids.slice(0, LINES_SHOWN_MAX));
  const [vanishedIds, addedIds, changedIds] = shown as [string[], string[], string[]];
  const olderLines = await linesOf(before, source, new Set([...vanishedIds, ...changedIds]));
  const newerLines = await linesOf(after, source, new Set([...addedIds, ...changedIds]));
  return {
    counts,
    vanished: vanishedIds.map((id) => olderLines.get(id)!),
    added: addedIds.map((id) => newerLines.get(id)!),
    changed: changedIds.map((id) => ({ before: olderLines.get(id)!, after: newerLines.get(id)! })),
  };
}

/** A hash of each line's content by its id; of lines with the same id, the last. */
async function digestsOf(path: string | null, source: ReportSource): Promise<Map<string, string>> {
  const digests = new Map<string, string>();
  if (path === null) return digests;
  await readLines(path, source, ({ id, transaction_reference, payout, body }) => {
    digests.set(id, hash('sha256', JSON.stringify([transaction_reference, payout, body]), 'base64url'));
  });
  return digests;
}

async function linesOf(
  path: string | null,
  source: ReportSource,
  ids: ReadonlySet<string>,
): Promise<Map<string, ReportLine>> {
  const lines = new Map<string, ReportLine>();
  if (path === null || ids.size === 0) return lines;
  await readLines(path, source, ({ id, line, transaction_reference, body }) => {
    if (!ids.has(id) || body.type !== 'SettlementLineReported') return;
    const { line_type, gross, currency, fee, settlement_date } = body;
    lines.set(id, { line, transaction_reference, line_type, gross, currency, fee, settlement_date });
  });
  return lines;
}

/** Rows that cannot be read are reported by the import. */
async function readLines(path: string, about: ReportSource, visit: (fact: Fact) => void): Promise<void> {
  // Settlement lines hold no personal data, so there is nothing to hash.
  const pseudonym = (text: string): string => text;
  const job = { ...about, importId: 0, receivedAt: 0, statedAt: null, pseudonym, path, kind: 'settlements' } as const;
  const encoding = about.mapping?.encoding;
  const source = await openSource({ path, name: path, folder: tmpdir(), encoding, kind: job.kind });
  const visitor = { fact: (_: unknown, fact: Fact) => visit(fact), reject: () => {}, broken: () => {} };
  try {
    if (source.form === 'workbook') await readWorkbook(source.path, job, visitor);
    else await readText(source.path, job, visitor);
  } finally {
    source.close();
  }
}

async function readText(path: string, job: FileJob, visitor: RowVisitor): Promise<void> {
  let layout: Layout | undefined;
  await visitChunks(path, {
    head: (bytes) => {
      layout = layoutOf(bytes, job, visitor);
    },
    chunk: (bytes) => layout!.chunk(bytes),
  });
  layout!.end();
}

async function readWorkbook(path: string, job: FileJob, visitor: RowVisitor): Promise<void> {
  const table = await WorkbookTable.open(path, job);
  try {
    await table.read(visitor, { raw: () => {}, pause: async () => {} });
  } finally {
    await table.close();
  }
}
