// A disk that fails a sync or a read, at every place in turn: nothing is acknowledged on its word, the process ends
// with a code, and the next start is clean. strace makes the kernel answer EIO.
import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { EmbeddedLog } from '../../src/log/embedded.ts';
import { freshDirectory, start, valuesOf } from './files.ts';

/** `HESABU_TEST_SYNCS` sets another number: the first so many syncs fail, each in a run of its own. */
const SYNCS = Number(process.env.HESABU_TEST_SYNCS ?? 10);
const APPENDS = 40;
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

  test('at one of the first reads: the reading ends with a code and another exit than 0 (F06 partly)', {
    timeout: 600_000,
  }, async () => {
    const dir = freshDirectory();
    expect((await start('append-program.ts', [dir, '12', 'none']).ended).lines.at(-1)).toBe('closed');
    for (const nth of [1, 2, 3, 4]) {
      const program = [at('../../src/cli/main.ts'), 'replay', '--data', dir];
      const { output, code } = await failing('pread64', nth, join(dir, 'hesabu.db'), program);
      expect([nth, code >= 3]).toEqual([nth, true]);
      expect(output).toMatch(/^HESABU_LOG_FAILED: .*restore nothing/);
    }
  });
});
