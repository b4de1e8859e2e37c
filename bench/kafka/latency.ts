// The time from a fact to the entry that it causes, as a subscriber reads it, at a steady rate.

import { setTimeout as sleep } from 'node:timers/promises';
import { Partitioners } from 'kafkajs';
import type { Fact } from '../../src/domain/fact.ts';
import { partitionOf } from '../../src/domain/partition.ts';
import { atEnds, topicEnds } from '../../src/kafka/client/topic-offsets.ts';
import { type Records, startReading } from '../../src/kafka/client/topic-reader.ts';
import { BatchBuilder, forEachValue } from '../../src/log/value-frames.ts';
import { type Cluster, PARTITIONS } from './cluster.ts';

export interface Latency {
  readonly rate: number;
  readonly p50: number;
  readonly p99: number;
  readonly facts: number;
}

const TICK_MILLIS = 20;
/** Facts of the first seconds are not counted: nothing is warm yet, and the subscriber is still joining. */
const WARM_SECONDS = 5;

/** Sends callbacks at a steady rate, each with its own key, until their entries are read; in milliseconds. */
export async function measureLatency(
  cluster: Cluster,
  topics: readonly string[],
  rate: number,
  seconds: number,
): Promise<Latency> {
  const { kafka, settings, schemas } = cluster;
  const { prefix } = settings;
  const places = atEnds(
    await topicEnds(
      kafka,
      topics.map((topic) => prefix + topic),
    ),
  );
  const sent = new Map<string, number>();
  const delays: number[] = [];
  let counted = Number.POSITIVE_INFINITY;
  const onRecords = ({ records }: Pick<Records, 'records'>) => {
    const now = performance.now();
    for (const { key } of records.messages) {
      const name = key?.toString() ?? '';
      const at = sent.get(name);
      if (at === undefined) continue;
      if (at >= counted) delays.push(now - at);
      sent.delete(name);
    }
  };
  const fail = (error: Error) => {
    throw error;
  };
  const reading = await startReading({ kafka, prefix, places, onRecords, onFault: fail, waitMillis: 10 });
  const producer = kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    createPartitioner: Partitioners.DefaultPartitioner,
  });
  await producer.connect();
  const each = Math.max(1, Math.round((rate * TICK_MILLIS) / 1000));
  const run = Math.random().toString(36).slice(2, 8);
  let count = 0;
  const sending: Promise<unknown>[] = [];
  const began = performance.now();
  counted = began + WARM_SECONDS * 1000;
  while (performance.now() < counted + seconds * 1000) {
    const messages = Array.from({ length: each }, () =>
      messageOf(payment(`L${run}-${count++}`), schemas.prefix('callbacks.v1')),
    );
    const now = performance.now();
    for (const { key } of messages) sent.set(key, now);
    sending.push(producer.send({ topic: `${prefix}callbacks.v1`, messages }));
    const due = (count / rate) * 1000 - (performance.now() - began);
    await sleep(Math.max(0, due));
  }
  await Promise.all(sending);
  for (const began = performance.now(); sent.size > 0 && performance.now() - began < 10_000; ) await sleep(50);
  await reading.stop();
  await producer.disconnect();
  if (sent.size > 0) throw new Error(`${sent.size} of ${count} facts had no entry within 10 s`);
  delays.sort((a, b) => a - b);
  const at = (part: number) =>
    Math.round(delays[Math.min(delays.length - 1, Math.floor(delays.length * part))] ?? Number.NaN);
  return { rate, p50: at(0.5), p99: at(0.99), facts: delays.length };
}

/** A payment without an order: it is a finding at once, because its order is long overdue. */
function payment(reference: string): Fact {
  return {
    transaction_reference: reference,
    received_at: 1_780_297_551_000,
    ...{ raw: 'bench', report: null, line: null, payout: null },
    ...{
      id: `mfs-africa/main:${reference}`,
      provider: 'mfs-africa',
      account: 'main',
      merchant: 'bench',
      occurred_at: 1_780_297_551_000,
      forwarded: false,
      stated_at: null,
      import_id: 0,
    },
    body: {
      ...{ type: 'PaymentObserved', via: 'callback', kind: 'payment', status: 'succeeded', word: null },
      ...{ provider_transaction_id: `P${reference}`, operator_transaction_id: null, request_id: null },
      ...{ original_transaction_id: null, amount: '1000.00', currency: 'KES', fee: null, operator: null, msisdn: null },
    },
  } as Fact;
}

function messageOf(fact: Fact, prefix: Buffer) {
  const builder = new BatchBuilder(512);
  builder.addFact(fact);
  const { payload } = builder.take();
  let value = payload;
  forEachValue(payload, 0, (start, end) => {
    value = Buffer.concat([prefix, payload.subarray(start, end)]);
  });
  const key = fact.transaction_reference;
  return { key, partition: partitionOf(key, PARTITIONS), value };
}
