// Machines that are odd, and rights that are few: other zones, languages and settings of the program; no rights but
// for the data directory; disks without inodes or turned read-only; too little memory.
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { replayLedger } from '../../src/app/replay.ts';
import { verifyDirectory } from '../../src/engine/verification/directory.ts';
import { hesabu } from '../cli/cli-process.ts';
import { freshDirectory } from '../cli/commands/given-ledger.ts';
import { MAIN } from '../program.ts';
import { givenDays, inNamespace, mayMount, outcomeIn } from './given-machine.ts';

let days: ReturnType<typeof givenDays>;
let data: string;
let undisturbed: { readonly root: string; readonly keys: number };

beforeAll(async () => {
  days = givenDays();
  const dir = freshDirectory();
  data = join(dir, 'data');
  expect((await hesabu([...days(2), '--data', data, '--out', join(dir, 'out')])).code).toBe(0);
  undisturbed = outcomeIn(join(dir, 'out'));
});

describe('in other zones and languages, and with other memory', () => {
  // The stored ledgers of test/golden were made on another machine, and are replayed by each run.
  it.each([
    [['env', 'TZ=Pacific/Kiritimati', 'LANG=tr_TR.UTF-8', 'LC_ALL=tr_TR.UTF-8']],
    [['env', 'TZ=America/St_Johns', 'LC_ALL=C', 'NODE_OPTIONS=--max-old-space-size=256']],
  ])('a ledger is made and replayed with the same outcome: %j (R01)', async (under) => {
    const dir = freshDirectory();
    const made = await hesabu([...days(2), '--data', join(dir, 'data'), '--out', join(dir, 'out')], { under });
    expect([made.code, made.stderr]).toEqual([0, '']);
    expect(outcomeIn(join(dir, 'out'))).toEqual(undisturbed);
    const replayed = await hesabu(['replay', '--data', data, '--format', 'json'], { under });
    expect(JSON.parse(replayed.stdout)).toMatchObject({ outcome_root: undisturbed.root });
  });
});

describe.skipIf(!mayMount())('without any right but to its data directory', () => {
  const RIGHTS =
    'setpriv --reuid=65534 --regid=65534 --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all';
  const CONFINED = [
    'mount -t tmpfs tmpfs "$disk"',
    'chown 65534:65534 "$disk"',
    // Everything else becomes read-only, for this process and its children alone.
    'mount -o remount,bind,ro / 2>/dev/null || mount --bind / / && mount -o remount,bind,ro /',
  ];

  it('reconciles, verifies, replays, reports and exports, and writes nowhere else (S28)', async () => {
    const node = `"${process.execPath}" --disable-warning=ExperimentalWarning`;
    const confined = `confined() { ${RIGHTS} ${node} "${MAIN}" "$@"; }`;
    const text = await inNamespace(
      [
        ...[...CONFINED, confined, 'd="$disk/data"'],
        'confined "$@" --data "$d" --out "$disk/out" > /dev/null; echo "reconcile $?"',
        'confined verify --data "$d" > /dev/null; echo "verify $?"',
        'confined replay --data "$d" > /dev/null; echo "replay $?"',
        'confined report --data "$d" --out "$disk/report" > /dev/null; echo "report $?"',
        'confined export --data "$d" --out "$disk/export" > /dev/null; echo "export $?"',
        'confined "$@" --data "$d" --out /hesabu-elsewhere; echo "elsewhere $?"',
        'grep -o "outcome_root[^,]*" "$disk/out/summary.json"',
      ],
      days(2),
    );
    const codes = [...text.matchAll(/^(\w+) (\d+)$/gm)].map(([, name, code]) => `${name} ${code}`);
    expect([codes, text]).toEqual([
      ['reconcile 0', 'verify 0', 'replay 0', 'report 0', 'export 0', 'elsewhere 4'],
      expect.stringContaining('HESABU_OUT_UNWRITABLE'),
    ]);
    expect(text).toContain(undisturbed.root);
  });

  it('serves, answers and ends (S28)', async () => {
    const dir = freshDirectory();
    chmodSync(dir, 0o755);
    const [config, place] = [join(dir, 'hesabu.yaml'), join(dir, 'disk')];
    mkdirSync(place);
    writeFileSync(config, `data: ${JSON.stringify(join(place, 'data'))}\nlisten: { port: 0 }\n`);
    const script = join(dir, 'script.sh');
    writeFileSync(script, ['disk="$1"; shift', ...CONFINED, `exec ${RIGHTS} "$@"`].join('\n'));
    const program = [process.execPath, '--disable-warning=ExperimentalWarning', MAIN, 'serve', '--config', config];
    const child = spawn('unshare', ['-m', 'sh', script, place, ...program], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ended = new Promise((resolve) => child.on('exit', (code, signal) => resolve(code ?? signal)));
    const url = await new Promise<string>((resolve, reject) => {
      let text = '';
      const said = (bytes: Buffer) => {
        text += bytes;
        const found = /"url":"(http[^"]+)"/.exec(text)?.[1];
        if (found !== undefined) resolve(found);
      };
      child.stdout.on('data', said);
      child.stderr.on('data', said);
      void ended.then(() => reject(new Error(text)));
    });
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  }, 120_000);
});

