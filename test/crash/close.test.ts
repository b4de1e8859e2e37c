// The process is killed while a day is closed: what was not answered is proposed or closed wholly or not at all, the
// statement is there, and what is closed can be proved by its entry.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { proveEntry } from '../../src/app/proof.ts';
import { entryId } from '../../src/domain/entry.ts';
import { verifyDirectory } from '../../src/engine/verification/directory.ts';
import { parseRules } from '../../src/matching/rules.ts';
import { SERVICE } from '../matching/given-decisions.ts';
import { openLiveLedger, StillClock } from '../service/ledger/given-live-ledger.ts';

const PROGRAM = fileURLToPath(new URL('close-program.ts', import.meta.url));

const directories: string[] = [];
const fresh = () => {
  directories.push(mkdtempSync(join(tmpdir(), 'hesabu-close-')));
  return directories.at(-1)!;
};

/** The state of each proposal after a kill at the step, and the entries of what is closed; the ledger is closed. */
async function after(dir: string, step: string) {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', PROGRAM, dir, step], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const [, signal] = await new Promise<[number | null, string | null]>((resolve) => {
    child.on('exit', (code, by) => resolve([code, by]));
  });
  expect(signal).toBe('SIGKILL');
  const ledger = await openLiveLedger(dir, new StillClock());
  try {
    ledger.loop.rules = parseRules({ decision_keys: [SERVICE.signer] });
    await ledger.loop.catchUp();
    const periods = await ledger.statements.periods();
    const { entries } = await ledger.reader.entriesAfter(null, 100);
    return {
      states: periods.flatMap(({ closes }) => closes.map(({ state }) => state)),
      closed: entries.filter(({ finding }) => finding.reason === 'PERIOD_CLOSED'),
    };
  } finally {
    await ledger.close();
  }
}

const faultsOf = async (data: string) =>
  (await verifyDirectory({ data })).faults.map(({ where, found }) => `${where}: ${found}`);

test('given a kill at each step of a close, then it is proposed, closed or nothing, and proved where it is closed', {
  timeout: 120_000,
}, async () => {
  try {
    expect(await after(fresh(), 'file')).toEqual({ states: [], closed: [] });
    expect(await after(fresh(), 'proposal')).toEqual({ states: ['awaiting_approval'], closed: [] });
    const data = fresh();
    const { states, closed } = await after(data, 'approval');
    expect([states, closed.length]).toEqual([['effective'], 1]);
    expect(await faultsOf(data)).toEqual([]);

    const { partition, height, index, finding } = closed[0]!;
    const id = entryId(partition, height, index);
    const out = fresh();
    const { check } = await proveEntry(data, id, out);
    const args = check.split(' ').slice(1);
    expect(args[1]).toBe('statement');
    const run = () => spawnSync(process.execPath, args, { cwd: out, encoding: 'utf8' }).stdout;
    expect(run()).toMatch(/^ok: 2026-06-01 of \*, mfs-africa, is closed from 0\.00 to 1000\.00 KES; entry /);

    const [, sha256] = finding.subject.split('/') as [string, string];
    const path = join(data, 'statements', sha256.slice(0, 2), sha256);
    const bytes = readFileSync(path);
    const altered = Buffer.concat([bytes, Buffer.from(' ')]);
    writeFileSync(join(out, `statement-${id}.jsonl`), altered);
    expect(run()).toMatch(/^refused: the file is not the one that was closed/);
    writeFileSync(join(out, `statement-${id}.jsonl`), bytes);
    const other = args.with(-1, `entry-${id}.bin`);
    expect(spawnSync(process.execPath, other, { cwd: out, encoding: 'utf8' }).stdout).toMatch(/^refused: /);

    writeFileSync(path, altered);
    expect(await faultsOf(data)).toEqual([expect.stringMatching(/^statements\/.*: bytes with the SHA-256 /)]);
    rmSync(path);
    expect(await faultsOf(data)).toEqual([expect.stringMatching(/^statements\/.*: no such file$/)]);
  } finally {
    for (const dir of directories) rmSync(dir, { recursive: true, force: true });
  }
});
