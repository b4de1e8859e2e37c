// Directories for the tests of the log, and processes that end at a given step.

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import type { Batch } from '../../src/log/event-log.ts';
import { forEachValue } from '../../src/log/value-frames.ts';

/** A new directory for the caller, with a space in its path. */
export function freshDirectory(): string {
  return mkdtempSync(join(tmpdir(), 'hesabu log-'));
}

/**
 * A file system in memory of so many MiB, to be filled up, until the tests of the file that asks for it have ended;
 * undefined if the machine lets the test mount none.
 */
export function smallDisk(mebibytes: number): string | undefined {
  const dir = freshDirectory();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'tmpfs', dir], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  afterAll(() => execFileSync('umount', [dir]));
  return dir;
}

export interface Ended {
  readonly lines: readonly string[];
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Starts a program of this folder under the same Node. */
export function start(program: string, args: readonly string[]): { child: ChildProcess; ended: Promise<Ended> } {
  const path = fileURLToPath(new URL(program, import.meta.url));
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', path, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout!.on('data', (data) => {
    output += data;
  });
  child.stderr!.on('data', (data) => {
    output += data;
  });
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code, signal) => resolve({ lines: output.split('\n').filter(Boolean), code, signal }));
  });
  return { child, ended };
}

/** The values of batches as texts, with their offsets. */
export function valuesOf(batches: Iterable<Batch>): [bigint, string][] {
  const values: [bigint, string][] = [];
  for (const { payload, from } of batches) {
    forEachValue(payload, 0, (begin, end, index) => {
      values.push([from + BigInt(index), payload.toString('utf8', begin, end)]);
    });
  }
  return values;
}
