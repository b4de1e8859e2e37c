// A kill in the middle of a reopening: the ledger stands before it or after it, and verifies.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test, vi } from 'vitest';
import { reconcile } from '../../src/app/reconcile.ts';
import { replayLedger } from '../../src/app/replay.ts';
import { verifyDirectory } from '../../src/engine/verification/directory.ts';
import { freshDirectory, reconcileDay } from '../cli/commands/given-ledger.ts';

vi.setConfig({ testTimeout: 120_000 });

const PROGRAM = fileURLToPath(new URL('reopen-program.ts', import.meta.url));
const TRUE_TIME = '2026-06-01T21:00:00Z';
const AHEAD = '2026-06-09T00:00:00Z';

/** The signal that ended the process, and null for a process that went to its end. */
async function killed(data: string, occurrence: number): Promise<string | null> {
  const args = ['--disable-warning=ExperimentalWarning', PROGRAM, data, TRUE_TIME, String(occurrence)];
  const [, signal] = await once(spawn(process.execPath, args), 'close');
  return signal;
}

test('killed after any commit, a reopening has happened or not, and the next run goes on from it', async () => {
  const dir = freshDirectory();
  const root = await reconcileDay(dir, 1);
  const ahead = join(dir, 'ahead');
  cpSync(join(dir, 'data'), ahead, { recursive: true });
  const file = { callbacks: [join(dir, 'callbacks-1.jsonl')], provider: 'mfs-africa', lang: 'en' as const };
  await reconcile({ ...file, data: ahead, asOf: AHEAD });
  for (let occurrence = 1, signal: string | null = 'SIGKILL'; signal !== null; occurrence++) {
    const data = join(dir, `killed ${occurrence}`);
    cpSync(ahead, data, { recursive: true });
    signal = await killed(data, occurrence);
    // Blocks of a killed run are not signed yet; they do follow from the facts.
    await replayLedger({ data });
    const { summary } = await reconcile({ ...file, data, asOf: TRUE_TIME });
    expect(summary.outcome_root).toBe(root);
    expect((await replayLedger({ data })).outcome_root).toBe(root);
    expect((await verifyDirectory({ data })).faults).toEqual([]);
    if (signal === null) expect(occurrence).toBeGreaterThan(2);
  }
  await expect(reconcile({ ...file, data: ahead, asOf: TRUE_TIME })).rejects.toThrow('HESABU_AS_OF_EARLIER');
});
