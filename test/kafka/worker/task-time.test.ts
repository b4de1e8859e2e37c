// The time of a worker's blocks: it goes no further than what was read, of each topic that has more.
import { describe, expect, test } from 'vitest';
import type { Fetched } from '../../../src/kafka/worker/record-queue.ts';
import { TaskTime } from '../../../src/kafka/worker/task-time.ts';
import { emptyHead } from '../../../src/ledger/head.ts';

const NOW = 1_000;
const head = (as_of: number) => ({ ...emptyHead(0), height: 3, as_of });
const read = (topic: string, time: number) => ({ batch: { topic }, time }) as Fetched;
const none = () => false;

describe('a block that reads', () => {
  test('all that is there has the time that it is', () => {
    expect(new TaskTime(() => NOW).next(head(10), [read('orders.v1', 500)], none)).toBe(NOW);
  });

  test('a part has the time of what it read, of the topic that stands furthest back', () => {
    const time = new TaskTime(() => NOW);
    const isUnread = (topic: string) => topic !== 'polls.v1';
    const taken = [
      read('orders.v1', 700),
      read('callbacks.v1', 400),
      read('polls.v1', 100),
      read('settlements.v1', 900),
    ];
    expect(time.next(head(10), taken, isUnread)).toBe(400);
    expect(time.next(head(400), [read('callbacks.v1', 800)], isUnread)).toBe(700);
    expect(time.next(head(700), [], none)).toBe(NOW);
  });

  test('nothing yet of a topic that has something keeps the time of the one before', () => {
    expect(new TaskTime(() => NOW).next(head(10), [read('orders.v1', 700)], (topic) => topic === 'callbacks.v1')).toBe(
      10,
    );
  });

  test('what was written before the last block keeps its time: it never goes back', () => {
    expect(new TaskTime(() => NOW).next(head(600), [read('orders.v1', 300)], (topic) => topic === 'orders.v1')).toBe(
      600,
    );
  });

  test('as the first of a ledger has a time in any case', () => {
    expect(new TaskTime(() => NOW).next(emptyHead(0), [], (topic) => topic === 'orders.v1')).toBe(NOW);
  });
});
