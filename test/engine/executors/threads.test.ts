// Threads that are begun before anybody needs them.

import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ThreadExecutor } from '../../../src/engine/executors/thread-executor.ts';
import { beginThreads, takeThread } from '../../../src/engine/executors/threads.ts';
import { hesabu } from '../../cli/cli-process.ts';

const dir = mkdtempSync(join(tmpdir(), 'hesabu-threads-'));
/** Of a size for which there are threads. */
const large = join(dir, 'orders.csv');
writeFileSync(large, '');
truncateSync(large, 32 * 1024 * 1024);

afterAll(() => rmSync(dir, { recursive: true }));

test('a command that fails before it takes its threads does not wait for them', async () => {
  const rules = join(dir, 'rules.yaml');
  const { code, stderr } = await hesabu(['reconcile', '--orders', large, '--rules', rules]);
  expect(stderr).toContain(`HESABU_FILE_MISSING: ${rules}`);
  expect(code).toBe(2);
});

test('an executor that takes one is told by it what went wrong', async () => {
  beginThreads([large, join(dir, 'not there')]);
  const executor = new ThreadExecutor('/proc/hesabu');
  await expect(executor.ask({ query: 'heads' })).rejects.toThrow(/HESABU_|ended/);
  await executor.close();
  const rest = takeThread();
  await expect(rest.terminate()).resolves.toBe(1);
});
