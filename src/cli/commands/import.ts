// What `hesabu import` prints: what happened to the rows of each file, and what reconciles them.

import { basename } from 'node:path';
import { type ImportOnlyOptions, importOnly } from '../../app/reconcile.ts';
import { grouped, printable, tableText } from '../../app/reports/table.ts';
import { WORDS as REPORT_WORDS } from '../../app/reports/words.ts';
import type { Language } from '../../domain/reason-words.ts';
import type { ImportedFile } from '../../engine/file-importer.ts';
import type { FileKind } from '../../producers/formats/format.ts';
import { patienceOf } from '../terminal/patience.ts';
import { makeProgress } from '../terminal/progress.ts';

export interface RunImportOptions extends Omit<ImportOnlyOptions, 'cluster'> {
  /** Brokers. */
  readonly kafka?: string;
  readonly wait: string;
  readonly format: 'text' | 'json';
}

const WORDS = {
  en: {
    accepted: 'Accepted',
    unread: 'not read',
    next: 'The rows are in the log. The next reconcile on this directory includes them.',
    workers: 'The rows are on Kafka, and the workers reconcile them. This directory is a read-only copy.',
  },
  'zh-CN': {
    accepted: '接收',
    unread: '未能读取',
    next: '这些行已写入日志。下次对同一目录运行 reconcile 时会一并对账。',
    workers: '这些行已写入 Kafka，由 worker 对账。此目录是只读副本。',
  },
} satisfies Record<Language, unknown>;

interface FileRow {
  readonly file: string;
  readonly kind: FileKind;
  readonly rows: number;
  readonly accepted: number;
  readonly rejected: number;
  /** Imported before. */
  readonly refused: boolean;
  readonly fault: string | null;
}

/** The exit code is that of the first file that could not be read at all, otherwise 0. */
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
  const { rows, rejected } = record;
  return {
    file: basename(record.file),
    kind: record.kind as FileKind,
    rows,
    accepted: rows - rejected,
    rejected,
    refused: record.status === 'refused',
    fault: fault?.code ?? null,
  };
}

function asText(files: readonly FileRow[], { lang, kafka }: RunImportOptions): string {
  const { accepted, unread, next, workers } = WORDS[lang];
  const { columns, phrases, fileKinds } = REPORT_WORDS[lang];
  const rows = files.map((file) => [
    printable(file.file),
    fileKinds[file.kind],
    ...(file.refused || file.fault !== null ? ['', '', ''] : [file.rows, file.accepted, file.rejected].map(grouped)),
    file.fault !== null ? unread : file.refused ? phrases.refused : '',
  ]);
  const head = [columns.file, columns.kind, columns.rows, accepted, columns.rejected, ''];
  const table = tableText(
    head.map((title, at) => ({ title, align: at > 1 && at < 5 ? 'right' : 'left' })),
    rows,
  );
  return files.some((file) => file.accepted > 0) ? `${table}\n\n${kafka === undefined ? next : workers}` : table;
}
