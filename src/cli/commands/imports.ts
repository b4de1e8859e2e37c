// What `hesabu imports` prints.

import { basename } from 'node:path';
import {
  type ImportState,
  type ImportsOptions,
  type ListedImport,
  listImports,
  showImport,
  withdrawImport,
} from '../../app/imports.ts';
import { grouped, printable, tableText } from '../../app/reports/table.ts';
import { WORDS as REPORT_WORDS } from '../../app/reports/words.ts';
import type { Language } from '../../domain/reason-words.ts';
import type { FileKind } from '../../producers/formats/format.ts';
import { patienceOf } from '../terminal/patience.ts';

export interface RunImportsOptions extends Omit<ImportsOptions, 'cluster'> {
  /** Brokers. */
  readonly kafka?: string;
  readonly wait: string;
  readonly format: 'text' | 'json';
  readonly lang: Language;
}

interface Words {
  readonly columns: readonly string[];
  readonly states: Readonly<Record<ImportState, string>>;
  readonly none: string;
  readonly fields: Readonly<
    Record<'received' | 'stated' | 'source' | 'reports' | 'replaces' | 'replacedBy' | 'why', string>
  >;
  readonly withdrawn: (id: number) => string;
  readonly next: string;
  readonly workers: string;
}

const WORDS: Readonly<Record<Language, Words>> = {
  en: {
    columns: ['No.', 'File', 'Kind', 'Received', 'Rows', 'Rejected', 'State'],
    states: {
      counts: 'counts',
      replaced: 'replaced',
      withdrawn: 'withdrawn',
      refused: 'refused: was imported before',
      unread: 'not read',
      interrupted: 'interrupted',
    },
    none: 'Nothing was imported.',
    fields: {
      received: 'Received',
      stated: 'Made or issued',
      source: 'Source',
      reports: 'Reports',
      replaces: 'Replaces',
      replacedBy: 'Replaced by',
      why: 'Withdrawn because',
    },
    withdrawn: (id) => `Import ${id} is withdrawn: what it said counts as never said. What it replaced stands again.`,
    next: 'The ledger has read it as of its own time. The next reconcile writes the reports.',
    workers: 'It is on Kafka, and the workers reconcile it.',
  },
  'zh-CN': {
    columns: ['编号', '文件', '类型', '收到时间', '行数', '拒收', '状态'],
    states: {
      counts: '有效',
      replaced: '已被替换',
      withdrawn: '已撤回',
      refused: '已拒绝：此前导入过',
      unread: '未能读取',
      interrupted: '已中断',
    },
    none: '尚未导入任何文件。',
    fields: {
      received: '收到时间',
      stated: '生成或出具时间',
      source: '来源',
      reports: '报告',
      replaces: '替换',
      replacedBy: '被替换为',
      why: '撤回原因',
    },
    withdrawn: (id) => `第 ${id} 次导入已撤回：其内容视为从未提供；被它替换的导入重新有效。`,
    next: '账本已按其当前时间处理。下次 reconcile 会写出报表。',
    workers: '已写入 Kafka，由 worker 对账。',
  },
};

export async function runImportsList(options: RunImportsOptions): Promise<number> {
  const imports = await listImports(plain(options));
  const { format, lang } = options;
  const { columns, none } = WORDS[lang];
  if (format === 'json') process.stdout.write(`${JSON.stringify({ imports })}\n`);
  else if (imports.length === 0) process.stdout.write(`${none}\n`);
  else {
    const table = tableText(
      columns.map((title, at) => ({ title, align: at === 0 || at === 4 || at === 5 ? 'right' : 'left' })),
      imports.map((record) => cellsOf(record, lang)),
    );
    process.stdout.write(`${table}\n`);
  }
  return 0;
}

export async function runImportsShow(number: string, options: RunImportsOptions): Promise<number> {
  const record = await showImport(number, plain(options));
  const { format, lang } = options;
  process.stdout.write(format === 'json' ? `${JSON.stringify(record)}\n` : `${shown(record, lang)}\n`);
  return 0;
}

export async function runImportsWithdraw(
  number: string,
  { why, ...options }: RunImportsOptions & { readonly why: string },
): Promise<number> {
  const record = await withdrawImport(number, { ...plain(options), why });
  const { withdrawn, next, workers } = WORDS[options.lang];
  const text = `${withdrawn(record.id)}\n${options.kafka === undefined ? next : workers}`;
  process.stdout.write(options.format === 'json' ? `${JSON.stringify(record)}\n` : `${text}\n`);
  return 0;
}

function plain({ data, kafka: brokers, wait }: RunImportsOptions): ImportsOptions {
  return { data, ...(brokers === undefined ? {} : { cluster: { brokers, patience: patienceOf({ wait }) } }) };
}

function cellsOf(record: ListedImport, lang: Language): string[] {
  const { id, file, kind, at, rows, rejected, state } = record;
  const kindName = REPORT_WORDS[lang].fileKinds[kind as FileKind];
  const counts = state === 'refused' ? ['', ''] : [grouped(rows), grouped(rejected)];
  return [String(id), printable(basename(file)), kindName, at, ...counts, WORDS[lang].states[state]];
}

function shown(record: ListedImport, lang: Language): string {
  const { fields, columns } = WORDS[lang];
  const { colon, comma } = REPORT_WORDS[lang].phrases;
  const [id, name, kind, at, rows, rejected, state] = cellsOf(record, lang) as [string, string, string, ...string[]];
  const parts: readonly (readonly [string, string | undefined])[] = [
    [columns[0]!, id],
    [columns[1]!, name],
    [columns[2]!, kind],
    [fields.received, at],
    [fields.stated, record.stated_at],
    [fields.source, record.source],
    [columns[4]!, rows],
    [columns[5]!, rejected],
    [fields.reports, record.reports?.map(printable).join(comma)],
    [fields.replaces, record.replaces?.join(comma)],
    [fields.replacedBy, record.replaced_by.length === 0 ? undefined : record.replaced_by.join(comma)],
    [columns[6]!, state],
    [fields.why, record.withdrawn === undefined ? undefined : printable(record.withdrawn)],
  ];
  return parts
    .flatMap(([title, text]) => (text === undefined || text === '' ? [] : [`${title}${colon}${text}`]))
    .join('\n');
}
