// Invalid facts become dead letters with their position, bytes and reason, in the transaction of the block that skips
// them, and the partition continues.

import { setTimeout as sleep } from 'node:timers/promises';
import kafkajs from 'kafkajs';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { partitionOf } from '../../src/domain/partition.ts';
import { withAdmin } from '../../src/kafka/client/admin.ts';
import { decodeDeadLetter } from '../../src/kafka/records/dead-letter.ts';
import { WIRE_PREFIX_BYTES } from '../../src/kafka/topics/registry.ts';
import { deadLetterList } from '../../src/service/dead-letter-list.ts';
import { type GivenFacts, givenFacts } from './given-facts.ts';
import { GivenLedger } from './given-ledger.ts';
import { expectOnce } from './recon.ts';

let given: GivenFacts;
let ledger: GivenLedger;

beforeAll(async () => {
  given = await givenFacts(200);
});
beforeEach(async () => {
  ledger = await GivenLedger.make();
  // Larger than a fact may be: the topic was configured that way.
  await withAdmin(ledger.kafka, (admin) =>
    admin.alterConfigs({
      validateOnly: false,
      resources: [
        {
          type: kafkajs.ConfigResourceTypes.TOPIC,
          name: `${ledger.settings.prefix}orders.v1`,
          configEntries: [{ name: 'max.message.bytes', value: '4000000' }],
        },
      ],
    }),
  );
});
afterEach(() => ledger.remove());
afterAll(() => given.remove());

/** The broker accepts records of the new size only a moment after it confirmed the setting. */
async function produceAllowed(record: Parameters<GivenLedger['produceRaw']>[1]): Promise<bigint> {
  for (; ; await sleep(200)) {
    try {
      return await ledger.produceRaw('orders.v1', record);
    } catch (error) {
      if ((error as { type?: string }).type !== 'MESSAGE_TOO_LARGE') throw error;
    }
  }
}

async function lettersOf(some: GivenLedger) {
  const letters: ReturnType<typeof decodeDeadLetter>[] = [];
  await some.readAll([`${some.settings.prefix}dead-letters.v1`], (_topic, { value }) => {
    letters.push(decodeDeadLetter(value!.subarray(WIRE_PREFIX_BYTES)));
  });
  return letters;
}

test('each kind has its reason, and the outcome is that of the valid facts (B21)', async () => {
  const { partitions, schemas } = ledger;
  const fact = given.facts.find(({ topic }) => topic === 'orders.v1')!;
  const own = partitionOf(fact.key, partitions);
  const prefix = schemas.prefix('orders.v1');
  const whole = Buffer.concat([prefix, fact.value]);
  const unknown = Buffer.from(whole);
  unknown.writeUInt32BE(987_654, 1);
  const poison: Readonly<Record<string, { key: string | null; value: Buffer | null; partition: number }>> = {
    'no value': { key: fact.key, value: null, partition: own },
    'no schema': { key: fact.key, value: Buffer.from('{"amount": 5}'), partition: own },
    'an unknown schema': { key: fact.key, value: unknown, partition: own },
    'no Avro': { key: fact.key, value: Buffer.concat([prefix, Buffer.from('nothing')]), partition: own },
    'half a fact': { key: fact.key, value: whole.subarray(0, whole.length - 3), partition: own },
    'two megabytes': { key: fact.key, value: Buffer.concat([prefix, Buffer.alloc(2_000_000)]), partition: own },
    'another key': { key: 'another', value: whole, partition: own },
    'no key': { key: null, value: whole, partition: own },
    'another partition': { key: fact.key, value: whole, partition: (own + 1) % partitions },
  };
  const half = Math.floor(given.facts.length / 2);
  await ledger.produce(given.facts.slice(0, half));
  const offsets: bigint[] = [];
  for (const record of Object.values(poison)) offsets.push(await produceAllowed(record));
  await ledger.produce(given.facts.slice(half));
  ledger.worker(['--rules', given.rules, '--as-of', given.asOf, '--session', '6']);
  const { root, entries } = await ledger.drained();
  expect(root).toBe(given.root);
  expectOnce(await ledger.recon(), entries);
  const letters = await lettersOf(ledger);
  const reasons = Object.values(poison).map(({ partition, value }, at) => {
    const letter = letters.find((one) => one.partition === partition && one.offset === offsets[at]);
    expect(letter?.topic).toBe('orders.v1');
    expect(letter?.value?.equals(value ?? Buffer.alloc(0)) ?? value === null).toBe(true);
    return letter?.reason;
  });
  expect(letters).toHaveLength(reasons.length);
  expect(reasons).toEqual([
    'HESABU_RECORD_EMPTY',
    'HESABU_RECORD_SCHEMA',
    'HESABU_RECORD_SCHEMA',
    'HESABU_RECORD_INVALID',
    'HESABU_RECORD_INVALID',
    'HESABU_RECORD_TOO_LARGE',
    'HESABU_RECORD_KEY',
    'HESABU_RECORD_KEY',
    'HESABU_RECORD_KEY',
  ]);
});

test('a fact that is valid under its own key is one after a retry (F27)', async () => {
  const fact = given.facts.find(({ topic }) => topic === 'orders.v1')!;
  const rest = given.facts.filter((other) => other !== fact);
  const value = Buffer.concat([ledger.schemas.prefix('orders.v1'), fact.value]);
  const partition = (partitionOf(fact.key, ledger.partitions) + 1) % ledger.partitions;
  await ledger.produceRaw('orders.v1', { key: 'wrong', value, partition });
  await ledger.produceRaw('orders.v1', { key: 'wrong', value: Buffer.from('nothing'), partition });
  await ledger.produce(rest);
  ledger.worker(['--rules', given.rules, '--as-of', given.asOf, '--session', '6']);
  expect((await ledger.drained()).root).not.toBe(given.root);
  const { dead_letters: letters } = JSON.parse(await ledger.hesabu(['dead-letters', 'list', '--format', 'json']));
  expect(letters).toMatchObject([
    { topic: 'orders.v1', partition, offset: '0', reason: 'HESABU_RECORD_KEY', key: 'wrong' },
    { topic: 'orders.v1', partition, offset: '1', reason: 'HESABU_RECORD_SCHEMA' },
  ]);
  const list = deadLetterList(ledger, () => 'hidden');
  expect((await list.list()).letters.map(({ offset }) => offset).sort()).toEqual(['0', '1']);
  const retried = await ledger.hesabu(['dead-letters', 'retry', '--format', 'json']);
  expect(JSON.parse(retried)).toEqual({ retried: 1, still: 1 });
  // What was sent again is gone, though only what came since is read.
  expect((await list.list()).letters).toMatchObject([{ offset: '1', reason: 'HESABU_RECORD_SCHEMA', provider: null }]);
  expect((await ledger.drained()).root).toBe(given.root);
});
