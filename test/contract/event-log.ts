// What every event log must do, with any storage: run unchanged on each adapter.

import { describe, expect, it } from 'vitest';
import type { Append, Batch, EventLog, Topic } from '../../src/log/event-log.ts';
import { BatchBuilder, forEachValue } from '../../src/log/value-frames.ts';
import { giveBack } from '../../src/runtime/give-back.ts';

/** An append of texts. */
export function appendOf(
  topic: Topic,
  partition: number,
  texts: readonly string[],
  rest: Partial<Append> = {},
): Append {
  const builder = new BatchBuilder(64);
  for (const text of texts) builder.add(Buffer.from(text));
  return { topic, partition, source: 0, ...builder.take(), ...rest };
}

function textsOf(batch: Batch): string[] {
  const texts: string[] = [];
  forEachValue(batch.payload, 0, (start, end) => texts.push(batch.payload.toString('utf8', start, end)));
  return texts;
}

/** Batches as `from-to: texts`. */
function shown(batches: Iterable<Batch>): string[] {
  return [...batches].map((batch) => `${batch.from}-${batch.to}: ${textsOf(batch).join(' ')}`);
}

/**
 * `open` gives an empty log with the given number of partitions. The suite closes it. `chained` is a topic whose
 * appends state the expected end.
 */
