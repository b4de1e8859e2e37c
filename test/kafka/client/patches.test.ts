// The patches of kafkajs: made once, and for the one version that they were written for.
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { installPatches } from '../../../src/kafka/client/patches.ts';
import { produceRequest } from '../../../src/kafka/client/produce-request.ts';
import { textOf } from '../../house/source.ts';

const require = createRequire(import.meta.url);
const { prototype } = require('kafkajs/src/broker/index.js');
const theirFetch = prototype.fetch;
const requestPath = 'kafkajs/src/protocol/requests/produce/v3/request.js';

test.each(['2.2.5', '2.2.3', '2.3.0', '3.0.0', ''])(
  'version %s of kafkajs is refused, and nothing is changed',
  (version) => {
    expect(() => installPatches(version)).toThrow(
      expect.objectContaining({
        code: 'HESABU_KAFKA_CLIENT',
        exit: 4,
        detail: expect.objectContaining({ found: version }),
      }),
    );
    expect(prototype.fetch).toBe(theirFetch);
    expect(require(requestPath)).not.toBe(produceRequest);
  },
);

test('the refusal is the one that ERRORS.md shows', () => {
  expect(() => installPatches('2.2.5')).toThrow(
    expect.objectContaining({ message: /`(HESABU_KAFKA_CLIENT: .+)`$/m.exec(textOf('ERRORS.md'))![1] }),
  );
});

test('the version that is installed is patched, once', () => {
  installPatches();
  const patched = prototype.fetch;
  expect(patched).not.toBe(theirFetch);
  expect(require(requestPath)).toBe(produceRequest);
  installPatches();
  expect(prototype.fetch).toBe(patched);
});

test('package.json pins the version that is patched', () => {
  expect(JSON.parse(textOf('package.json')).dependencies.kafkajs).toBe('2.2.4');
});
