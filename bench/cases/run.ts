// `npm run bench -- --cases DIR`: the files of given cases, each many times over, so that no generator of ours makes
// what is measured. A case is a folder with a `run.sh`, whose lines `$HESABU reconcile ...` say what is read.

import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Commands, type Summary } from '../commands.ts';
import { drawn, median, rate, seconds, whole } from '../figures.ts';
import { byTurns } from '../turns.ts';
import { writeCopies } from './case-file.ts';

export interface CasesOptions {
  readonly cases: string;
  /** How often each case is repeated. */
  readonly times: number;
  readonly runCount: number;
  readonly programs: readonly string[];
  readonly dir: string;
}

/** The flags of each reconciliation on each ledger of a case. */
type Ledgers = readonly (readonly (readonly string[])[])[];

interface CaseRun {
  readonly facts: number;
  readonly wall_ms: number;
  readonly cpu_ms: number | null;
  /** The state of its ledgers after their last steps. */
  readonly counts: Readonly<Record<string, number>>;
}

const FILE_FLAGS = new Set(['--orders', '--callbacks', '--polls', '--settlements']);
/** Flags whose values are files that are read as they are. */
const PLAIN_FILES = new Set(['--rules']);
const OTHER_FLAGS = new Set(['--as-of', '--account', '--stated-at']);
const RECONCILE = /^\$HESABU reconcile (.+)$/;
/** What removes the ledger, so that the next step begins another. */
const REMOVE = /^rm -rf /;

export async function benchCases({ cases, times, runCount, programs, dir }: CasesOptions): Promise<void> {
  const left: string[] = [];
  const measured: { name: string; runs: CaseRun[][] }[] = [];
  for (const folder of readdirSync(cases, { withFileTypes: true })) {
    if (!folder.isDirectory()) continue;
    const { name } = folder;
    process.stderr.write(`${name}\n`);
    try {
      const from = join(cases, name);
      const once = await runCase(programs[0]!, readCase(from, join(dir, 'once'), 1), dir);
      const many = readCase(from, join(dir, 'cases'), times);
      const runs = await byTurns(programs, runCount, (program) => runCase(program, many, dir));
      for (const run of runs.flat()) requireMultiple(run, once, times);
      measured.push({ name, runs });
    } catch (error) {
      left.push(`${name}: ${(error as Error).message.split('\n').slice(0, 2).join(' ')}`);
    }
  }
  process.stdout.write(`${report(measured, times)}\n`);
  for (const line of left) process.stdout.write(`left out: ${line}\n`);
}

/** Reads what a case does, and writes its files `times` over. Throws where it does more than is repeated here. */
function readCase(from: string, to: string, times: number): Ledgers {
  rmSync(to, { recursive: true, force: true });
  mkdirSync(to, { recursive: true });
  const ledgers: string[][][] = [];
  let isFresh = true;
  for (const line of readFileSync(join(from, 'run.sh'), 'utf8').split('\n')) {
    if (REMOVE.test(line.trim())) isFresh = true;
    const flags = RECONCILE.exec(line.trim())?.[1];
    if (flags === undefined) continue;
    const step = stepOf(flags.split(/\s+/), from, to, times);
    if (isFresh) ledgers.push([]);
    isFresh = false;
    ledgers.at(-1)!.push(step);
  }
  if (ledgers.length === 0) throw new Error('no `$HESABU reconcile`');
  return ledgers;
}

function stepOf(words: readonly string[], from: string, to: string, times: number): string[] {
  const flags: string[] = [];
  let flag = '';
  for (const word of words) {
    if (word.startsWith('--')) flag = word;
    if (flag === '--data' || flag === '--out' || flag === '--format') continue;
    if (word === flag && !FILE_FLAGS.has(word) && !PLAIN_FILES.has(word) && !OTHER_FLAGS.has(word)) {
      throw new Error(`${word} is not repeated`);
    }
    flags.push(word === flag ? word : givenValue(flag, word, from, to, times));
  }
  return flags;
}

