// Full or read-only disks, and directories in use by another process: a clear message, the exit code 4, and nothing
// lost. Once there is room, the same command gives the same result as undisturbed.

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { replayLedger } from '../../src/app/replay.ts';
import { verifyDirectory } from '../../src/engine/verification/directory.ts';
import { writeSimulation } from '../../src/simulation/marketplace/file-writer.ts';
import { simulate } from '../../src/simulation/marketplace/simulation.ts';
import { hesabu, readSummary } from '../cli/cli-process.ts';
import { freshDirectory } from '../cli/commands/given-ledger.ts';
import { MAIN } from '../program.ts';

const week = freshDirectory();
const input = (name: string) => join(week, 'day-2', name);
const ARGS = [
  ...['reconcile', '--orders', input('orders.csv'), '--callbacks', input('callbacks.jsonl')],
  ...['--polls', input('polls.jsonl'), '--settlements', input('settlements.csv')],
  ...['--rules', join(week, 'rules.yaml'), '--as-of', '2026-06-03T00:00:00+08:00'],
];

let undisturbed: { readonly root: string; readonly keys: number };

beforeAll(async () => {
  writeSimulation(simulate(1), week);
  const out = join(freshDirectory(), 'out');
  expect((await hesabu([...ARGS, '--out', out])).code).toBe(0);
  const { outcome_root: root, keys } = readSummary(out);
  undisturbed = { root, keys };
});

const outcomeIn = (out: string) => {
  const { outcome_root: root, keys } = readSummary(out);
  return { root, keys };
};

