// The doctor reports each fault separately, says what to do, and changes nothing.

import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { examine } from '../../../src/app/doctor.ts';
import { CHECKS } from '../../../src/app/doctor-check.ts';
import { lockDirectory } from '../../../src/log/data-directory.ts';
import { MAIN } from '../../program.ts';
import { copyOf, forgeBatch, freshDirectory, givenLedger, payloadAt, replaced } from './given-ledger.ts';

const NOW = Date.parse('2026-06-10T00:00:00Z');

let data: string;

beforeAll(async () => {
  ({ data } = await givenLedger());
});

/** The checks that need attention, with what they found. */
function faultsIn(dir: string, now = NOW): [string, string][] {
  return examine(dir, now)
    .filter(({ remedy }) => remedy !== null)
    .map(({ name, found }) => [name, found]);
}

describe('given a sound directory', () => {
  it('then every check is made, and all is well', () => {
    const checks = examine(data, NOW);
    expect(checks.map(({ name }) => name)).toEqual([...CHECKS]);
    expect(checks.filter(({ remedy }) => remedy !== null)).toEqual([]);
    expect(checks.find(({ name }) => name === 'rules')!.found).toContain('Asia/Shanghai: 2026-06-10 08:00:00 (UTC+8)');
  });

  it('then the command exits with 0, and with 4 if anything needs attention', () => {
    const run = (...args: string[]) => {
      const flags = ['--disable-warning=ExperimentalWarning', MAIN, 'doctor', ...args];
      return spawnSync(process.execPath, flags, { encoding: 'utf8' });
    };
    // The clock of this machine is later than the ledger's time; otherwise this check needs attention too.
    const well = run('--data', data, '--format', 'json');
    expect([well.status, JSON.parse(well.stdout).ok]).toEqual([0, true]);
    expect(run().status).toBe(0);
    const ill = run('--data', freshDirectory());
    expect([ill.status, ill.stdout]).toEqual([4, expect.stringContaining('attention')]);
  });
});

/** Byte 19 of a database gives its write mode: 2 is a write-ahead log. */
function withoutWal(dir: string): void {
  const path = join(dir, 'hesabu.db');
  const bytes = readFileSync(path);
  bytes[18] = 1;
  writeFileSync(path, bytes);
}

function tornSnapshot(dir: string): void {
  mkdirSync(join(dir, 'snapshots'), { recursive: true, mode: 0o700 });
  writeFileSync(join(dir, 'snapshots', '0-1-ab.snapshot'), 'torn', { mode: 0o600 });
}

describe('given one fault, then only that is reported', () => {
  it.each<[string, string, (dir: string) => void]>([
    ['access', 'others may use keys/ledger.pem (644)', (dir) => chmodSync(join(dir, 'keys', 'ledger.pem'), 0o644)],
    ['access', 'others may use the directory (755)', (dir) => chmodSync(dir, 0o755)],
    ['sqlite', 'no WAL, pages of 16384 bytes', withoutWal],
    ['seal', 'the last run was interrupted', (dir) => rmSync(join(dir, 'hesabu.db.seal'))],
    ['leftovers', 'raw/9.zst.tmp', (dir) => writeFileSync(join(dir, 'raw', '9.zst.tmp'), '', { mode: 0o600 })],
    [
      'signatures',
      'HESABU_SIGNED_LOST: keys/ledger.signed: no such file beside the key',
      (dir) => rmSync(join(dir, 'keys', 'ledger.signed')),
    ],
    ['snapshots', 'damaged: 0-1-ab.snapshot', tornSnapshot],
  ])('%s: %s', (name, found, harm) => {
    const dir = copyOf(data);
    harm(dir);
    expect(faultsIn(dir)).toEqual([[name, found]]);
  });

  it('a clock behind the ledger', () => {
    const [[name, found] = []] = faultsIn(data, Date.parse('2026-06-02T00:00:00Z'));
    expect([name, found]).toEqual(['clock', '2026-06-02T00:00:00Z; the ledger stands at 2026-06-02T12:00:00Z']);
  });

  it('a lock that another process holds', () => {
    const lock = lockDirectory(data);
    const [[name, found] = []] = faultsIn(data);
    lock.close();
    expect(name).toBe('lock');
    expect(found).toMatch(/^HESABU_DATA_LOCKED: /);
  });

  it('rules that are not stored', () => {
    const dir = copyOf(data);
    const rules = { topic: 'rules.v1', partition: 0, first: 0 };
    forgeBatch(dir, rules, replaced(payloadAt(dir, rules), 'PT15M', 'PT45M'));
    expect(faultsIn(dir).map(([name]) => name)).toEqual(['seal', 'rules']);
  });
});
