// What `hesabu replay` prints: that the ledger is reproduced as stored, or what other rules would have changed.

import { compareRules, type RulesComparisonReport, replayLedger } from '../../app/replay.ts';
import { localAndUtc } from '../../app/reports/local-time.ts';
import { grouped, paint, printable, tableText } from '../../app/reports/table.ts';
import { WORDS as REPORT_WORDS } from '../../app/reports/words.ts';
import type { Amounts, Compared } from '../../app/rules-comparison.ts';
import { STANDINGS } from '../../domain/assessment.ts';
import { HesabuError } from '../../domain/errors.ts';
import { type Language, titleOf } from '../../domain/reason-words.ts';
import { formatInstant, type Instant, parseInstant } from '../../domain/time.ts';
import { patienceOf } from '../terminal/patience.ts';
import { makeProgress } from '../terminal/progress.ts';

export interface RunReplayOptions {
  readonly data: string;
  readonly rules?: string;
  readonly until?: string;
  /** Brokers of the ledger that the directory is a copy of. */
  readonly kafka?: string;
  readonly wait: string;
  readonly format: 'text' | 'json';
  readonly lang: Language;
}

const WORDS = {
  en: {
    same: 'Replayed from the facts: every block is byte for byte as stored.',
    part: (until: string) => `Replayed from the facts up to ${until}: every block is byte for byte as stored.`,
    sums: (blocks: string, entries: string, facts: string) => `${blocks} blocks, ${entries} entries, ${facts} facts`,
    rate: (seconds: string, rate: string) => `${seconds} s, ${rate} facts/s`,
    root: 'the same from nothing as from the stored snapshots',
    unproved:
      'Not proved: what keys told each other. This copy is not complete; replay it with --kafka while nothing writes.',
    tried: (facts: string) => `What these rules would have changed, over ${facts} facts`,
    unwritten: 'Nothing was written to the ledger.',
    nothing: 'No breaks and no notices, before or after.',
    columns: { before: 'Before', after: 'After', difference: 'Change', key: 'Payment' },
    changed: (count: string) => `Payments whose breaks would differ: ${count}`,
    largest: 'The largest changes',
    none: '-',
  },
  'zh-CN': {
    same: '已由事实重放：每个区块都与存储的逐字节一致。',
    part: (until: string) => `已由事实重放至 ${until}：每个区块都与存储的逐字节一致。`,
    sums: (blocks: string, entries: string, facts: string) => `${blocks} 个区块，${entries} 条分录，${facts} 条事实`,
    rate: (seconds: string, rate: string) => `用时 ${seconds} 秒，每秒 ${rate} 条事实`,
    root: '从零重放与从快照所得一致',
    unproved: '未能证明键之间的传递：此副本尚不完整。请在没有 worker 写入时用 --kafka 重放。',
    tried: (facts: string) => `若采用这套规则，${facts} 条事实的对账结果会有以下变化`,
    unwritten: '账本未作任何改动。',
    nothing: '前后都没有差异或提示。',
    columns: { before: '之前', after: '之后', difference: '变化', key: '交易' },
    changed: (count: string) => `差异有变化的交易数：${count}`,
    largest: '最大的变化',
    none: '无',
  },
} satisfies Record<Language, unknown>;

