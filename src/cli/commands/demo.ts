// What `hesabu demo` prints: the week day by day, the breaks, what people made of them, the trace of one payment, and
// where the files are.

import { join, resolve } from 'node:path';
import { CASE_WORDS } from '../../app/reports/case-words.ts';
import { summaryText } from '../../app/reports/summary-text.ts';
import { grouped, paint, tableText } from '../../app/reports/table.ts';
import { WORDS } from '../../app/reports/words.ts';
import { traceName } from '../../app/trace/trace.ts';
import { traceText } from '../../app/trace/trace-text.ts';
import { HesabuError } from '../../domain/errors.ts';
import { formatMinor } from '../../domain/money.ts';
import { type Language, titleOf } from '../../domain/reason-words.ts';
import { CASE_STATES, type CaseState } from '../../matching/case-state.ts';
import { shellWord } from '../../runtime/shell-word.ts';
import { comparedWithTruth, type DemoDay, reconcileWeek, tracedKey, worstBreaks } from '../../simulation/demo.ts';
import { type DemoPlaces, prepareDemo } from '../../simulation/marketplace/demo-directory.ts';
import { simulate } from '../../simulation/marketplace/simulation.ts';
import type { WorkCounts } from '../../simulation/people/working-day.ts';
import { wholeNumber } from '../terminal/whole-number.ts';

export interface RunDemoOptions {
  readonly seed: string;
  readonly dir: string;
  readonly format: 'text' | 'json';
  readonly lang: Language;
  /** Whether people work the breaks on the page afterwards. */
  readonly desk?: boolean;
}

/** Throws HESABU_DEMO_DIFFERS if the ledger differs from what the simulation knows. */
export async function runDemo({ seed: seedText, dir, format, lang, desk = false }: RunDemoOptions): Promise<number> {
  const seed = wholeNumber('--seed', seedText, 0);
  const isText = format === 'text';
  const printText = (text: string) => {
    if (isText) process.stdout.write(`${text}\n`);
  };
  const words = DEMO_WORDS[lang];
  const simulation = simulate(seed);
  const home = resolve(dir);
  const places = prepareDemo(home);
  printText(heading(words.week(seed)));
  let last: DemoDay | undefined;
  for await (const played of reconcileWeek(simulation, places, lang)) {
    printText(dayLine(played, lang));
    last = played;
  }
  const { summary, zone, overview } = last!.result;
  printText(`\n${heading(words.reconciled)}\n${summaryText(summary, { lang, zone, target: process.stdout })}`);
  printText(`${heading(words.worst)}\n${worstTable(last!, lang)}`);
  const traced = tracedKey(overview!);
  if (traced !== undefined && isText) {
    const text = traceText(await traceName(places.ledger, traced), { lang, target: process.stdout, all: false });
    printText(`\n${heading(words.traced)}\n${text}`);
  }
  const { payments, cases, states } = await comparedWithTruth(simulation, places.ledger);
  const differences = [...payments, ...cases];
  if (!isText) {
    const { shop, ledger, reports } = places;
    const seen = { summary, cases: Object.fromEntries(states), differences };
    const shown = { seed, places: { shop, books: ledger, reports }, ...seen };
    process.stdout.write(`${JSON.stringify(shown)}\n`);
  }
  printText(`${heading(words.places)}\n${placesText(places, traced, lang)}\n`);
  if (differences.length > 0) {
    throw new HesabuError('HESABU_DEMO_DIFFERS', {
      where: `seed ${seed}`,
      found: `${payments.length} of ${simulation.truths.length} keys, ${cases.length} cases, first ${differences[0]}`,
    });
  }
  printText(casesLine(states, lang));
  printText(paint('green', words.agrees(grouped(simulation.truths.length)), process.stdout));
  if (!desk) return 0;
  const { runDesk } = await import('./desk-demo.ts');
  return runDesk({ dir: home, places, asOf: summary.as_of, format, lang });
}

function heading(text: string): string {
  return paint(['bold', 'underline'], text, process.stdout);
}

function dayLine({ day, result: { summary }, worked }: DemoDay, lang: Language): string {
  const words = DEMO_WORDS[lang];
  const taken = summary.files.filter((file) => !file.refused);
  const rows = taken.reduce((sum, file) => sum + file.rows, 0);
  const facts = taken.reduce((sum, file) => sum + file.taken, 0);
  const breaks = Object.values(summary.breaks).reduce((sum, count) => sum + count, 0);
  const line = words.day(day.name, grouped(rows), grouped(facts), grouped(summary.facts.rejected), grouped(breaks));
  const refused = summary.files.filter((file) => file.refused).map((file) => words.refused(file.name));
  const people = worked === null ? [] : [words.worked(worked)];
  return [`${line}  ${(summary.elapsed_ms / 1000).toFixed(1)} s`, ...refused, ...people].join('\n');
}

