// What `hesabu import` prints: what happened to the rows of each file, and what reconciles them.

import { basename } from 'node:path';
import { type ImportOnlyOptions, importOnly } from '../../app/reconcile.ts';
import { fileRemark, fileSumsTable } from '../../app/reports/file-figures.ts';
import { closingLine } from '../../app/reports/summary-text.ts';
import { grouped, printable, tableText } from '../../app/reports/table.ts';
import { WORDS as REPORT_WORDS } from '../../app/reports/words.ts';
import type { ErrorCode } from '../../domain/error-codes.ts';
import type { Language } from '../../domain/reason-words.ts';
import type { ImportedFile } from '../../engine/file-importer.ts';
import type { FileKind } from '../../producers/formats/format.ts';
import { patienceOf } from '../terminal/patience.ts';
import { makeProgress } from '../terminal/progress.ts';

export interface RunImportOptions extends Omit<ImportOnlyOptions, 'cluster'> {
  readonly lang: Language;
  /** Brokers. */
  readonly kafka?: string;
  readonly wait: string;
  readonly format: 'text' | 'json';
}

const WORDS = {
  en: {
    accepted: 'Accepted',
    next: 'The rows are in the log. The next reconcile on this directory includes them.',
    workers: 'The rows are on Kafka, and the workers reconcile them. This directory is a read-only copy.',
  },
  'zh-CN': {
    accepted: '接收',
    next: '这些行已写入日志。下次对同一目录运行 reconcile 时会一并对账。',
    workers: '这些行已写入 Kafka，由 worker 对账。此目录是只读副本。',
  },
} satisfies Record<Language, unknown>;

interface FileRow {
  readonly name: string;
  readonly kind: FileKind;
  readonly read: boolean;
  readonly rows: number;
  readonly accepted: number;
  readonly rejected: number;
  readonly left_out: number;
  /** Imported before. */
  readonly refused: boolean;
  readonly fault: ErrorCode | null;
  readonly sums: Readonly<Record<string, string>>;
  readonly fees: Readonly<Record<string, string>>;
  readonly perhaps_cut?: boolean;
}

/** The exit code is that of the first file that was not read, otherwise 0. */
export async function runImport(options: RunImportOptions): Promise<number> {
  const { kafka: brokers } = options;
  const cluster = brokers === undefined ? {} : { cluster: { brokers, patience: patienceOf(options) } };
  const imported = await importOnly({ ...options, ...cluster, progress: makeProgress({ stream: process.stderr }) });
  const files = imported.map(rowOf);
  if (options.format === 'json') process.stdout.write(`${JSON.stringify({ files })}\n`);
  else process.stdout.write(`${asText(files, options)}\n`);
  const faults = imported.flatMap(({ fault }) => (fault === undefined ? [] : [fault]));
  for (const fault of faults) process.stderr.write(`${fault.message}\n`);
  return faults[0]?.exit ?? 0;
}

function rowOf({ record, fault }: ImportedFile): FileRow {
  const { rows, rejected, left_out = 0, sums = {}, fees = {} } = record;
  return {
    name: basename(record.file),
    kind: record.kind as FileKind,
    read: fault === undefined,
    rows,
    accepted: rows - rejected - left_out,
    rejected,
    left_out,
    refused: record.status === 'refused',
    fault: fault?.code ?? null,
    sums,
    fees,
    ...(record.perhaps_cut === true ? { perhaps_cut: true } : {}),
  };
}

function asText(files: readonly FileRow[], { lang, kafka }: RunImportOptions): string {
  const { accepted, next, workers } = WORDS[lang];
  const { columns, fileKinds } = REPORT_WORDS[lang];
  const rows = files.map((file) => [
    printable(file.name),
    fileKinds[file.kind],
    ...(file.refused ? ['', '', '', ''] : [file.rows, file.accepted, file.rejected, file.left_out].map(grouped)),
    fileRemark(file, lang),
  ]);
  const head = [columns.file, columns.kind, columns.rows, accepted, columns.rejected, columns.left_out, ''];
  const table = tableText(
    head.map((title, at) => ({ title, align: at > 1 && at < 6 ? 'right' : 'left' })),
    rows,
  );
  const rejected = files.reduce((sum, file) => sum + file.rejected, 0);
  const closing = closingLine({ files, facts: { rejected } }, lang);
  const sums = fileSumsTable(files, lang);
  const parts = [
    table,
    ...(sums === '' ? [] : [sums]),
    ...(files.some((file) => file.accepted > 0) ? [kafka === undefined ? next : workers] : []),
    ...(closing === '' ? [] : [closing]),
  ];
  return parts.join('\n\n');
}
