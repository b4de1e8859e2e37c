// The mirror store in a KurrentDB of our own, held to the common contract; only if Docker is available.
import { KurrentDbContainer, type StartedKurrentDbContainer } from '@testcontainers/kurrentdb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { KurrentMirrorStore } from '../../../src/projections/mirror/kurrentdb-store.ts';
import { answers } from '../../cluster/harness/available.js';
import { mirrorStoreContract } from '../../contract/mirror-store.ts';

const IMAGE = 'docker.kurrent.io/kurrent-lts/kurrentdb:25.1';

describe.skipIf(!answers('docker', ['info']))('with Docker', () => {
  let container: StartedKurrentDbContainer;
  beforeAll(async () => {
    container = await new KurrentDbContainer(IMAGE).start();
  }, 300_000);
  afterAll(() => container?.stop());
  mirrorStoreContract('KurrentDB', () => new KurrentMirrorStore(container.getConnectionString()));
});

test('a store without an answer is reported as unreachable', { timeout: 60_000 }, async () => {
  const store = new KurrentMirrorStore('kurrentdb://127.0.0.1:1?tls=false&maxDiscoverAttempts=1&defaultDeadline=2000');
  await expect(store.last('recon-a-b')).rejects.toMatchObject({ code: 'HESABU_MIRROR_UNREACHABLE' });
  const event = { id: '00000000-0000-4000-8000-000000000000', type: 'test.v1', data: { version: 1 } };
  await expect(store.append('recon-a-b', -1n, [event])).rejects.toMatchObject({ code: 'HESABU_MIRROR_UNREACHABLE' });
  await store.close();
});