/** Exit 0; a difference is thrown as HESABU_REPLAY_DIFFERS, which exits with 3. */
export async function runReplay({ data, rules, until, kafka, wait, format, lang }: RunReplayOptions): Promise<number> {
  if (kafka !== undefined) {
    // The client is loaded only where a cluster is named.
    const { copyLedger } = await import('../../kafka/kafka-copy.ts');
    await copyLedger(kafka, data, patienceOf({ wait }));
  }
  const started = performance.now();
  const progress = makeProgress({ stream: process.stderr });
  if (rules !== undefined) {
    const report = await compareRules({ data, rules, progress });
    const { as_of, zone: _, ...rest } = report;
    const json = { as_of: formatInstant(as_of), ...rest };
    process.stdout.write(format === 'json' ? `${JSON.stringify(json)}\n` : rulesComparisonText(report, lang));
    return 0;
  }
  const at = until === undefined ? undefined : readUntil(until);
  const report = await replayLedger({ data, progress, ...(at === undefined ? {} : { until: at }) });
  const elapsed_ms = Math.round(performance.now() - started);
  if (format === 'json') {
    const about = at === undefined ? {} : { until: formatInstant(at) };
    process.stdout.write(`${JSON.stringify({ replayed: true, ...about, ...report, elapsed_ms })}\n`);
    return 0;
  }
  const words = WORDS[lang];
  const { phrases } = REPORT_WORDS[lang];
  const sums = words.sums(grouped(report.blocks), grouped(report.entries), grouped(report.facts));
  const rate = grouped(Math.round((report.facts * 1000) / Math.max(1, elapsed_ms)));
  const lines = [
    paint('green', at === undefined ? words.same : words.part(formatInstant(at)), process.stdout),
    `${sums}${phrases.colon}${words.rate((elapsed_ms / 1000).toFixed(1), rate)}`,
    `${phrases.root}${phrases.colon}${report.outcome_root}${at === undefined ? ` (${words.root})` : ''}`,
    ...(report.handoffs_proved || at !== undefined ? [] : [words.unproved]),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  return 0;
}

/** Throws HESABU_USAGE. */
function readUntil(text: string): Instant {
  const at = parseInstant(text);
  if (at !== undefined) return at;
  const expected = 'a time, ISO 8601 with an offset or Z';
  throw new HesabuError('HESABU_USAGE', { where: '--until', expected, found: `"${text}"` });
}

/** The whole comparison as text, ending with a line end. */
export function rulesComparisonText(report: RulesComparisonReport, lang: Language): string {
  const words = WORDS[lang];
  const { phrases } = REPORT_WORDS[lang];
  const sections = [
    `${words.tried(grouped(report.facts))}\n${phrases.asOf} ${localAndUtc(report.as_of, report.zone)}`,
    reasonsTable(report, lang),
    standingTable(report, lang),
    words.changed(grouped(report.keys_changed)),
  ];
  if (report.largest.length > 0) sections.push(`${words.largest}\n${keysTable(report, lang)}`);
  return `${[...sections, words.unwritten].join('\n\n')}\n`;
}

/** One line for each reason and currency; the counts are on a reason's first line only. */
function reasonsTable({ reasons }: RulesComparisonReport, lang: Language): string {
  const { columns: names, nothing } = WORDS[lang];
  if (reasons.length === 0) return nothing;
  const { columns } = REPORT_WORDS[lang];
  const rows = reasons.flatMap(({ reason, count, value }) => {
    const start = [reason, titleOf(reason, lang), ...countCells(count)];
    const currencies = Object.keys(value.difference);
    if (currencies.length === 0) return [start];
    return currencies.map((currency, at) => [
      ...(at === 0 ? start : ['', '', '', '', '']),
      ...[value.before[currency], value.after[currency]].map((amount) => (amount === undefined ? '' : grouped(amount))),
      signed(value.difference[currency]!),
      currency,
    ]);
  });
  const counts = [names.before, names.after, names.difference];
  const amounts = counts.map((name) => `${columns.value}: ${name}`);
  const head = [columns.reason, columns.title, ...counts, ...amounts, columns.currency];
  return tableText(
    head.map((title, at) => ({ title, align: at > 1 && at < 8 ? 'right' : 'left' })),
    rows,
  );
}

function countCells({ before, after, difference }: Compared<number>): string[] {
  return [grouped(before), grouped(after), signed(String(difference))];
}

function standingTable({ standing }: RulesComparisonReport, lang: Language): string {
  const { columns: names } = WORDS[lang];
  const { columns, standings } = REPORT_WORDS[lang];
  const rows = STANDINGS.toReversed().flatMap((name) => {
    const compared = standing[name];
    return compared === undefined ? [] : [[standings[name], ...countCells(compared)]];
  });
  const head = [columns.standing, names.before, names.after, names.difference];
  return tableText(
    head.map((title, at) => ({ title, align: at > 0 ? 'right' : 'left' })),
    rows,
  );
}

function keysTable({ largest }: RulesComparisonReport, lang: Language): string {
  const { columns: names, none } = WORDS[lang];
  const rows = largest.map(({ key, reasons, value }) => [
    printable(key),
    reasons.before.join(', ') || none,
    reasons.after.join(', ') || none,
    changesText(value.difference),
  ]);
  const head = [names.key, names.before, names.after, names.difference];
  return tableText(
    head.map((title) => ({ title })),
    rows,
  );
}

function changesText(values: Amounts): string {
  return Object.entries(values)
    .map(([currency, value]) => `${signed(value)} ${currency}`)
    .join('; ');
}

/** With its sign, also above zero, because it is a change. */
function signed(text: string): string {
  return /^-|^[0.]+$/.test(text) ? grouped(text) : `+${grouped(text)}`;
}
