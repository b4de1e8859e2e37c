// `npm run bench -- --dialects`: how many rows a second are read from each dialect of a file, beside other programs.

import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { median } from '../figures.ts';
import { measure } from '../measure.ts';
import { type DialectFiles, writeDialects } from './files.ts';
import type { Read } from './reader.ts';

interface Way {
  readonly title: string;
  readonly way: string;
  readonly file: keyof Omit<DialectFiles, 'rows'>;
}

interface Figures {
  readonly ms: number;
  readonly cpu: number;
  readonly mb: number;
}

const WAYS: readonly Way[] = [
  { title: 'plain CSV into facts', way: 'plain', file: 'plain' },
  { title: 'mapped CSV into facts: zone, decimal comma, thousands', way: 'portal', file: 'portal' },
  { title: 'mapped workbook into facts', way: 'workbook', file: 'workbook' },
  { title: 'the same workbook, as rows of cells', way: 'rows', file: 'workbook' },
  { title: 'the same workbook by excelts', way: 'excelts', file: 'workbook' },
  { title: 'the plain CSV by DuckDB, one thread', way: 'duckdb', file: 'plain' },
];

const dir = fileURLToPath(new URL('../out/dialects', import.meta.url));
const program = fileURLToPath(new URL('./reader.ts', import.meta.url));
const print = (line: string): boolean => process.stderr.write(`${line}\n`);

/** Prints a table; each way is measured `runs` times, and its median shown. */
export async function benchDialects(rows: number, runs: number): Promise<void> {
  try {
    print(`${rows} rows: writing the files`);
    const files = await writeDialects(rows, dir);
    process.stdout.write('| way | rows/s | seconds | CPU seconds | peak MB |\n|---|---:|---:|---:|---:|\n');
    // In turns, so that a busy minute of the machine meets all of them.
    const figures = WAYS.map((): Figures[] => []);
    for (let run = 1; run <= runs; run++) {
      for (const [at, { way, file, title }] of WAYS.entries()) {
        print(`run ${run} of ${runs}: ${title}`);
        figures[at]!.push(await readOnce(way, files[file], rows));
      }
    }
    for (const [at, { title }] of WAYS.entries()) {
      const of = (name: keyof Figures) => median(figures[at]!.map((each) => each[name])) ?? 0;
      const rate = Math.round((rows / of('ms')) * 1000).toLocaleString('en');
      const seconds = [of('ms'), of('cpu')].map((ms) => (ms / 1000).toFixed(2)).join(' | ');
      process.stdout.write(`| ${title} | ${rate} | ${seconds} | ${Math.round(of('mb'))} |\n`);
    }
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

let sum: number | undefined;

/** A fast wrong reading is worth nothing: all must count the same rows and the same money. */
async function readOnce(way: string, path: string, rows: number): Promise<Figures> {
  const { stdout, peak_rss_mb } = await measure(['--disable-warning=ExperimentalWarning', program, way, path]);
  const read = JSON.parse(stdout) as Read;
  sum ??= read.minor;
  if (read.rows !== rows || read.minor !== sum) {
    throw new Error(`${way}: ${rows} rows and ${sum} written, ${read.rows} rows and ${read.minor} read`);
  }
  return { ms: read.elapsed_ms, cpu: read.cpu_ms, mb: peak_rss_mb ?? 0 };
}
