// What is taken for an ordinary fact by its bytes alone is a fact by all rules, however near to a rule's edge; and
// what files and webhooks bring in every day is ordinary.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Claim, type Fact, topicOf } from '../../src/domain/fact.ts';
import { partitionOf } from '../../src/domain/partition.ts';
import { checkedFact } from '../../src/kafka/records/fact-check.ts';
import { OrdinaryFacts } from '../../src/kafka/records/ordinary-fact.ts';
import { BatchBuilder } from '../../src/log/value-frames.ts';
import { anyFact } from '../log/facts.ts';
import { callback, line, order } from '../matching/given.ts';

const PARTITIONS = 4;
/** `HESABU_TEST_BYTES` sets another number. */
const FACTS = Number(process.env.HESABU_TEST_BYTES ?? 2_000);
const ordinary = new OrdinaryFacts(PARTITIONS);

const factOf = (claim: Claim, reference = 'A-1', more: Partial<Fact> = {}) =>
  ({
    transaction_reference: reference,
    received_at: 5,
    raw: '1/1',
    report: null,
    line: null,
    ...claim,
    ...more,
  }) as Fact;

function bytesOf(fact: Fact): Buffer {
  const builder = new BatchBuilder();
  builder.addFact(fact);
  return builder.take().payload.subarray(4);
}

/** The key lies before the value, as in a record, and other bytes after it. */
function isOrdinary(value: Buffer, key: Buffer, partition: number): boolean {
  const bytes = Buffer.concat([key, value, Buffer.from([0, 0, 2, 2, 0, 0, 0, 0])]);
  const [from, to] = [key.length, key.length + value.length];
  return ordinary.has(bytes, from, to, { from: 0, to: key.length }, partition);
}

/** By the rules, as they are for every record. */
function isFact(topic: string, value: Buffer, key: Buffer, partition: number): boolean {
  const fact = checkedFact(topic, value, 0, value.length);
  if (typeof fact === 'string' || fact.transaction_reference === '') return false;
  const { transaction_reference: reference } = fact;
  return key.toString() === reference && partitionOf(reference, PARTITIONS) === partition;
}

const text = fc.oneof(
  fc.constantFrom('', '0', '00', '5', '05', '5.00', '1000.00', '-1.00', '1000', '0.00', '00.00', '.50', '5.', '1.000'),
  fc.constantFrom(
    '123456789012.00',
    '1234567890123.00',
    '12345678901234.00',
    '1e3',
    '1.2.3',
    'KES',
    'UGX',
    'TND',
    'XXXX',
  ),
  fc.constantFrom(
    'kes',
    '2026-02-28',
    '2026-02-30',
    '2026-12-31',
    '2026-00-10',
    '2026-13-01',
    '0000-01-01',
    '2026-1-01',
  ),
  fc.constantFrom(
    'mfs-africa',
    'main',
    'mfs-africa/main:1',
    'mfs-africa:1',
    'mfs-africa/main',
    'mfs-africa/mainx:1',
    'ü',
  ),
  fc.constantFrom('A-1', 'A'.repeat(256), 'A'.repeat(257), 'Ä-1'),
);
const claims = fc.constantFrom(order(), callback(), callback({ fee: '1.50' }), line(), line({ fee: '15.00' }));
/** One of the usual facts, of which some texts are others. */
const nearFact = fc
  .tuple(claims, fc.dictionary(fc.constantFrom(...TEXTS()), text, { maxKeys: 2 }), fc.constantFrom(null, 'main'))
  .map(([claim, texts, account]) => {
    const top = ['transaction_reference', 'id', 'provider', 'account', 'merchant', 'raw', 'payout'];
    const own = Object.fromEntries(Object.entries(texts).filter(([name]) => top.includes(name)));
    const inside = Object.fromEntries(Object.entries(texts).filter(([name]) => name in claim.body));
    const id = account === null ? claim.id : `${claim.provider}/${account}:1`;
    return factOf({ ...claim, account, id, body: { ...claim.body, ...inside } } as Claim, 'A-1', own as Partial<Fact>);
  });

function TEXTS(): string[] {
  const bodies = [order(), callback(), line()].flatMap(({ body }) => Object.keys(body));
  const other = bodies.filter((name) => !/^(type|status|via|kind|line_type|.*_at)$/.test(name));
  return [...new Set(other), 'transaction_reference', 'id', 'provider', 'account', 'merchant', 'raw', 'payout'];
}

const rarely = <Value>(arbitrary: fc.Arbitrary<Value>): fc.Arbitrary<Value | null> =>
  fc.oneof({ weight: 5, arbitrary: fc.constant(null) }, { weight: 1, arbitrary });
const damage = fc.tuple(fc.nat(), fc.constantFrom(0, 1, 2, 3, 4, 127, 128, 129, 255));
const damages = fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, fc.array(damage, { maxLength: 2 }));

test('an ordinary fact is a fact', () => {
  let found = 0;
  fc.assert(
    fc.property(
      fc.oneof({ weight: 9, arbitrary: nearFact }, { weight: 1, arbitrary: anyFact }),
      ...[damages, rarely(text), fc.nat({ max: 40 }), rarely(fc.nat({ max: PARTITIONS - 1 }))],
      (fact, changes, otherKey, cut, otherPartition) => {
        const whole = bytesOf(fact);
        const value = Buffer.from(cut === 0 || cut > 5 ? whole : whole.subarray(0, whole.length - cut));
        for (const [at, byte] of changes as [number, number][]) value[at % value.length] = byte;
        const key = Buffer.from((otherKey as string | null) ?? fact.transaction_reference);
        const partition = (otherPartition as number | null) ?? partitionOf(fact.transaction_reference, PARTITIONS);
        if (!isOrdinary(value, key, partition)) return;
        found++;
        for (const topic of ['orders.v1', 'callbacks.v1', 'settlements.v1']) {
          expect(isFact(topic, value, key, partition)).toBe(true);
        }
      },
    ),
    { numRuns: FACTS },
  );
  expect(found).toBeGreaterThan(FACTS / 20);
}, 600_000);

test('the usual facts are ordinary', () => {
  for (const claim of [
    ...[order(), order({ amount: '1000', currency: 'UGX' }), callback(), callback({ status: 'failed', amount: null })],
    ...[line(), line({ fee: '15.00', settlement_date: '2026-03-05' })],
  ]) {
    const fact = factOf(claim, 'SHOP-000001');
    expect(checkedFact(topicOf(claim.body), bytesOf(fact), 0, bytesOf(fact).length)).toMatchObject({ id: claim.id });
    const key = Buffer.from('SHOP-000001');
    expect([claim.body.type, isOrdinary(bytesOf(fact), key, partitionOf('SHOP-000001', PARTITIONS))]).toEqual([
      claim.body.type,
      true,
    ]);
  }
});
