// `npm run bench`: Hesabu from files to a durable ledger, compared with DuckDB on the same files. See README.md.

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { benchCases } from './cases/run.ts';
import { Commands, joinWithDuckDb } from './commands.ts';
import { benchDialects } from './dialects/run.ts';
import { linearity, type Run, ratioTable, type Starts, startsTable, table } from './figures.ts';
import { FILE_SETS } from './file-sets.ts';
import { FIRST_ANSWER_KEYS, measureStarts } from './starts.ts';
import { byTurns } from './turns.ts';
import { wholeRun } from './whole-run.ts';

const EXTRA_DAY_KEYS = 10_000;
/** A start is short, and varies more than a long run. */
const STARTS_RUNS_MIN = 5;

const USAGE = [
  'usage: npm run bench -- [--files plain|shop|waves] [--keys 10000,100000,1000000] [--runs 3] [--json FILE] [--keep]',
  '                        [--program FILE] [--against FILE]',
  '       npm run bench -- --cases DIR [--times 1000] [--runs 3] [--program FILE] [--against FILE]',
  '       npm run bench -- --dialects [--rows 500000] [--runs 3]',
];

const { values: options } = parseArgs({
  options: {
    files: { type: 'string', default: 'plain' },
    cases: { type: 'string' },
    times: { type: 'string', default: '1000' },
    dialects: { type: 'boolean', default: false },
    rows: { type: 'string', default: '500000' },
    keys: { type: 'string', default: '10000,100000,1000000' },
    runs: { type: 'string', default: '3' },
    json: { type: 'string' },
    keep: { type: 'boolean', default: false },
    program: { type: 'string', default: fileURLToPath(new URL('../bin/hesabu.js', import.meta.url)) },
    against: { type: 'string' },
  },
});
const sizes = options.keys.split(',').map(Number);
const runCount = Number(options.runs);
const times = Number(options.times);
const files = FILE_SETS[options.files];
const programs = options.against === undefined ? [options.program] : [options.program, options.against];
const dir = fileURLToPath(new URL('./out', import.meta.url));

const print = (line: string): boolean => process.stderr.write(`${line}\n`);
const isCount = (value: number) => Number.isInteger(value) && value > 0;

/** The runs of one size, by program. */
async function runsOf(keys: number): Promise<Run[][]> {
  print(`${keys} keys: writing the files`);
  const batch = files!.generate(keys, join(dir, 'files'));
  const extra = files!.generateDay(keys, EXTRA_DAY_KEYS, join(dir, 'extra'));
  return byTurns(programs, runCount, async (program, round) => {
    print(`${keys} keys: run ${round + 1} of ${runCount}${programs.length === 1 ? '' : `, ${program}`}`);
    const joined = await joinWithDuckDb(batch);
    return wholeRun(Commands.fresh(program, join(dir, 'ledger')), batch, extra, joined);
  });
}

async function main(): Promise<void> {
  const startsRuns = Math.max(runCount, STARTS_RUNS_MIN);
  const starts: Starts[][] = await byTurns(programs, startsRuns, (program) => measureStarts(program, files!, dir));
  const runs: Run[][][] = [];
  for (const keys of sizes) runs.push(await runsOf(keys));
  const [own, others] = [runs.map(([first]) => first!), runs.map(([, second]) => second!)];
  const machine = `${cpus().length} x ${cpus()[0]?.model ?? 'processor'}, Node ${process.versions.node}`;
  const lines = [
    `${machine}, files: ${options.files}, medians of ${runCount}`,
    table(own),
    ...linearity(own),
    `first answer at ${FIRST_ANSWER_KEYS} keys; medians of ${startsRuns}`,
    startsTable(starts[0]!, starts[1]),
    ...(options.against === undefined ? [] : [ratioTable(own, others)]),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  if (options.json !== undefined) {
    const raw = { machine, files: options.files, programs, starts, runs };
    writeFileSync(options.json, `${JSON.stringify(raw, null, 2)}\n`);
  }
}

if (!isCount(runCount) || !isCount(times) || !sizes.every(isCount) || files === undefined) {
  for (const line of USAGE) print(line);
  process.exitCode = 2;
} else {
  mkdirSync(dir, { recursive: true });
  try {
    if (options.dialects) await benchDialects(Number(options.rows), runCount);
    else if (options.cases !== undefined) await benchCases({ cases: options.cases, times, runCount, programs, dir });
    else await main();
  } catch (error) {
    print(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  } finally {
    if (!options.keep) rmSync(dir, { recursive: true, force: true });
  }
}
