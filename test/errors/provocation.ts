// An error provoked for its example in ERRORS.md: by the command line, by a request, or by the function that throws it.
// What differs from run to run stands in the example as DIR, PORT, and the like.

import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ErrorCode } from '../../src/domain/error-codes.ts';
import { HesabuError } from '../../src/domain/errors.ts';
import { hesabu } from '../cli/cli-process.ts';

/** Provokes an error in an empty directory: throws it, or gives the line that a person sees of it. */
export type Provocation = (dir: string) => unknown;
export type Provocations<Code extends ErrorCode> = Readonly<Record<Code, Provocation>>;

/** The line that a provocation leads to. */
export async function provoked(provocation: Provocation): Promise<string> {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'hesabu-errors-')));
  try {
    return (await lineOf(provocation, dir)).replaceAll(`${dir}/`, '').replaceAll(dir, 'DIR');
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

async function lineOf(provocation: Provocation, dir: string): Promise<string> {
  try {
    const line = await provocation(dir);
    return typeof line === 'string' ? line : 'nothing was provoked';
  } catch (error) {
    if (error instanceof HesabuError) return error.message;
    throw error;
  }
}

/** The first line that a command writes to stderr; it runs in the directory. */
export async function command(dir: string, ...args: string[]): Promise<string> {
  const { stderr } = await hesabu(args, { cwd: dir });
  return stderr.split('\n')[0]!;
}

/** A digest is another one in each run, for a fact has the time at which it was received. */
export function withoutDigests(text: string): string {
  return text.replaceAll(/\b[0-9a-f]{64}\b/g, 'SHA256');
}
