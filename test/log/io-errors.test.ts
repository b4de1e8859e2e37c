// A disk that fails a sync or a read, at every place in turn: nothing is acknowledged on its word, the process ends
// with a code, and the next start is clean. strace makes the kernel answer EIO.
import { execFile, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { EmbeddedLog } from '../../src/log/embedded.ts';
import { appendOf } from '../contract/event-log.ts';
import { MAIN } from '../program.ts';
import { freshDirectory, start, valuesOf } from './files.ts';

/** `HESABU_TEST_SYNCS` sets another number: the first so many syncs fail, each in a run of its own. */
const SYNCS = Number(process.env.HESABU_TEST_SYNCS ?? 5);
const APPENDS = 40;
/** Each takes more than one page. */
const BATCHES = 30;
/** The reads that fail, as a part of those before: 0 in a long run, where each does. */
const STRIDE = process.env.HESABU_TEST_SYNCS === undefined ? 0.6 : 0;
const run = promisify(execFile);
const at = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** Whether strace may trace here. */
const canInject = spawnSync('strace', ['-qq', '-o', '/dev/null', 'true']).status === 0;

/** Runs a program whose nth call of these is answered EIO; resolves with what it printed, and its exit code. */
async function failing(calls: string, nth: number, file: string | null, program: readonly string[]) {
  const trace = join(freshDirectory(), 'trace');
  const places = file === null ? [] : ['-P', file];
  const inject = ['-e', `trace=${calls}`, '-e', `inject=${calls}:error=EIO:when=${nth}`, ...places];
  const node = [process.execPath, '--disable-warning=ExperimentalWarning', ...program];
  const ended = await run('strace', ['-f', '-qq', '-o', trace, ...inject, ...node]).catch((error) => error);
  return { output: `${ended.stdout}${ended.stderr}`, code: (ended.code as number | undefined) ?? 0 };
}

describe.skipIf(!canInject)('a disk that fails', () => {
  test(`at one of the first ${SYNCS} syncs: it is acknowledged by none, and kept or not as a whole (F05)`, {
    timeout: 60_000 + SYNCS * 60_000,
  }, async () => {
    let failed = 0;
    for (let nth = 1; nth <= SYNCS; nth++) {
      const dir = freshDirectory();
      const { output } = await failing('fsync,fdatasync', nth, null, [
        at('append-program.ts'),
        dir,
        `${APPENDS}`,
        'none',
      ]);
      const lines = output.trimEnd().split('\n');
      const acked = lines.filter((line) => line.startsWith('acked')).length;
      expect([nth, lines.at(-1)]).toEqual([nth, acked === APPENDS ? expect.anything() : 'HESABU_LOG_FAILED']);
      if (acked < APPENDS) failed++;
      // The next start finds all that was acknowledged, and of the failed append both parts or none.
      const again = new EmbeddedLog(dir, { partitions: 2 });
      const [orders, blocks] = [again.read('orders.v1', 0, 0n), again.read('ledger.v1', 1, 0n)].map(valuesOf);
      expect([nth, blocks!.length >= acked, orders!.length]).toEqual([nth, true, blocks!.length * 2]);
      await again.close();
      expect((await start('append-program.ts', [dir, '1', 'none']).ended).lines.at(-1)).toBe('closed');
    }
    expect(failed).toBeGreaterThan(SYNCS / 2);
  });

  test('at one of the first reads: the reading ends with a code and another exit than 0 (F06)', {
    timeout: 600_000,
  }, async () => {
    const dir = freshDirectory();
    expect((await start('append-program.ts', [dir, '12', 'none']).ended).lines.at(-1)).toBe('closed');
    for (const nth of [1, 2, 3, 4]) {
      const program = [MAIN, 'replay', '--data', dir];
      const { output, code } = await failing('pread64', nth, join(dir, 'hesabu.db'), program);
      expect([nth, code >= 3]).toEqual([nth, true]);
      expect(output).toMatch(/^HESABU_LOG_FAILED: .*restore nothing/);
    }
  });

  test.each(['hesabu.db', 'hesabu.db-wal'])(
    'at any read of %s: it is named, and nothing is passed over (F06)',
    {
      timeout: 600_000,
    },
    async (file) => {
      const dir = freshDirectory();
      const log = new EmbeddedLog(dir, { partitions: 1 });
      for (let at = 0; at < BATCHES; at++)
        await log.append([appendOf('orders.v1', 0, [randomBytes(10_000).toString('hex')])]);
      // What a process that was killed leaves: all of it is beside the database's own file.
      const read = file.endsWith('-wal') ? freshDirectory() : dir;
      if (read !== dir) cpSync(dir, read, { recursive: true });
      await log.close();
      const program = [at('read-program.ts'), read];
      const whole = (await run(process.execPath, ['--disable-warning=ExperimentalWarning', ...program])).stdout;
      expect(whole).toMatch(new RegExp(`^read ${BATCHES} `));
      let nth = 1;
      for (; ; nth += Math.max(1, Math.ceil(nth * STRIDE))) {
        const { output, code } = await failing('pread64', nth, join(read, file), program);
        if (code === 0) {
          expect(output).toBe(whole);
          break;
        }
        expect([nth, code, output]).toEqual([nth, 4, expect.stringMatching(/^HESABU_LOG_FAILED: .*restore nothing/)]);
        expect(output).toContain(join(read, 'hesabu.db'));
      }
      expect(nth).toBeGreaterThan(BATCHES);
    },
  );
});
