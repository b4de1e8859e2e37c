// A connection that broke in the middle of an answer begins again with nothing.
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { installPatches } from '../../../src/kafka/client/patches.ts';

test('given half an answer, when the connection broke and connects again, then it is forgotten', async () => {
  installPatches();
  const { prototype } = createRequire(import.meta.url)('kafkajs/src/network/connection.js');
  const connection = {
    ...{ chunks: [Buffer.from([0, 0, 1])], bytesBuffered: 3, bytesNeeded: 260 },
    ...{ isConnected: () => false, logDebug: () => {} },
    socketFactory: () => {
      throw new Error('refused');
    },
  };
  await expect(prototype.connect.call(connection)).rejects.toThrow('refused');
  expect(connection).toMatchObject({ chunks: [], bytesBuffered: 0, bytesNeeded: 4 });
});
