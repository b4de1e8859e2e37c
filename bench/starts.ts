// What a program takes where there is little to do: its help, one order, and the first answer to a small shop.

import { join } from 'node:path';
import { Commands } from './commands.ts';
import type { Starts } from './figures.ts';
import type { FileSet } from './file-sets.ts';

export const FIRST_ANSWER_KEYS = 5_000;

export async function measureStarts(program: string, files: FileSet, dir: string): Promise<Starts> {
  const batch = files.generate(FIRST_ANSWER_KEYS, join(dir, 'files'));
  const fresh = () => Commands.fresh(program, join(dir, 'ledger'));
  const help = await fresh().help();
  const order = await fresh().start(batch);
  const answer = await fresh().reconcile(batch);
  return { help_ms: help.wall_ms, one_order_ms: order.wall_ms, first_answer_ms: answer.wall_ms };
}
