// The process is killed before and after every write to the log while money is linked: after the start both keys say
// that it is, or neither does.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { verifyDirectory } from '../../src/engine/verification/directory.ts';
import { assessKey } from '../../src/matching/assess-key.ts';
import { compileRules, parseRules } from '../../src/matching/rules.ts';
import { SERVICE } from '../matching/given-decisions.ts';
import { openLiveLedger, StillClock } from '../service/ledger/given-live-ledger.ts';

const PROGRAM = fileURLToPath(new URL('link-program.ts', import.meta.url));
const RULES = parseRules({ grace: { order: 'PT0S' }, decision_keys: [SERVICE.signer] });
const OPEN = { 'a-1': ['unmatched', 'ORDER_MISSING'], 'A-1': ['pending'] };
const LINKED = { 'a-1': ['resolved', 'LINKED'], 'A-1': ['resolved', 'LINKED_IN'] };

/** Whether the program was killed, what it said was on the disk, and where the keys stand after the next start. */
async function after(when: string, nth: number) {
  const dir = mkdtempSync(join(tmpdir(), 'hesabu-link-'));
  try {
    const args = ['--disable-warning=ExperimentalWarning', PROGRAM, dir, when, `${nth}`];
    const { signal, stdout } = spawnSync(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const ledger = await openLiveLedger(dir, new StillClock());
    ledger.loop.rules = RULES;
    const stands = await standsOf(ledger).finally(() => ledger.close());
    const { faults } = await verifyDirectory({ data: dir });
    return { isKilled: signal === 'SIGKILL', said: `${stdout}`, stands, faults };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

async function standsOf({ loop, reader }: Awaited<ReturnType<typeof openLiveLedger>>) {
  await loop.catchUp();
  const rules = compileRules(RULES);
  const stands: Record<string, string[]> = {};
  for (const key of ['a-1', 'A-1']) {
    const { claims, decisions } = (await reader.findKey(key))!;
    const { payment, findings } = assessKey(key, { claims, decisions }, rules, reader.asOf);
    const reasons = findings.flatMap(({ stage, reason }) => (stage === 'payment' && reason !== null ? [reason] : []));
    stands[key] = [payment, ...reasons];
  }
  return stands;
}

test('given a kill before or after each write of a link, then both keys have it or neither', async () => {
  const seen = new Set<string>();
  for (const when of ['before', 'after']) {
    for (let nth = 1, isKilled = true; isKilled; nth++) {
      const found = await after(when, nth);
      isKilled = found.isKilled;
      const at = `${when} write ${nth}, said ${found.said}`;
      expect(found.faults, at).toEqual([]);
      expect([OPEN, LINKED], at).toContainEqual(found.stands);
      // What was answered holds.
      if (found.said.includes('approved')) expect(found.stands, at).toEqual(LINKED);
      seen.add(JSON.stringify(found.stands));
    }
  }
  expect(seen.size).toBe(2);
});
