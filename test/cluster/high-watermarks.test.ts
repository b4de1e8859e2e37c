// The end of a topic as it is, and as readers of committed records see it, on a broker.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { endBefore, highWatermarks } from '../../src/kafka/client/high-watermarks.ts';
import { Partitioners } from '../../src/kafka/client/kafkajs.ts';
import { topicEnds } from '../../src/kafka/client/topic-offsets.ts';
import { TopicMonitor } from '../../src/kafka/worker/topic-monitor.ts';
import { GivenLedger } from './given-ledger.ts';

let ledger: GivenLedger;

beforeEach(async () => {
  ledger = await GivenLedger.make(1);
});
afterEach(() => ledger.remove());

test('records of a transaction whose end is not written are there, and not gone', async () => {
  const { kafka, settings } = ledger;
  const { prefix } = settings;
  const topic = `${prefix}ledger.v1`;
  const producer = kafka.producer({
    ...{ transactionalId: `${prefix}open`, idempotent: true, maxInFlightRequests: 1 },
    createPartitioner: Partitioners.DefaultPartitioner,
  });
  await producer.connect();
  try {
    const transaction = await producer.transaction();
    await transaction.send({
      topic,
      messages: [
        { partition: 0, value: 'a' },
        { partition: 0, value: 'b' },
      ],
    });
    expect((await topicEnds(kafka, [topic])).ends.get(`${topic}/0`)).toBe(0n);
    expect(await highWatermarks(kafka, topic)).toEqual(new Map([[0, 2n]]));
    const monitor = new TopicMonitor({ kafka, prefix, partitions: 1 });
    const place = { topic: 'ledger.v1', partition: 0, offset: 0n } as const;
    expect(await monitor.check([{ ...place, known: 2n }])).toEqual(new Map());
    await expect(monitor.check([{ ...place, known: 3n }])).rejects.toMatchObject({ code: 'HESABU_LEDGER_GONE' });
    await transaction.commit();
    // The marker has an offset too.
    await expect.poll(() => highWatermarks(kafka, topic)).toEqual(new Map([[0, 3n]]));
    expect(await endBefore(kafka, topic, 0, 3n)).toBeUndefined();
    expect(await endBefore(kafka, topic, 0, 4n)).toBe(3n);
  } finally {
    await producer.disconnect();
  }
});
