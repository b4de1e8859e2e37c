// A worker thread that ends by itself: what was asked of it fails, and nobody waits for it.

import { expect, it } from 'vitest';
import { RemoteHand } from '../../../src/engine/executors/thread-executor.ts';

it('a hand whose thread ended fails every call, and can be closed', async () => {
  const hand = new RemoteHand('/proc/hesabu');
  await expect(hand.heads()).rejects.toThrow(/HESABU_|ended/);
  await expect(hand.overview()).rejects.toThrow(/HESABU_|ended/);
  await expect(hand.close()).resolves.toBeUndefined();
});
