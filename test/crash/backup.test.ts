// Backups beside a service under load: each is a whole one, its ledger is a proven beginning of the live one, and what
// came after it is told. A backup that was killed leaves nothing that is taken for one.
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, lstatSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import { makeBackup } from '../../src/app/backup/backup.ts';
import { checkBackup } from '../../src/app/backup/backup-check.ts';
import { checkProof, proveGrowth } from '../../src/app/proof.ts';
import { checkpointNames } from '../../src/engine/directory/checkpoints.ts';
import { verifyDirectory } from '../../src/engine/verification/directory.ts';
import { MAIN } from '../program.ts';
import { callbackIds } from '../service/callback-ids.ts';
import { givenService } from '../service/given-service.ts';
import { end, serve } from '../service/service-client.ts';

/** How many backups are taken at random moments; `HESABU_TEST_BACKUPS` sets another number. */
const BACKUPS = Number(process.env.HESABU_TEST_BACKUPS ?? 1);
const SENDERS = 4;
vi.setConfig({ testTimeout: 120_000 + BACKUPS * 60_000, hookTimeout: 120_000 });

const given = givenService(SENDERS);

/** Sends payments until `isOver`. */
function load(isOver: () => boolean): Promise<unknown> {
  const sender = async (at: number) => {
    for (let count = 0; !isOver(); count++) {
      await given.pay(`${at}-${count}`);
    }
  };
  return Promise.all(Array.from({ length: SENDERS }, (_, at) => sender(at)));
}

/** Until each partition has a signature: what nobody has signed yet is proved by nothing. */
async function signedOnce(): Promise<void> {
  const count = () => readdirSync(join(given.site.data, 'checkpoints')).filter((name) => name.endsWith('.txt')).length;
  await expect.poll(count, { timeout: 30_000 }).toBe(8);
}

/** All paths below a directory with the modes of what may be used by others. */
function openToOthers(dir: string): string[] {
  return readdirSync(dir, { recursive: true }).filter(
    (path) => (lstatSync(join(dir, String(path))).mode & 0o077) !== 0,
  ) as string[];
}

describe('a backup beside a service under load', () => {
  test(`taken at ${BACKUPS} random moments, is a proven beginning, and its gap is told (F35)`, async () => {
    const { data, dir } = given.site;
    let isOver = false;
    const sent = load(() => isOver);
    await expect.poll(() => given.acknowledged.size).toBeGreaterThan(40);
    await signedOnce();
    const taken: { readonly target: string; readonly before: ReadonlySet<string> }[] = [];
    for (let round = 0; round < BACKUPS; round++) {
      await delay(Math.random() * 300);
      const before = new Set(given.acknowledged);
      const target = join(dir, `backup-${round}`);
      const { running, keys_left_out } = await makeBackup({ data, out: target, withKeys: false });
      expect({ running, keys_left_out: keys_left_out.includes('keys/ledger.pem') }).toEqual({
        running: true,
        keys_left_out: true,
      });
      expect((await checkBackup({ target, against: data })).faults).toEqual([]);
      taken.push({ target, before });
    }
    isOver = true;
    await sent;
    expect(await end(given.serving)).toBe(0);
    const stored = callbackIds(data);
    for (const { target, before } of taken) {
      const { faults, gap, facts, exchanges } = await checkBackup({ target, against: data });
      // Orders of their own are not sent, so every fact is a callback, and every exchange one of them.
      expect({ faults, ...gap, blocks: 0 }).toEqual({
        faults: [],
        blocks: 0,
        facts: stored.length - facts,
        exchanges: stored.length - exchanges,
      });
      const known = new Set(callbackIds(join(target, 'data')));
      expect(known.size).toBe(facts);
      expect([...before].filter((id) => !known.has(id))).toEqual([]);
      expect(openToOthers(target)).toEqual([]);
      await proveEach(join(target, 'data'), data, join(dir, 'proofs'));
    }
  });

  test('is put back with its keys, and goes on (F35)', async () => {
    const { data, dir } = given.site;
    for (let at = 0; at < 20; at++) await given.pay(`first-${at}`);
    const target = join(dir, 'backup');
    await makeBackup({ data, out: target, withKeys: false });
    await end(given.serving, 'SIGKILL');
    const keys = join(dir, 'keys-at-another-place');
    cpSync(join(data, 'keys'), keys, { recursive: true });
    rmSync(data, { recursive: true });
    // As docs/service.md says: the directory as a whole, and the keys from where they are kept.
    execFileSync('cp', ['-a', join(target, 'data'), data]);
    for (const name of readdirSync(keys))
      if (name !== 'ledger.signed') cpSync(join(keys, name), join(data, 'keys', name));
    given.serving = await serve(given.site.config);
    expect(await given.pay('second')).toBe(true);
    expect(await end(given.serving)).toBe(0);
    expect(new Set(callbackIds(data)).size).toBe(21);
    const { faults, sealed } = await verifyDirectory({ data });
    expect({ faults, sealed }).toEqual({ faults: [], sealed: true });
  });

  test('that is killed leaves nothing that is taken for one, and the next one takes its place', async () => {
    const { data, dir } = given.site;
    for (let at = 0; at < 60; at++) await given.pay(`first-${at}`);
    await signedOnce();
    const target = join(dir, 'backup');
    const args = ['--disable-warning=ExperimentalWarning', MAIN, 'backup', '--data', data, '--out', target];
    const child = spawn(process.execPath, args, { stdio: 'ignore' });
    const ended = new Promise((resolve) => child.on('exit', resolve));
    await expect.poll(() => existsSync(`${target}.part`), { interval: 1 }).toBe(true);
    child.kill('SIGKILL');
    await ended;
    // It may have been faster.
    if (existsSync(target)) {
      expect((await checkBackup({ target })).faults).toEqual([]);
      rmSync(target, { recursive: true });
    } else {
      await expect(checkBackup({ target })).rejects.toThrow('HESABU_FILE_MISSING');
      await expect(checkBackup({ target: `${target}.part` })).rejects.toThrow('HESABU_FILE_MISSING');
    }
    await makeBackup({ data, out: target, withKeys: true });
    expect((await checkBackup({ target })).faults).toEqual([]);
    expect(readdirSync(dir).filter((name) => name.includes('.part'))).toEqual([]);
    await expect(makeBackup({ data, out: target, withKeys: true })).rejects.toThrow('HESABU_USAGE: --out');
  });
});

/** The live ledger proves by RFC 6962 that it grew from each checkpoint of a backup. */
async function proveEach(backup: string, live: string, out: string): Promise<void> {
  mkdirSync(out, { recursive: true });
  const names = checkpointNames(backup);
  expect(names).not.toEqual([]);
  for (const name of names) {
    const older = join(backup, 'checkpoints', name);
    await proveGrowth(live, older, undefined, out);
    expect(checkProof([join(out, `consistency-${name}`), older], join(out, 'vkey.txt'))).toMatch(/.+/);
  }
}