/** Every case is in one state. */
function casesLine(states: ReadonlyMap<CaseState, number>, lang: Language): string {
  const words = DEMO_WORDS[lang];
  const counts = CASE_STATES.flatMap((state) => {
    const count = states.get(state);
    return count === undefined ? [] : [{ count, text: `${grouped(count)} ${words.states[state]}` }];
  });
  const total = counts.reduce((sum, { count }) => sum + count, 0);
  return words.cases(grouped(total), counts.map(({ text }) => text).join(' + '));
}

function worstTable({ result: { overview } }: DemoDay, lang: Language): string {
  const { columns } = WORDS[lang];
  const rows = worstBreaks(overview!).map(({ open, currency, minor, partsPerMillion }) => [
    open.key,
    open.merchant,
    open.finding.reason,
    titleOf(open.finding.reason, lang),
    `${grouped(formatMinor(minor, currency))} ${currency}`,
    `${(Number(partsPerMillion) / 10_000).toFixed(2)} %`,
  ]);
  const head = [columns.transaction_reference, columns.merchant, columns.reason, columns.title, columns.value];
  return tableText(
    [
      ...head.map((title, at) => ({ title, align: at === 4 ? ('right' as const) : ('left' as const) })),
      { title: DEMO_WORDS[lang].part, align: 'right' as const },
    ],
    rows,
  );
}

function placesText({ shop, ledger, reports }: DemoPlaces, traced: string | undefined, lang: Language): string {
  const words = DEMO_WORDS[lang];
  const data = shellWord(ledger);
  const next = [
    `npm run hesabu -- trace ${traced ?? 'REF'} --data ${data}`,
    `npm run hesabu -- verify --data ${data}`,
    `npm run hesabu -- replay --data ${data}`,
    `npm run hesabu -- report --data ${data} --out report-zh --lang zh-CN`,
  ];
  const rows = [
    [words.shop, shop],
    [words.ledger, ledger],
    [words.heads, join(ledger, 'checkpoints')],
    [words.reports, reports],
  ];
  const table = tableText([{ title: '' }, { title: '' }], rows).trimStart();
  return `${table}\n\n${words.next}\n${next.map((line) => `  ${line}`).join('\n')}`;
}

const DEMO_WORDS = {
  en: {
    week: (seed: number) => `A simulated week, seed ${seed}`,
    day: (name: string, rows: string, facts: string, rejected: string, breaks: string) =>
      `${name}  ${rows} rows, ${facts} new facts, ${rejected} rejected, ${breaks} open breaks`,
    refused: (file: string) => `       ${file} was delivered again: refused and not counted`,
    reconciled: 'What was reconciled',
    worst: 'The ten largest breaks, as shares of all money received in their currency',
    part: 'Share',
    traced: 'Everything about one payment',
    places: 'Where the files are',
    shop: "The shop's files",
    ledger: 'The ledger',
    heads: 'Its signed checkpoints',
    reports: 'The reports, one directory for each day',
    next: 'Try next:',
    worked: ({ propose, approve, assign, note, ...no }: WorkCounts) =>
      `       people: ${propose} proposals, ${approve} approvals, ${no.reject + no.withdraw + no.revoke} rejections, ` +
      `${assign} assignments, ${note} notes`,
    states: {
      ...{ new: 'untouched', assigned: 'assigned', proposed: 'proposed', awaiting_approval: 'awaiting approval' },
      ...{ stale: 'stale', reopened: 'reopened', resolved: 'resolved' },
    },
    cases: (total: string, parts: string) => `Cases: ${total} = ${parts}; each stands as people left it.`,
    agrees: (keys: string) => `The ledger agrees with what really happened to all ${keys} payments.`,
  },
  'zh-CN': {
    week: (seed: number) => `模拟的一周，种子 ${seed}`,
    day: (name: string, rows: string, facts: string, rejected: string, breaks: string) =>
      `${name}  ${rows} 行，新事实 ${facts} 条，拒收 ${rejected} 行，未结差异 ${breaks} 项`,
    refused: (file: string) => `       ${file} 重复送达：已拒收，不计入`,
    reconciled: '对账结果',
    worst: '金额最大的十项差异（按占该币种全部收款的比例）',
    part: '占比',
    traced: '一笔交易的全部信息',
    places: '文件位置',
    shop: '店铺文件',
    ledger: '账本',
    heads: '签名的检查点',
    reports: '报表（每天一个目录）',
    next: '接下来可以试试：',
    worked: ({ propose, approve, assign, note, ...no }: WorkCounts) =>
      `       人工处理：提交 ${propose} 项，复核通过 ${approve} 项，` +
      `驳回或撤回 ${no.reject + no.withdraw + no.revoke} 项，分派 ${assign} 项，备注 ${note} 条`,
    states: CASE_WORDS['zh-CN'].states,
    cases: (total: string, parts: string) => `差错单：${total} = ${parts}；均与人工处理结果一致。`,
    agrees: (keys: string) => `账本与全部 ${keys} 笔交易的真实情况一致。`,
  },
} as const;
