// `npm run bench`: Hesabu from files to a durable ledger, compared with DuckDB on the same files. See README.md.

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Commands, type Joined, joinWithDuckDb, type Reconciled } from './commands.ts';
import { benchDialects } from './dialects/run.ts';
import { linearity, median, type Run, table } from './figures.ts';
import { type Batch, generate, generateExtraDay } from './generate.ts';
import { BREAK_CLASSES } from './shop.ts';

const EXTRA_DAY_KEYS = 10_000;
const FIRST_ANSWER_KEYS = 5_000;

const { values: options } = parseArgs({
  options: {
    dialects: { type: 'boolean', default: false },
    rows: { type: 'string', default: '500000' },
    keys: { type: 'string', default: '10000,100000,1000000' },
    runs: { type: 'string', default: '3' },
    json: { type: 'string' },
    keep: { type: 'boolean', default: false },
    program: { type: 'string', default: fileURLToPath(new URL('../bin/hesabu.js', import.meta.url)) },
  },
});
const sizes = options.keys.split(',').map(Number);
const runCount = Number(options.runs);
const dir = fileURLToPath(new URL('./out', import.meta.url));

const print = (line: string): boolean => process.stderr.write(`${line}\n`);

/** An empty directory for a ledger of its own. */
function freshCommands(name: string): Commands {
  const place = join(dir, name);
  rmSync(place, { recursive: true, force: true });
  mkdirSync(place, { recursive: true });
  return new Commands(options.program, place);
}

async function runOnce(keys: number, batch: Batch, extra: Batch): Promise<Run> {
  const commands = freshCommands('ledger');
  const reconciled = await commands.reconcile(batch);
  const joined = await joinWithDuckDb(batch);
  for (const fault of disagreements(batch, reconciled, joined)) throw new Error(`at ${keys} keys: ${fault}`);
  const verified = await commands.verify();
  const replayed = await commands.replay();
  const started = await commands.start(batch);
  const extended = await commands.reconcile(extra);
  for (const fault of extraDayFaults(batch, extra, extended)) throw new Error(`at ${keys} keys: ${fault}`);
  return {
    keys,
    facts: batch.facts,
    entries: reconciled.summary.ledger_entries,
    reconcile_ms: reconciled.wall_ms,
    inside_ms: reconciled.summary.elapsed_ms,
    read_ms: reconciled.summary.phases_ms.read,
    match_ms: reconciled.summary.phases_ms.match,
    add_up_ms: reconciled.summary.phases_ms.add_up,
    peak_rss_mb: reconciled.peak_rss_mb,
    duckdb_ms: joined.wall_ms,
    duckdb_rss_mb: joined.peak_rss_mb,
    start_ms: started.wall_ms,
    extra_day_ms: extended.wall_ms,
    day_alone_ms: extended.wall_ms - started.wall_ms,
    replay_ms: replayed.wall_ms,
    verify_ms: verified.wall_ms,
  };
}

/** A fast wrong result is worth nothing: generator, Hesabu and DuckDB must count the same. */
function disagreements(batch: Batch, { summary }: Reconciled, { result }: Joined): string[] {
  const faults: string[] = [];
  const compare = (what: string, expected: number, hesabu: number, duckdb: number) => {
    if (hesabu === expected && duckdb === expected) return;
    faults.push(`${what}: ${expected} generated, ${hesabu} found by Hesabu, ${duckdb} by DuckDB`);
  };
  const generated: Readonly<Record<string, number>> = batch.breaks;
  const { MATCHED: joinedMatched = 0, ...joined } = result.classes;
  for (const name of new Set([...Object.keys(generated), ...Object.keys(summary.breaks), ...Object.keys(joined)])) {
    compare(name, generated[name] ?? 0, summary.breaks[name] ?? 0, joined[name] ?? 0);
  }
  const broken = Object.values(generated).reduce((sum, count) => sum + count, 0);
  compare('matched', batch.keys - broken, summary.standing.matched, joinedMatched);
  const facts = summary.facts.orders + summary.facts.callbacks + summary.facts.settlements;
  compare('facts', batch.facts, facts, batch.facts);
  return faults;
}

/** Late refunds are clawed back in time, so only the new sales add breaks. */
function extraDayFaults(batch: Batch, extra: Batch, { summary }: Reconciled): string[] {
  return BREAK_CLASSES.flatMap((name) => {
    const [expected, found] = [batch.breaks[name] + extra.breaks[name], summary.breaks[name] ?? 0];
    return found === expected ? [] : [`one more day: ${expected} ${name} generated, ${found} found`];
  });
}

async function firstAnswer(): Promise<number | null> {
  const batch = generate(FIRST_ANSWER_KEYS, join(dir, 'files'));
  const times: number[] = [];
  for (let run = 0; run < runCount; run++) times.push((await freshCommands('ledger').reconcile(batch)).wall_ms);
  return median(times);
}

async function main(): Promise<void> {
  const first_answer_ms = await firstAnswer();
  const runsBySize: Run[][] = [];
  for (const keys of sizes) {
    print(`${keys} keys: writing the files`);
    const batch = generate(keys, join(dir, 'files'));
    const extra = generateExtraDay(keys, EXTRA_DAY_KEYS, join(dir, 'extra'));
    const runs: Run[] = [];
    for (let run = 1; run <= runCount; run++) {
      print(`${keys} keys: run ${run} of ${runCount}`);
      runs.push(await runOnce(keys, batch, extra));
    }
    runsBySize.push(runs);
  }
  const machine = `${cpus().length} x ${cpus()[0]?.model ?? 'processor'}, Node ${process.versions.node}`;
  process.stdout.write(`${machine}, medians of ${runCount}\n${table(runsBySize)}\n`);
  for (const line of linearity(runsBySize)) process.stdout.write(`${line}\n`);
  process.stdout.write(`first answer at ${FIRST_ANSWER_KEYS} keys, from the shell: ${first_answer_ms} ms\n`);
  if (options.json !== undefined) {
    const raw = { machine, first_answer_ms, runs: runsBySize.flat() };
    writeFileSync(options.json, `${JSON.stringify(raw, null, 2)}\n`);
  }
}

if (!(runCount >= 1) || sizes.length === 0 || !sizes.every((keys) => Number.isInteger(keys) && keys > 0)) {
  print('usage: npm run bench -- [--keys 10000,100000,1000000] [--runs 3] [--json FILE] [--keep] [--program FILE]');
  print('       npm run bench -- --dialects [--rows 500000] [--runs 3]');
  process.exitCode = 2;
} else {
  try {
    if (options.dialects) await benchDialects(Number(options.rows), runCount);
    else await main();
  } catch (error) {
    print(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  } finally {
    if (!options.keep) rmSync(dir, { recursive: true, force: true });
  }
}
