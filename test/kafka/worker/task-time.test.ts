// The time of a worker's blocks: not beyond what was read of any topic that has more records.
import { describe, expect, test } from 'vitest';
import type { Fetched } from '../../../src/kafka/worker/record-queue.ts';
import { TaskTime } from '../../../src/kafka/worker/task-time.ts';
import { emptyHead } from '../../../src/ledger/head.ts';

const NOW = 1_000;
const head = (as_of: number) => ({ ...emptyHead(0), height: 3, as_of });
const read = (topic: string, time: number) => ({ batch: { topic }, time }) as Fetched;
const none = () => false;

describe('a block that reads', () => {
  test('everything there is has the present time', () => {
    expect(new TaskTime(() => NOW).next(head(10), [read('orders.v1', 500)], none)).toBe(NOW);
  });

  test('a part has the time of its last records, of the topic furthest behind', () => {
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

  test('nothing yet of a topic with records keeps the time of the previous block', () => {
    expect(new TaskTime(() => NOW).next(head(10), [read('orders.v1', 700)], (topic) => topic === 'callbacks.v1')).toBe(
      10,
    );
  });

  test('older records than the last block keeps its time: time never goes back', () => {
    expect(new TaskTime(() => NOW).next(head(600), [read('orders.v1', 300)], (topic) => topic === 'orders.v1')).toBe(
      600,
    );
  });

  test('the first facts of a ledger always has a time', () => {
    expect(new TaskTime(() => NOW).next(emptyHead(0), [], (topic) => topic === 'orders.v1')).toBe(NOW);
  });
});