function canMount(): boolean {
  try {
    const script = 'mount -t tmpfs -o size=1m tmpfs "$0"';
    execFileSync('unshare', ['-m', 'sh', '-c', script, freshDirectory()], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/**
 * In a mount namespace of its own: a disk of $1 KiB at $0 with $2 KiB free; runs the other arguments, frees the disk,
 * and runs them again. Copies the disk's files into $0-kept, because the disk is visible only inside.
 */
const ON_SMALL_DISK = `
disk=$0; size=$1; free=$2; shift 2
mount -t tmpfs -o size=\${size}k tmpfs "$disk" || exit 99
head -c $(( (size - free) * 1024 )) /dev/zero > "$disk/ballast"
"$@" > "$disk-first.out" 2> "$disk-first.err"; echo $? > "$disk-first.code"
rm "$disk/ballast"
"$@" > "$disk-second.out" 2> "$disk-second.err"; echo $? > "$disk-second.code"
cp -a "$disk" "$disk-kept"
`;

const SIZE_KIB = 8 * 1024;

interface OnSmallDisk {
  readonly code: number;
  readonly errors: string;
  readonly secondCode: number;
  readonly kept: string;
}

async function onSmallDisk(freeKib: number, args: (disk: string) => readonly string[]): Promise<OnSmallDisk> {
  const disk = join(freshDirectory(), 'disk');
  mkdirSync(disk);
  const program = [process.execPath, '--disable-warning=ExperimentalWarning', MAIN, ...args(disk)];
  const script = ['-m', 'sh', '-c', ON_SMALL_DISK, disk, `${SIZE_KIB}`, `${freeKib}`];
  const child = spawn('unshare', [...script, ...program], { stdio: 'ignore' });
  expect((await once(child, 'close'))[0]).toBe(0);
  const read = (name: string) => readFileSync(`${disk}-${name}`, 'utf8');
  return {
    code: Number(read('first.code')),
    errors: read('first.err'),
    secondCode: Number(read('second.code')),
    kept: `${disk}-kept`,
  };
}

/** All disks are tried if it is set. */
const IS_SOAK = process.env.HESABU_TEST_DISKS !== undefined;

describe.skipIf(!canMount())('a full disk', () => {
  /** From no room for the ledger's first page to enough for everything. */
  const ALL_KIB = [0, 12, 40, 64, 96, 128, 160, 200, 256, 320, 400, 512, 640, 768, 1024, 4096];
  const FREE_KIB = IS_SOAK ? ALL_KIB : [0, 64, 320, 4096];
  const ends = new Map<number, number>();

  it.concurrent.each(FREE_KIB)(
    'with %i KiB left: one message, and nothing lost (F09 partly, F11 partly)',
    async (freeKib) => {
      const out = join(freshDirectory(), 'out');
      const ran = await onSmallDisk(freeKib, (disk) => [...ARGS, '--data', join(disk, 'data'), '--out', out]);
      ends.set(freeKib, ran.code);
      if (ran.code !== 0) {
        expect(ran.code).toBe(4);
        expect(ran.errors).toMatch(
          /^HESABU_DISK_FULL: .*: the disk is full; found .*\. Free some space and run again.*\n$/,
        );
      }
      expect(ran.secondCode).toBe(0);
      expect(outcomeIn(out)).toEqual(undisturbed);
      const data = join(ran.kept, 'data');
      expect(await verifyDirectory({ data })).toMatchObject({ sealed: true, faults: [] });
      expect((await replayLedger({ data })).outcome_root).toBe(undisturbed.root);
    },
  );

  it('fails in several places, and not if there is room', () => {
    expect([...ends.values()].filter((code) => code === 4).length).toBeGreaterThan(FREE_KIB.length / 3);
    expect(ends.get(4096)).toBe(0);
  });

  it.concurrent.each(IS_SOAK ? [0, 4, 12] : [4])(
    'for the results, with %i KiB left: the ledger is complete',
    async (freeKib) => {
      const data = join(freshDirectory(), 'data');
      const ran = await onSmallDisk(freeKib, (disk) => [...ARGS, '--data', data, '--out', join(disk, 'out')]);
      expect(ran.code).toBe(4);
      expect(ran.errors).toMatch(/^HESABU_OUT_UNWRITABLE: .*: the output cannot be written; found ENOSPC\. .*\n$/);
      expect(ran.secondCode).toBe(0);
      expect(outcomeIn(join(ran.kept, 'out'))).toEqual(undisturbed);
      expect(readdirSync(join(ran.kept, 'out')).sort()).toEqual([
        'breaks.csv',
        'payouts.csv',
        'rejects.csv',
        'report.xlsx',
        'risk.csv',
        'summary.json',
      ]);
    },
  );
});

describe('a place that cannot be written', () => {
  const places = (dir: string) => ({ 'a file': join(dir, 'file'), 'below a file': join(dir, 'file', 'x') });

  it.each(['a file', 'below a file', 'where nothing can be made'] as const)('%s (F10 partly)', async (place) => {
    const dir = freshDirectory();
    writeFileSync(join(dir, 'file'), 'mine');
    const path = place === 'where nothing can be made' ? '/proc/hesabu/x' : places(dir)[place];
    const data = await hesabu([...ARGS, '--data', path]);
    expect([data.code, data.stdout]).toEqual([4, '']);
    expect(data.stderr).toMatch(/^HESABU_DATA_UNWRITABLE: .*: the data directory cannot be written; found .*\n$/);
    const kept = join(dir, 'data');
    const out = await hesabu([...ARGS, '--data', kept, '--out', path]);
    expect([out.code, out.stdout]).toEqual([4, '']);
    expect(out.stderr).toMatch(/^HESABU_OUT_UNWRITABLE: .*: the output cannot be written; found .*\n$/);
    // Reported before anything was imported: a second run has nothing to refuse.
    expect(existsSync(kept)).toBe(false);
    expect(readFileSync(join(dir, 'file'), 'utf8')).toBe('mine');
  });
});

const hold = (data: string, first = 0) => {
  const program = fileURLToPath(new URL('hold-program.ts', import.meta.url));
  const args = ['--disable-warning=ExperimentalWarning', program, data, `${first}`];
  const holder = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const said = { text: '' };
  holder.stdout.on('data', (text) => {
    said.text += text;
  });
  return { holder, said, ended: once(holder, 'close') };
};

describe('a directory that a process has open', () => {
  it('is refused to another process at once, and the first continues (F14)', async () => {
    const data = join(freshDirectory(), 'data');
    const { holder, said, ended } = hold(data);
    while (!said.text.includes('begun')) await once(holder.stdout, 'data');

    // The first has it until it is told to end: who waited for it would wait for ever.
    for (const args of [ARGS, ['doctor']]) {
      const ran = await hesabu([...args, '--data', data]);
      expect([args[0], ran.code]).toEqual([args[0], 4]);
      expect(ran.stdout + ran.stderr).toContain('HESABU_DATA_LOCKED');
      if (args[0] !== 'doctor') {
        expect(ran.stderr).toBe(
          `HESABU_DATA_LOCKED: ${data}: another process uses this data directory. ` +
            'Wait for a command to end. A service does not end: send files to it (POST /v1/imports), ' +
            'or stop it first. Commands that only read, such as report and trace, work beside it.\n',
        );
      }
    }

    expect((await hesabu(['replay', '--data', data])).code).toBe(0);

    // It still accepts facts after all these attempts.
    const before = said.text.length;
    while (!said.text.slice(before).includes('kept')) await once(holder.stdout, 'data');
    holder.stdin.end();
    expect((await ended)[0]).toBe(0);
    const after = Number(/closed (\d+)\n$/.exec(said.text)![1]);
    const out = join(data, '..', 'out');
    const ran = await hesabu([...ARGS, '--data', data, '--out', out]);
    expect(ran.code).toBe(0);
    expect(readSummary(out).keys).toBe(undisturbed.keys + after);
  });

  it('keeps each acknowledged fact, however often it is killed, and none twice', async () => {
    const data = join(freshDirectory(), 'data');
    let recentAcks = 0;
    for (const delayMs of [0, 1, 5, 20, 60, 3, 11]) {
      const { holder, said, ended } = hold(data, recentAcks);
      while (!said.text.includes('kept')) await once(holder.stdout, 'data');
      await new Promise((resolve) => setTimeout(resolve, delayMs));
      holder.kill('SIGKILL');
      await ended;
      recentAcks = Number(/kept (\d+)\n(?!.*kept)/.exec(said.text)![1]);
    }
    const out = join(data, '..', 'out');
    expect((await hesabu([...ARGS, '--data', data, '--out', out])).code).toBe(0);
    const held = readSummary(out).keys - undisturbed.keys;
    // The one in progress at the last kill may be there or not.
    expect([recentAcks, recentAcks + 1]).toContain(held);
  });
});