export function eventLogContract(
  name: string,
  open: (partitions: number) => EventLog | Promise<EventLog>,
  chained: Topic = 'ledger.v1',
): void {
  const given = (partitions: number, then: (log: EventLog) => Promise<void>) => async () => {
    const log = await open(partitions);
    try {
      await then(log);
    } finally {
      await log.close();
    }
  };

  describe(`${name}: an append`, () => {
    it(
      'is not there in a new log',
      given(3, async (log) => {
        expect(log.partitions).toBe(3);
        expect(log.end('orders.v1', 2)).toBe(0n);
        expect(shown(log.read('orders.v1', 2, 0n))).toEqual([]);
      }),
    );

    it(
      'is read back in order, separately for each partition of each topic',
      given(2, async (log) => {
        await log.append([appendOf('orders.v1', 0, ['a', 'b'])]);
        await log.append([appendOf('orders.v1', 1, ['x']), appendOf(chained, 0, ['block'])]);
        await log.append([appendOf('orders.v1', 0, ['c'])]);
        expect(shown(log.read('orders.v1', 0, 0n))).toEqual(['0-2: a b', '2-3: c']);
        expect(shown(log.read('orders.v1', 1, 0n))).toEqual(['0-1: x']);
        expect(shown(log.read(chained, 0, 0n))).toEqual(['0-1: block']);
        expect(shown(log.read('polls.v1', 0, 0n))).toEqual([]);
        expect([log.end('orders.v1', 0), log.end('orders.v1', 1), log.end('polls.v1', 0)]).toEqual([3n, 1n, 0n]);
      }),
    );

    it(
      'may hold several batches of one partition at once',
      given(1, async (log) => {
        await log.append([appendOf('orders.v1', 0, ['a', 'b']), appendOf('orders.v1', 0, ['c'])]);
        expect(shown(log.read('orders.v1', 0, 0n))).toEqual(['0-2: a b', '2-3: c']);
      }),
    );

    it(
      'keeps its source and every byte, small or large',
      given(1, async (log) => {
        const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 7919) >>> 3));
        const builder = new BatchBuilder();
        builder.add(bytes);
        builder.add(new Uint8Array(0));
        const { count, payload } = builder.take();
        await log.append([{ topic: 'imports.v1', partition: 0, count, payload, source: 7 }]);
        const [batch] = [...log.read('imports.v1', 0, 0n)];
        const { payload: read, isOwn = false, ...rest } = batch!;
        expect(rest).toEqual({ topic: 'imports.v1', partition: 0, from: 0n, to: 2n, source: 7 });
        expect(payload.equals(read)).toBe(true);
        // Whatever becomes of a payload that is the reader's own, another reading has all of it.
        if (isOwn) giveBack(read);
        for (const again of log.read('imports.v1', 0, 0n)) expect(payload.equals(again.payload)).toBe(true);
      }),
    );

    it(
      'is refused without such a partition or without a value, and nothing of it is stored',
      given(2, async (log) => {
        const good = appendOf('orders.v1', 0, ['a']);
        await expect(log.append([good, appendOf('orders.v1', 2, ['b'])])).rejects.toThrow(RangeError);
        await expect(log.append([good, appendOf('rules.v1', 1, ['b'])])).rejects.toThrow(RangeError);
        await expect(log.append([good, appendOf('orders.v1', 0.5, ['b'])])).rejects.toThrow(RangeError);
        await expect(log.append([good, appendOf('orders.v1', 1, [])])).rejects.toThrow(RangeError);
        await log.append([]);
        expect(log.end('orders.v1', 0)).toBe(0n);
      }),
    );
  });

  describe(`${name}: reading`, () => {
    it(
      'begins with the batch that holds the requested offset',
      given(1, async (log) => {
        const sizes = [3, 1, 4];
        for (const size of sizes) {
          await log.append([appendOf('orders.v1', 0, Array(size).fill('v'))]);
        }
        const begins = Array.from({ length: 10 }, (_, from) => {
          return [...log.read('orders.v1', 0, BigInt(from))].map((batch) => Number(batch.from));
        });
        const all = [0, 3, 4];
        expect(begins).toEqual([all, all, all, [3, 4], [4], [4], [4], [4], [], []]);
      }),
    );

    it(
      'is lazy: it may stop early, and includes concurrent appends',
      given(1, async (log) => {
        await log.append([appendOf('orders.v1', 0, ['a'])]);
        await log.append([appendOf('orders.v1', 0, ['b'])]);
        for (const batch of log.read('orders.v1', 0, 0n)) {
          expect(textsOf(batch)).toEqual(['a']);
          break;
        }
        const seen: string[] = [];
        for (const batch of log.read('orders.v1', 0, 0n)) {
          seen.push(...textsOf(batch));
          if (seen.length === 1) await log.append([appendOf('orders.v1', 0, ['c'])]);
        }
        expect(seen).toEqual(['a', 'b', 'c']);
      }),
    );
  });

  describe(`${name}: the beginning of a batch`, () => {
    it(
      'is what its payload begins with, as far as 128 KiB at least',
      given(1, async (log) => {
        const large = Array.from({ length: 40_000 }, (_, at) => `value ${at * 7_919}`);
        await log.append([appendOf('orders.v1', 0, ['a', 'b'])]);
        await log.append([appendOf('orders.v1', 0, large)]);
        // A log may store what was appended together as several batches.
        for (const { from, payload } of log.read('orders.v1', 0, 0n)) {
          const beginning = log.beginning('orders.v1', 0, from)!;
          expect(beginning.length).toBeGreaterThanOrEqual(Math.min(payload.length, 128 * 1024));
          expect(beginning.equals(payload.subarray(0, beginning.length))).toBe(true);
        }
      }),
    );

    it(
      'is there only where a batch begins',
      given(2, async (log) => {
        await log.append([appendOf('orders.v1', 0, ['a', 'b'])]);
        expect(log.beginning('orders.v1', 0, 1n)).toBeUndefined();
        expect(log.beginning('orders.v1', 0, 2n)).toBeUndefined();
        expect(log.beginning('orders.v1', 1, 0n)).toBeUndefined();
      }),
    );
  });

  describe(`${name}: an expected end`, () => {
    it(
      'accepts the append if the topic ends there',
      given(1, async (log) => {
        await log.append([appendOf(chained, 0, ['a', 'b'], { expectedEnd: 0n })]);
        await log.append([appendOf(chained, 0, ['c'], { expectedEnd: 2n })]);
        expect(log.end(chained, 0)).toBe(3n);
      }),
    );

    it(
      'refuses the whole append otherwise',
      given(1, async (log) => {
        await log.append([appendOf(chained, 0, ['a'])]);
        for (const expectedEnd of [0n, 2n]) {
          const append = log.append([
            appendOf('orders.v1', 0, ['lost']),
            appendOf(chained, 0, ['lost'], { expectedEnd }),
          ]);
          await expect(append).rejects.toMatchObject({ code: 'HESABU_LOG_CONFLICT' });
        }
        expect([log.end('orders.v1', 0), log.end(chained, 0)]).toEqual([0n, 1n]);
        expect(shown(log.read(chained, 0, 0n))).toEqual(['0-1: a']);
      }),
    );

    it(
      'is met by exactly one of many concurrent appends',
      given(1, async (log) => {
        const appends = ['a', 'b', 'c', 'd'].map((text) =>
          log.append([appendOf(chained, 0, [text], { expectedEnd: 0n })]),
        );
        const outcomes = await Promise.allSettled(appends);
        expect(outcomes.map((outcome) => outcome.status).sort()).toEqual([
          'fulfilled',
          'rejected',
          'rejected',
          'rejected',
        ]);
        expect(log.end(chained, 0)).toBe(1n);
      }),
    );
  });

  describe(`${name}: concurrent appends`, () => {
    it(
      'are all stored, each as a whole, in the order of the calls',
      given(2, async (log) => {
        const appends = Array.from({ length: 50 }, (_, index) =>
          log.append([
            appendOf('orders.v1', index % 2, [`${index}`, `${index}'`]),
            appendOf('polls.v1', 0, [`p${index}`]),
          ]),
        );
        await Promise.all(appends);
        const polls = [...log.read('polls.v1', 0, 0n)].flatMap(textsOf);
        expect(polls).toEqual(Array.from({ length: 50 }, (_, index) => `p${index}`));
        const orders = [...log.read('orders.v1', 1, 0n)].flatMap(textsOf);
        expect(orders).toEqual(
          Array.from({ length: 25 }, (_, index) => [`${index * 2 + 1}`, `${index * 2 + 1}'`]).flat(),
        );
      }),
    );
  });
}