function givenValue(flag: string, word: string, from: string, to: string, times: number): string {
  if (PLAIN_FILES.has(flag)) return join(from, word);
  if (!FILE_FLAGS.has(flag)) return word;
  const hindrance = writeCopies(join(from, word), join(to, word), times);
  if (hindrance !== undefined) throw new Error(`${word}: ${hindrance}`);
  return join(to, word);
}

async function runCase(program: string, ledgers: Ledgers, dir: string): Promise<CaseRun> {
  let [facts, wall_ms, cpu_ms] = [0, 0, 0 as number | null];
  const counts: Record<string, number> = {};
  for (const steps of ledgers) {
    const commands = Commands.fresh(program, join(dir, 'ledger'));
    let last: Summary | undefined;
    for (const step of steps) {
      const run = await commands.reconcileWith(step);
      const { orders, callbacks, polls, settlements } = run.summary.facts;
      facts += orders + callbacks + polls + settlements;
      wall_ms += run.wall_ms;
      cpu_ms = cpu_ms === null || run.cpu_ms === null ? null : cpu_ms + run.cpu_ms;
      last = run.summary;
    }
    const state = { keys: last!.keys, ...last!.standing, ...last!.breaks };
    for (const [name, count] of Object.entries(state)) counts[name] = (counts[name] ?? 0) + count;
  }
  return { facts, wall_ms, cpu_ms, counts };
}

/** As many of everything: otherwise the copies would speak about each other, and be no copies. */
function requireMultiple(run: CaseRun, once: CaseRun, times: number): void {
  const [found, one] = [
    { ...run.counts, facts: run.facts },
    { ...once.counts, facts: once.facts },
  ] as Record<string, number>[];
  for (const name of new Set([...Object.keys(found!), ...Object.keys(one!)])) {
    const [expected, counted] = [(one![name] ?? 0) * times, found![name] ?? 0];
    if (counted !== expected) throw new Error(`${name}: ${expected} expected of ${times} copies, ${counted} found`);
  }
}

function report(measured: readonly { name: string; runs: CaseRun[][] }[], times: number): string {
  const rows = measured.map(({ name, runs }) => rowOf(name, runs.map(mediansOf)));
  const sums = measured[0]?.runs.map((_, program) => sumOf(measured.map(({ runs }) => mediansOf(runs[program]!))));
  const head = ['case', 'facts', 'time', 'processors', 'facts a second'];
  const ratios = (sums?.length ?? 0) > 1 ? ['time to the other', 'processors to the other'] : [];
  const all = sums === undefined ? rows : [...rows, rowOf(`all, ${times} times`, sums)];
  return drawn([...head, ...ratios], all);
}

type Figures = Pick<CaseRun, 'facts' | 'wall_ms' | 'cpu_ms'>;

function mediansOf(runs: readonly CaseRun[]): Figures {
  const wall_ms = median(runs.map((run) => run.wall_ms))!;
  return { facts: runs[0]!.facts, wall_ms, cpu_ms: median(runs.map((run) => run.cpu_ms)) };
}

function sumOf(figures: readonly Figures[]): Figures {
  const sum = (of: (one: Figures) => number) => figures.reduce((total, one) => total + of(one), 0);
  return { facts: sum((one) => one.facts), wall_ms: sum((one) => one.wall_ms), cpu_ms: sum((one) => one.cpu_ms ?? 0) };
}

function rowOf(name: string, [own, other]: readonly Figures[]): string[] {
  const { facts, wall_ms, cpu_ms } = own!;
  const row = [name, whole(facts), seconds(wall_ms), seconds(cpu_ms), rate(facts, wall_ms)];
  if (other === undefined) return row;
  const ratio = (value: number | null, base: number | null) => ((value ?? 0) / (base || 1)).toFixed(3);
  return [...row, ratio(wall_ms, other.wall_ms), ratio(cpu_ms, other.cpu_ms)];
}
