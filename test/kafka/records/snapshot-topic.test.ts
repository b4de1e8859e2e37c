// A snapshot on its topic: from its chunks and head, whatever else lies there; damaged, it is none.
import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import type { KafkaMessage } from '../../../src/kafka/client/kafkajs.ts';
import { SnapshotAssembler, type SnapshotSlot, snapshotMessages } from '../../../src/kafka/records/snapshot-topic.ts';

const NAME = { height: 7, blockHash: 'ab12' };
/** More than one chunk, and of parts that no chunk ends with. */
const PARTS = Array.from({ length: 5 }, (_, nth) => Buffer.alloc(300_000, `part ${nth}`));

async function messagesOf(place: SnapshotSlot, parts: readonly Buffer[]): Promise<KafkaMessage[]> {
  const { chunks, head } = snapshotMessages(0, NAME, place, parts);
  const messages = [];
  for await (const some of chunks) messages.push(...some);
  return [...messages, head()].map(({ key, value, headers = {} }, offset) => ({
    ...{ key: Buffer.from(key as string), value: Buffer.from(value as Buffer), headers },
    ...{ offset: String(offset), timestamp: '0', attributes: 0 },
  }));
}

function assembled(...messages: readonly KafkaMessage[]) {
  const assembler = new SnapshotAssembler();
  for (const message of messages) assembler.take(message);
  return assembler.snapshot();
}

test('the latest of each key', async () => {
  const before = await messagesOf('a', [Buffer.alloc(700_000, 'before')]);
  const now = await messagesOf('a', PARTS);
  const other = await messagesOf('b', [Buffer.from('not named yet')]);
  const snapshot = await assembled(...before, ...now, ...other.slice(0, -1));
  expect(snapshot).toMatchObject(NAME);
  expect(snapshot!.content.equals(Buffer.concat(PARTS))).toBe(true);
});

test('in few sends, of which each fits a batch', async () => {
  const noise = Array.from({ length: 5 }, () => randomBytes(500_000));
  for (const [parts, most] of [
    [PARTS, 1],
    [noise, 5],
  ] as const) {
    let sends = 0;
    for await (const messages of snapshotMessages(0, NAME, 'a', parts).chunks) {
      sends++;
      const bytes = messages.reduce((sum, { value }) => sum + value!.length, 0);
      expect(bytes).toBeLessThan(1_000_000);
    }
    expect(sends).toBeLessThanOrEqual(most);
  }
});

test('damaged or without a chunk', async () => {
  const whole = await messagesOf('a', PARTS);
  expect(whole.length).toBeGreaterThan(3);
  expect(await assembled(...whole.slice(1))).toBeUndefined();
  expect(await assembled(...whole.slice(0, -1))).toBeUndefined();
  const [first, second] = whole as [KafkaMessage, KafkaMessage];
  const cut = { ...first, value: first.value!.subarray(0, -9) };
  expect(await assembled(cut, ...whole.slice(1))).toBeUndefined();
  const swapped = { ...first, value: second.value };
  expect(await assembled(swapped, ...whole.slice(1))).toBeUndefined();
  const longer = { ...first, headers: { ...first.headers, 'hesabu-size': '9' } } as KafkaMessage;
  expect(await assembled(longer, ...whole.slice(1))).toBeUndefined();
});
