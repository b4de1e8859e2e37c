// A kill in the middle of forgetting somebody: no key is left from the first step on, the directory opens and tells of
// it, and the same call again completes it.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, it, vi } from 'vitest';
import { examine } from '../../src/app/doctor.ts';
import { readArchive } from '../../src/archive/imports/import-archive.ts';
import { PseudonymKeys } from '../../src/archive/privacy/pseudonym-key.ts';
import { FORGOTTEN } from '../../src/domain/forgotten.ts';
import { verifyDirectory } from '../../src/engine/verification/directory.ts';
import { openReader } from '../../src/log/log-reader.ts';
import { FORGET_FAILPOINTS } from '../../src/runtime/failpoints.ts';
import { FORMS, forgetNumber, NUMBER, reconcilePayer } from '../app/forget/given-payer.ts';
import { freshDirectory } from '../cli/commands/given-ledger.ts';

vi.setConfig({ testTimeout: 120_000 });

const PROGRAM = fileURLToPath(new URL('forget-program.ts', import.meta.url));

let dir: string;
let before: string;
let root: string;
beforeAll(async () => {
  dir = freshDirectory();
  before = join(dir, 'before');
  root = (await reconcilePayer(dir, before)).outcome_root;
});

function recordsOf(data: string): number {
  const reader = openReader(data, true);
  try {
    return [...reader.read('imports.v1', 0, 0n)].filter(({ payload }) => payload.includes('"forgotten"')).length;
  } finally {
    reader.close();
  }
}

function leftoversOf(data: string) {
  return examine(data, Date.parse('2026-06-04T00:00:00Z')).find(({ name }) => name === 'leftovers');
}

it.each(FORGET_FAILPOINTS)('given a kill at %s, then it is dead, told of, and completed (R13)', async (step) => {
  const data = join(dir, step.replace(':', ' '));
  cpSync(before, data, { recursive: true });
  const [, signal] = await once(
    spawn(process.execPath, ['--disable-warning=ExperimentalWarning', PROGRAM, data, NUMBER, step]),
    'close',
  );
  expect(signal).toBe('SIGKILL');
  expect(PseudonymKeys.open(data).pseudonym(NUMBER)).toBe(FORGOTTEN);
  const leftovers = () => leftoversOf(data);
  const told = 'keys/forgotten: somebody is forgotten in part';
  expect(leftovers()).toMatchObject({ found: told, remedy: 'Give hesabu forget the same person again.' });
  const repeated = join(dir, `${step.replace(':', ' ')} repeated`);
  cpSync(data, repeated, { recursive: true });
  await forgetNumber(repeated);
  expect([leftoversOf(repeated)?.found, recordsOf(repeated)]).toEqual(['none', 1]);
  // A directory that is used before the call is repeated.
  expect((await reconcilePayer(dir, data, '\n')).outcome_root).toBe(root);
  expect(PseudonymKeys.decode(readFileSync(join(data, 'keys', 'pseudonym.key'))).pseudonym(NUMBER)).toBe(FORGOTTEN);
  expect(leftovers()?.found).toBe(told);
  await forgetNumber(data);
  expect(leftovers()?.found).toBe('none');
  const raws = [1, 2, 3, 4].map((id) => readArchive(data, id)!.toString());
  expect(FORMS.filter((form) => raws.some((raw) => raw.includes(form)))).toEqual([]);
  expect(recordsOf(data)).toBe(1);
  expect((await verifyDirectory({ data })).faults).toEqual([]);
});