describe.skipIf(!mayMount())('a disk that takes nothing any more', () => {
  it('because it has no inodes: one message, and later the same command has the whole result (F10)', async () => {
    const text = await inNamespace(
      [
        'mount -t tmpfs -o size=64m,nr_inodes=9 tmpfs "$disk"',
        'hesabu "$@" --data "$disk/data" > /dev/null; echo "full $?"',
        'mount -o remount,nr_inodes=10000 "$disk"',
        'hesabu "$@" --data "$disk/data" --out "$disk/out" > /dev/null; echo "free $?"',
        'hesabu verify --data "$disk/data" > /dev/null; echo "verify $?"',
        'grep -o "outcome_root[^,]*" "$disk/out/summary.json"',
      ],
      days(2),
    );
    expect(text).toMatch(/^HESABU_DISK_FULL: .*\nfull 4\nfree 0\nverify 0\n/);
    expect(text).toContain(undisturbed.root);
  });

  it('because it is read-only: a code, nothing lost, and readers go on (F10)', async () => {
    const day = (nth: 2 | 3) =>
      days(nth)
        .map((word) => `'${word}'`)
        .join(' ');
    const text = await inNamespace([
      'mount -t tmpfs tmpfs "$disk"',
      `hesabu ${day(2)} --data "$disk/data" > /dev/null; echo "first $?"`,
      'mount -o remount,ro "$disk"',
      `hesabu ${day(3)} --data "$disk/data" > /dev/null; echo "second $?"`,
      'hesabu verify --data "$disk/data" > /dev/null; echo "verify $?"',
      'mount -o remount,rw "$disk"',
      `hesabu ${day(3)} --data "$disk/data" > /dev/null; echo "again $?"`,
      'hesabu verify --data "$disk/data" > /dev/null; echo "verified $?"',
    ]);
    expect(text).toMatch(/first 0\nHESABU_DATA_UNWRITABLE: .*\nsecond 4\nverify 0\nagain 0\nverified 0\n/);
  });

  it.each([0, 96])(
    'with %i KiB left for a second day: what was signed before is still so, before and after (F11)',
    async (freeKib) => {
      const dir = freshDirectory();
      const kept = join(dir, 'kept');
      cpSync(join(data, 'checkpoints'), join(dir, 'given'), { recursive: true });
      const given = execFileSync('ls', [join(dir, 'given')], { encoding: 'utf8' })
        .split('\n')
        .filter(Boolean);
      const text = await inNamespace(
        [
          'mount -t tmpfs -o size=16m tmpfs "$disk"',
          `cp -a '${data}' "$disk/data"`,
          `head -c 16m /dev/zero > "$disk/ballast" 2>/dev/null`,
          `truncate -s -${freeKib}K "$disk/ballast"`,
          'hesabu "$@" --data "$disk/data" > /dev/null; echo "second $?"',
          `cp -a "$disk/data" '${kept}'`,
          'rm "$disk/ballast"',
          'hesabu "$@" --data "$disk/data" > /dev/null; echo "again $?"',
          `cp -a "$disk/data" '${kept}-after'`,
        ],
        days(3),
      );
      expect(text).toMatch(/^HESABU_DISK_FULL: .*\nsecond 4\nagain 0\n$/);
      const checkpoint = given.map((name) => join(dir, 'given', name));
      for (const place of [kept, `${kept}-after`]) {
        const { faults, held } = await verifyDirectory({ data: place, checkpoint });
        expect({ place, faults, held }).toEqual({ place, faults: [], held: checkpoint.length });
      }
      expect((await replayLedger({ data: `${kept}-after` })).facts).toBeGreaterThan(0);
    },
  );
});

describe('an import that has too little memory', () => {
  it('ends, and the next one has what an undisturbed one has (F12)', async () => {
    const dir = freshDirectory();
    const kept = join(dir, 'data');
    let ends = 0;
    for (const mebibytes of [14, 20]) {
      const under = ['env', `NODE_OPTIONS=--max-old-space-size=${mebibytes} --max-semi-space-size=1`];
      const { code } = await hesabu([...days(2), '--data', kept], { under });
      if (code !== 0) ends++;
    }
    expect(ends).toBeGreaterThan(0);
    const { code } = await hesabu([...days(2), '--data', kept, '--out', join(dir, 'out')]);
    expect(code).toBe(0);
    expect(outcomeIn(join(dir, 'out'))).toEqual(undisturbed);
    expect((await verifyDirectory({ data: kept })).faults).toEqual([]);
    expect(readFileSync(join(dir, 'out', 'summary.json'), 'utf8')).toContain(undisturbed.root);
  });
});
