// `hesabu mirror` without a response of KurrentDB: it exits with a code, or waits if it must follow.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EmbeddedLog } from '../../../src/log/embedded.ts';
import { MAIN } from '../../program.ts';
import { hesabu } from '../cli-process.ts';

const AWAY = 'kurrentdb://127.0.0.1:1?tls=false&maxDiscoverAttempts=1&defaultDeadline=2000';

let data: string;
beforeAll(async () => {
  data = mkdtempSync(join(tmpdir(), 'hesabu-mirror-'));
  await new EmbeddedLog(data).close();
});
afterAll(() => rmSync(data, { recursive: true, force: true }));

test('given no server, when a ledger is mirrored, then it exits with the code', async () => {
  const { code, stderr } = await hesabu(['mirror', '--data', data, '--kurrentdb', AWAY]);
  expect(stderr).toMatch(/^HESABU_MIRROR_UNREACHABLE: --kurrentdb: /m);
  expect(code).toBe(4);
});

test('given no connection string, when a ledger is mirrored, then that is bad usage, not printed', async () => {
  const { code, stderr } = await hesabu(['mirror', '--data', data, '--kurrentdb', 'http://user:secret@127.0.0.1']);
  expect(stderr).toMatch(/^HESABU_USAGE: --kurrentdb: /m);
  expect(stderr).not.toContain('secret');
  expect(code).toBe(2);
});

test('given no server, when a ledger is followed, then it tries again, and exits with 0 after a signal', async () => {
  const args = ['--disable-warning=ExperimentalWarning', MAIN, 'mirror', '--data', data, '--kurrentdb', AWAY];
  const child = spawn(process.execPath, [...args, '--follow'], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (text) => {
    said += text;
  });
  await expect.poll(() => said.split('HESABU_MIRROR_UNREACHABLE').length - 1).toBeGreaterThan(1);
  expect(child.exitCode).toBeNull();
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
});
