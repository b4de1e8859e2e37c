// A worker thread that ends by itself: its calls fail, and nothing waits for it.

import { expect, it } from 'vitest';
import { ThreadExecutor } from '../../../src/engine/executors/thread-executor.ts';

it('an executor whose thread has ended fails every call, and can be closed', async () => {
  const executor = new ThreadExecutor('/proc/hesabu');
  await expect(executor.ask({ query: 'heads' })).rejects.toThrow(/HESABU_|ended/);
  await expect(executor.ask({ query: 'overview' })).rejects.toThrow(/HESABU_|ended/);
  await expect(executor.close()).resolves.toBeUndefined();
});
