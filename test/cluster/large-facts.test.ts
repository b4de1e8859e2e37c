// The size of facts is limited so that entries about several of them fit a record: an entry that does not fit could
// never be written, and its partition would stop for ever.
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Fact } from '../../src/domain/fact.ts';
import { partitionOf } from '../../src/domain/partition.ts';
import { decodeDeadLetter } from '../../src/kafka/records/dead-letter.ts';
import { WIRE_PREFIX_BYTES } from '../../src/kafka/topics/registry.ts';
import { BatchBuilder, forEachValue } from '../../src/log/value-frames.ts';
import { order, paid } from '../service/ledger/given-live-ledger.ts';
import { type GivenFacts, givenFacts } from './given-facts.ts';
import { GivenLedger } from './given-ledger.ts';
import { expectOnce } from './recon.ts';

const LONG = 'x'.repeat(700_000);

let given: GivenFacts;
let ledger: GivenLedger;

beforeAll(async () => {
  given = await givenFacts(100);
});
beforeEach(async () => {
  ledger = await GivenLedger.make();
});
afterEach(() => ledger.remove());
afterAll(() => given.remove());

function bytesOf(fact: Fact): Buffer {
  const builder = new BatchBuilder(1024);
  builder.addFact(fact);
  const { payload } = builder.take();
  let bytes = Buffer.alloc(0);
  forEachValue(payload, 0, (start, end) => {
    bytes = Buffer.from(payload.subarray(start, end));
  });
  return bytes;
}

test('large facts become dead letters, and their partition continues', async () => {
  const reference = 'LARGE-1';
  const placed = order(reference, { amount: '1000.00' });
  const payment = paid(reference);
  const partition = partitionOf(reference, ledger.partitions);
  const large = [
    ['orders.v1', { ...placed, merchant: LONG }],
    ['callbacks.v1', { ...payment, body: { ...payment.body, provider_transaction_id: LONG } as Fact['body'] }],
  ] as const;
  ledger.worker(['--rules', given.rules, '--as-of', given.asOf, '--session', '6']);
  // The order first: findings about the payment then contain the merchant and the payment id, both at full length.
  for (const [topic, fact] of large) {
    const value = Buffer.concat([ledger.schemas.prefix(topic), bytesOf(fact)]);
    await ledger.produceRaw(topic, { key: reference, value, partition });
    await ledger.drained(40_000);
  }
  await ledger.produce(given.facts);
  const { root, entries } = await ledger.drained(40_000);
  expect(root).toBe(given.root);
  expectOnce(await ledger.recon(), entries);
  const reasons: string[] = [];
  await ledger.readAll([`${ledger.settings.prefix}dead-letters.v1`], (_topic, { value }) => {
    reasons.push(decodeDeadLetter(value!.subarray(WIRE_PREFIX_BYTES)).reason);
  });
  expect(reasons).toEqual(['HESABU_RECORD_TOO_LARGE', 'HESABU_RECORD_TOO_LARGE']);
});
