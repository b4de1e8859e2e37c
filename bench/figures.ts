// The measurements of the benchmark, and the table for people.

import Table from 'cli-table3';

/** One run at one size. Times are whole processes in milliseconds, memory in MiB. */
export interface Run {
  readonly keys: number;
  readonly facts: number;
  readonly entries: number;
  readonly reconcile_ms: number;
  /** What the same process took of all processors. */
  readonly cpu_ms: number | null;
  /** The part of `reconcile_ms` in the summary: without the start of the process. */
  readonly inside_ms: number;
  /** Parts of it: reading the files into the log, matching, and adding up with signatures and snapshots. */
  readonly read_ms: number;
  readonly match_ms: number;
  readonly add_up_ms: number;
  readonly peak_rss_mb: number | null;
  readonly duckdb_ms: number;
  readonly duckdb_rss_mb: number | null;
  readonly start_ms: number;
  readonly extra_day_ms: number;
  /** What the extra day adds to a start. */
  readonly day_alone_ms: number;
  readonly replay_ms: number;
  readonly verify_ms: number;
}

/** What a program takes from the shell where there is little to do, in milliseconds. */
export interface Starts {
  readonly help_ms: number;
  /** One order, on an empty directory. */
  readonly one_order_ms: number;
  readonly first_answer_ms: number;
}

type Medians<Figures> = Readonly<Record<keyof Figures, number | null>>;

