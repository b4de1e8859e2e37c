// What a subscriber of the recon topics sees.
import { expect } from 'vitest';
import { ByteReader } from '../../src/domain/bytes.ts';
import type { KafkaMessage } from '../../src/kafka/client/kafkajs.ts';
import { WIRE_PREFIX_BYTES } from '../../src/kafka/topics/registry.ts';
import { readEntry } from '../../src/ledger/entry-codec.ts';

export interface Recon {
  readonly topic: string;
  readonly key: string;
  readonly id: string;
  readonly message: KafkaMessage;
}

/** A subscriber of committed records sees each entry once, and those of a key in order. */
export function expectOnce(recon: readonly Recon[], entries: readonly string[]): void {
  expect(recon.map(({ id }) => id).sort()).toEqual([...entries].sort());
  const last = new Map<string, number>();
  for (const { topic, key, message } of recon) {
    const { version } = readEntry(new ByteReader(message.value!, WIRE_PREFIX_BYTES));
    expect(version, `${topic} ${key}`).toBeGreaterThan(last.get(`${topic} ${key}`) ?? 0);
    last.set(`${topic} ${key}`, version);
  }
}
