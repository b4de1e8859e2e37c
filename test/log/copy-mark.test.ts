// Only a process that copies the ledger may write to a directory that is a copy of a ledger on Kafka.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { EmbeddedLog } from '../../src/log/embedded.ts';
import { openReader } from '../../src/log/log-reader.ts';
import { appendOf } from '../contract/event-log.ts';
import { freshDirectory, valuesOf } from './files.ts';

const LEDGER = { cluster: 'c-1', prefix: 'shop.' };

async function givenCopy(): Promise<string> {
  const dir = freshDirectory();
  const log = new EmbeddedLog(dir, { partitions: 2, copyOf: LEDGER });
  await log.append([appendOf('orders.v1', 0, ['a'])]);
  await log.close();
  return dir;
}

function refusal(code: string): unknown {
  return expect.objectContaining({ code });
}

test('given a copy, when it is opened for the same ledger, then it continues', async () => {
  const dir = await givenCopy();
  const log = new EmbeddedLog(dir, { copyOf: { ...LEDGER } });
  await log.append([appendOf('orders.v1', 0, ['b'])]);
  expect(valuesOf(log.read('orders.v1', 0, 0n)).map(([, value]) => value)).toEqual(['a', 'b']);
  await log.close();
});

test('given a copy, when it is opened as an own ledger, then that is refused, and it can be read', async () => {
  const dir = await givenCopy();
  const before = readFileSync(join(dir, 'hesabu.db'));
  expect(() => new EmbeddedLog(dir)).toThrowError(refusal('HESABU_DATA_IS_COPY'));
  expect(() => new EmbeddedLog(dir)).toThrowError('the ledger with the prefix shop. on cluster c-1');
  expect(readFileSync(join(dir, 'hesabu.db'))).toEqual(before);
  const reader = openReader(dir);
  expect(reader.end('orders.v1', 0)).toBe(1n);
  reader.close();
});

test.each([
  ['of another cluster', { ...LEDGER, cluster: 'c-2' }],
  ['with another prefix', { ...LEDGER, prefix: '' }],
])('given a copy, when it is opened for a ledger %s, then it is refused', async (_what, copyOf) => {
  const dir = await givenCopy();
  expect(() => new EmbeddedLog(dir, { copyOf })).toThrowError(refusal('HESABU_DATA_OTHER_LEDGER'));
});

test('given an own ledger, when it is opened as a copy, then that is refused, and it still works', async () => {
  const dir = freshDirectory();
  await new EmbeddedLog(dir).close();
  expect(() => new EmbeddedLog(dir, { copyOf: LEDGER })).toThrowError(refusal('HESABU_DATA_OTHER_LEDGER'));
  await new EmbeddedLog(dir).close();
});

test('given an unreadable mark, when the copy is opened, then it is refused', async () => {
  const dir = await givenCopy();
  writeFileSync(join(dir, 'copy-of.json'), '{"cluster":');
  for (const options of [{}, { copyOf: LEDGER }]) {
    expect(() => new EmbeddedLog(dir, options)).toThrowError(refusal('HESABU_LOG_DAMAGED'));
  }
});
