// The command line as a person uses it: a process with its exit code and output, and the files that it writes.

import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Papa from 'papaparse';
import type { Summary } from '../../src/app/reports/summary.ts';
import { MAIN } from '../program.ts';

/** Progress, which only a slow or busy machine is told. */
const PROGRESS = /^[a-z ]+ {2}[\d,]+(?: \/ [\d,]+)? \w+\n/gm;

export interface ProcessResult {
  readonly code: number | null;
  readonly stdout: string;
  /** Without the lines that depend on how fast the machine is. */
  readonly stderr: string;
  /** The peak memory of the process in bytes; only with `preload`. */
  readonly peakBytes: number;
}

export interface ProcessOptions {
  /** A module to load before the program, for measurements. */
  readonly preload?: string;
  /** A command that runs the program, such as a shell with limits. */
  readonly under?: readonly string[];
  /** The working directory. */
  readonly cwd?: string;
  /** What to run instead of the bundle. */
  readonly program?: string;
}

/** Runs `hesabu` with these arguments on the Node of the test. */
export function hesabu(
  args: readonly string[],
  { preload, under = [], cwd, program = MAIN }: ProcessOptions = {},
): Promise<ProcessResult> {
  const imports = preload === undefined ? [] : ['--import', preload];
  const all = [...under, process.execPath, '--disable-warning=ExperimentalWarning', ...imports, program, ...args];
  const child = spawn(all[0]!, all.slice(1), { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (data) => {
    stdout += data;
  });
  child.stderr.on('data', (data) => {
    stderr += data;
  });
  return new Promise((resolve) => {
    child.on('close', (code) => {
      const peak = /^peak (\d+)$/m.exec(stderr);
      resolve({
        code,
        stdout,
        stderr: withoutProgress(stderr.replace(/^peak \d+\n/m, '')),
        peakBytes: Number(peak?.[1] ?? 0) * 1024,
      });
    });
  });
}

export function withoutProgress(text: string): string {
  return text.replace(PROGRESS, '');
}

/** Writes files into a directory and returns their paths by name. */
export function writeFiles<Name extends string>(
  dir: string,
  files: Readonly<Record<Name, string | Buffer>>,
): Record<Name, string> {
  const paths = Object.entries<string | Buffer>(files).map(([name, content]) => {
    writeFileSync(join(dir, name), content);
    return [name, join(dir, name)];
  });
  return Object.fromEntries(paths) as Record<Name, string>;
}

export function readSummary(out: string): Summary {
  return JSON.parse(readFileSync(join(out, 'summary.json'), 'utf8')) as Summary;
}

/** The rows of a CSV report as objects, all texts. */
export function readCsv(path: string): Record<string, string>[] {
  return Papa.parse<Record<string, string>>(readFileSync(path, 'utf8'), { header: true, skipEmptyLines: true }).data;
}

/** The rejects as `file line field code`. */
export function readRejects(out: string): string[] {
  return readCsv(join(out, 'rejects.csv')).map(({ file, line, field, code }) => `${file} ${line} ${field} ${code}`);
}