export function median(values: readonly (number | null)[]): number | null {
  const sorted = values.filter((value) => value !== null).sort((left, right) => left - right);
  if (sorted.length === 0) return null;
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** The median of each figure over the runs of one size. */
export function medians<Figures extends object>(runs: readonly Figures[]): Medians<Figures> {
  const names = Object.keys(runs[0] ?? {}) as (keyof Figures)[];
  const pairs = names.map((name) => [name, median(runs.map((run) => run[name] as number | null))] as const);
  return Object.fromEntries(pairs) as Medians<Figures>;
}

type Row = readonly [name: string, goal: string, of: (run: Medians<Run>) => string];

const ROWS: readonly Row[] = [
  ['facts', '', (run) => whole(run.facts)],
  ['reconcile, whole process', '', (run) => seconds(run.reconcile_ms)],
  ['reconcile, inside', '', (run) => seconds(run.inside_ms)],
  ['  of it: reading files into the log', '', (run) => seconds(run.read_ms)],
  ['  of it: matching into blocks', '', (run) => seconds(run.match_ms)],
  ['  of it: adding up, signing, snapshots', '', (run) => seconds(run.add_up_ms)],
  ['facts a second', '320,000', (run) => rate(run.facts, run.reconcile_ms)],
  ['microseconds a fact', '', (run) => micros(run).toFixed(2)],
  ['seconds of the processors', '', (run) => seconds(run.cpu_ms)],
  ['peak memory', '1,000 MiB', (run) => memory(run.peak_rss_mb)],
  ['DuckDB, whole process', '', (run) => seconds(run.duckdb_ms)],
  ['DuckDB, peak memory', '', (run) => memory(run.duckdb_rss_mb)],
  ['times DuckDB', '5.7', (run) => ((run.reconcile_ms ?? 0) / (run.duckdb_ms ?? 1)).toFixed(1)],
  ['start and one new order', '1.2 s', (run) => seconds(run.start_ms)],
  ['one more day, 10,000 keys, whole process', '', (run) => seconds(run.extra_day_ms)],
  ['one more day, beyond a start', '0.5 s', (run) => seconds(run.day_alone_ms)],
  ['replay', '', (run) => seconds(run.replay_ms)],
  ['facts replayed a second', '', (run) => rate(run.facts, run.replay_ms)],
  ['verify', '', (run) => seconds(run.verify_ms)],
  ['entries verified a second', '900,000', (run) => rate(run.entries, run.verify_ms)],
];

/** What is compared where two programs run by turns: less is better in all of them. */
const COMPARED: readonly (readonly [name: string, figure: keyof Run])[] = [
  ['reconcile, whole process', 'reconcile_ms'],
  ['seconds of the processors', 'cpu_ms'],
  ['  reading files into the log', 'read_ms'],
  ['  matching into blocks', 'match_ms'],
  ['  adding up, signing, snapshots', 'add_up_ms'],
  ['peak memory', 'peak_rss_mb'],
  ['start and one new order', 'start_ms'],
  ['one more day, whole process', 'extra_day_ms'],
  ['replay', 'replay_ms'],
  ['verify', 'verify_ms'],
];

const STARTS: readonly (readonly [name: string, goal: string, figure: keyof Starts])[] = [
  ['--help', '60 ms', 'help_ms'],
  ['an empty directory and one order', '180 ms', 'one_order_ms'],
  ['first answer', '450 ms', 'first_answer_ms'],
];

/** The medians of a program as ratios to those of another: below one it is the better. */
export function ratioTable(runsBySize: readonly (readonly Run[])[], othersBySize: readonly (readonly Run[])[]): string {
  const columns = runsBySize.map((runs, at) => [medians(runs), medians(othersBySize[at]!)] as const);
  const rows = COMPARED.map(([name, figure]) => [
    name,
    ...columns.map(([run, other]) => ratio(run[figure], other[figure])),
  ]);
  return drawn(['times the other program', ...columns.map(([run]) => `${whole(run.keys)} keys`)], rows);
}

/** The starts of a program, and, where there is another, their ratios to its. */
export function startsTable(starts: readonly Starts[], others: readonly Starts[] | undefined): string {
  const [own, other] = [medians(starts), others === undefined ? undefined : medians(others)];
  const rows = STARTS.map(([name, goal, figure]) => [
    name,
    `${whole(own[figure])} ms`,
    goal,
    ...(other === undefined ? [] : [ratio(own[figure], other[figure])]),
  ]);
  return drawn(['from the shell', 'time', 'goal', ...(other === undefined ? [] : ['times the other program'])], rows);
}

function ratio(value: number | null, other: number | null): string {
  return value === null || other === null || other === 0 ? '-' : (value / other).toFixed(3);
}

/** A table whose columns after the first are numbers. */
export function drawn(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const colAligns = head.map((_, at): 'left' | 'right' => (at === 0 ? 'left' : 'right'));
  const table = new Table({ head: [...head], colAligns, style: { head: [], border: [], compact: true } });
  for (const row of rows) table.push([...row]);
  return table.toString();
}

/** The table of medians: one column for each size, and the goal for the largest. */
export function table(runsBySize: readonly (readonly Run[])[]): string {
  const columns = runsBySize.map(medians);
  const rows = ROWS.map(([name, goal, of]) => [name, ...columns.map(of), goal]);
  return drawn(['', ...columns.map((run) => `${whole(run.keys)} keys`), 'goal'], rows);
}

/** How much more a fact costs at each size than at the size before, in words. */
export function linearity(runsBySize: readonly (readonly Run[])[]): string[] {
  const columns = runsBySize.map(medians);
  return columns.slice(1).map((run, at) => {
    const before = columns[at]!;
    const growth = (micros(run) / micros(before) - 1) * 100;
    const sizes = `${whole(before.keys)} to ${whole(run.keys)} keys`;
    return `cost of a fact from ${sizes}: ${growth >= 0 ? '+' : ''}${growth.toFixed(1)} %`;
  });
}

function micros(run: Medians<Run>): number {
  return ((run.reconcile_ms ?? 0) * 1000) / (run.facts ?? 1);
}

export function rate(count: number | null, milliseconds: number | null): string {
  return whole(((count ?? 0) * 1000) / (milliseconds ?? 1));
}

export function seconds(milliseconds: number | null): string {
  return `${((milliseconds ?? 0) / 1000).toFixed(2)} s`;
}

function memory(mebibytes: number | null): string {
  return mebibytes === null ? '-' : `${whole(mebibytes)} MiB`;
}

export function whole(value: number | null): string {
  return Math.round(value ?? 0).toLocaleString('en-US');
}
