// A connection that broke in the middle of an answer begins again with nothing, and one on which a request timed out is
// not used for the next.
import { createRequire } from 'node:module';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { Kafka, logLevel } from 'kafkajs';
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

test('given a request without an answer, when it is tried again, then on another connection', async () => {
  installPatches();
  const sockets = new Set<Socket>();
  const silent = createServer((socket) => void sockets.add(socket.resume())).listen(0, '127.0.0.1');
  await new Promise((resolve) => silent.once('listening', resolve));
  const { port } = silent.address() as AddressInfo;
  const retry = { retries: 1, initialRetryTime: 1, maxRetryTime: 1 };
  const brokers = [`127.0.0.1:${port}`];
  const admin = new Kafka({ brokers, requestTimeout: 200, retry, logLevel: logLevel.NOTHING }).admin();
  await expect(admin.connect()).rejects.toThrow('timed out');
  expect(sockets.size).toBe(2);
  silent.close();
  await expect.poll(() => [...sockets].every(({ closed }) => closed)).toBe(true);
});
