// Every entry of a ledger leads to what it came from: the fact or the deadline, the rules, and the entries it replaces.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Entry } from '../../src/domain/entry.ts';
import { entryId } from '../../src/domain/entry.ts';
import { decodeBlock } from '../../src/ledger/block-codec.ts';
import { digestToHex } from '../../src/ledger/digest.ts';
import type { Topic } from '../../src/log/event-log.ts';
import { readFact } from '../../src/log/fact-codec.ts';
import { type LogReader, openReader } from '../../src/log/log-reader.ts';
import { forEachValue } from '../../src/log/value-frames.ts';
import { RulesStore } from '../../src/task/rules-store.ts';
import { givenLedger, reconcileDay } from '../cli/commands/given-ledger.ts';
import { readEntries } from '../ledger/blocks.ts';

function valuesOf(reader: LogReader, topic: Topic, partition: number, from = 0n): Buffer[] {
  const values: Buffer[] = [];
  for (const { payload, from: first } of reader.read(topic, partition, from)) {
    forEachValue(payload, Number(from > first ? from - first : 0n), (begin, end) =>
      values.push(payload.subarray(begin, end)),
    );
  }
  return values;
}

test('every entry names its fact or its time, stored rules, and what it replaces (R15)', async () => {
  const { data } = await givenLedger();
  // On the third day the settlement of the first is due: entries that time makes.
  await reconcileDay(join(data, '..'), 3);
  const reader = openReader(data, true);
  try {
    const rules = new RulesStore();
    for (const value of valuesOf(reader, 'rules.v1', 0)) rules.take(value.toString());
    let entries = 0;
    let byTime = 0;
    for (let partition = 0; partition < reader.partitions; partition++) {
      const known = new Map<string, Entry>();
      for (const bytes of valuesOf(reader, 'ledger.v1', partition)) {
        const block = decodeBlock(bytes);
        expect(rules.has(digestToHex(block.header.rules_hash))).toBe(true);
        for (const entry of readEntries(block)) {
          entries++;
          for (const id of entry.supersedes) expect(known.get(id)?.key).toBe(entry.key);
          known.set(entryId(partition, entry.height, entry.index), entry);
          expect(entry.as_of).toBe(block.header.as_of);
          if (entry.cause === null) {
            byTime++;
            continue;
          }
          const { topic, partition: from, offset } = entry.cause;
          const [value] = valuesOf(reader, topic as Topic, from, offset);
          const fact = readFact(value!, 0, value!.length);
          expect([fact.transaction_reference, fact.raw.length > 0]).toEqual([entry.key, true]);
          const input = block.header.inputs.find((one) => one.topic === topic)!;
          expect(input.from <= offset && offset < input.to).toBe(true);
        }
      }
    }
    expect(entries).toBeGreaterThan(72);
    expect(byTime).toBeGreaterThan(0);
  } finally {
    reader.close();
  }
});
