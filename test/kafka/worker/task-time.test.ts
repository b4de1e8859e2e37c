// The time of a worker's blocks: it stays until everything is read that was there at a look.
import { describe, expect, test } from 'vitest';
import type { TaskTopic } from '../../../src/domain/fact.ts';
import type { Fetched } from '../../../src/kafka/worker/record-queue.ts';
import { TaskTime, type UnreadRange } from '../../../src/kafka/worker/task-time.ts';
import { emptyHead } from '../../../src/ledger/head.ts';

const NOW = 1_000;
const head = (deadlines_to: number) => ({ ...emptyHead(0), height: 3, deadlines_to });
const read = (topic: string, time: number) => ({ batch: { topic }, time }) as Fetched;
const NOTHING: UnreadRange = { from: 9n, to: 9n };
const unread = (ranges: Partial<Record<TaskTopic, UnreadRange>>) => (topic: TaskTopic) => ranges[topic] ?? NOTHING;

describe('a block that reads', () => {
  test('everything there is has the present time', () => {
    expect(new TaskTime(() => NOW, 0).next(head(10), [read('orders.v1', 500)], unread({}))).toBe(NOW);
  });

  test('a part keeps the time of the block before, whatever the times of its records', () => {
    const time = new TaskTime(() => NOW, 0);
    const taken = [read('orders.v1', 700), read('callbacks.v1', 400), read('polls.v1', 100)];
    expect(time.next(head(10), taken, unread({ 'callbacks.v1': { from: 2n, to: 6n } }))).toBe(10);
    expect(time.next(head(10), [read('callbacks.v1', 800)], unread({ 'callbacks.v1': { from: 4n, to: 6n } }))).toBe(10);
    expect(time.next(head(10), [read('callbacks.v1', 900)], unread({}))).toBe(NOW);
  });

  test('the rest of what was there at a look has the time of the look, though more came since', () => {
    let now = 500;
    const time = new TaskTime(() => now, 0);
    expect(time.next(head(10), [read('orders.v1', 400)], unread({ 'orders.v1': { from: 2n, to: 4n } }))).toBe(10);
    now = 600;
    expect(time.next(head(10), [read('orders.v1', 450)], unread({ 'orders.v1': { from: 3n, to: 6n } }))).toBe(10);
    now = 700;
    expect(time.next(head(10), [read('orders.v1', 520)], unread({ 'orders.v1': { from: 5n, to: 8n } }))).toBe(500);
    // The next look was at that block: the topic ended at 8.
    now = 800;
    expect(time.next(head(500), [read('orders.v1', 610)], unread({ 'orders.v1': { from: 7n, to: 9n } }))).toBe(500);
    expect(time.next(head(500), [read('orders.v1', 720)], unread({ 'orders.v1': { from: 8n, to: 9n } }))).toBe(700);
  });

  test('an end that was known late has no later time than its last record', () => {
    let now = 500;
    const time = new TaskTime(() => now, 0);
    time.next(head(10), [read('orders.v1', 100)], unread({ 'orders.v1': { from: 2n, to: 4n } }));
    now = 700;
    // At 500 the topic ended after 4 already, but that was not known: the records after it are of 300 and later.
    expect(time.next(head(10), [read('orders.v1', 300)], unread({ 'orders.v1': { from: 4n, to: 9n } }))).toBe(300);
  });

  test('nothing yet of a topic with records keeps the time of the block before', () => {
    const time = new TaskTime(() => NOW, 0);
    expect(time.next(head(10), [], unread({ 'callbacks.v1': { from: 0n, to: 3n } }))).toBe(10);
    expect(time.next(head(10), [read('orders.v1', 700)], unread({ 'callbacks.v1': { from: 0n, to: 3n } }))).toBe(10);
  });

  test('older records than the last block keeps its time: time never goes back', () => {
    const time = new TaskTime(() => 500, 0);
    expect(time.next(head(600), [read('orders.v1', 300)], unread({}))).toBe(600);
  });

  test('the first part of a new ledger lets no deadline pass', () => {
    const ranges = unread({ 'orders.v1': { from: 2n, to: 4n } });
    expect(new TaskTime(() => NOW, 0).next(emptyHead(0), [read('orders.v1', 700)], ranges)).toBe(0);
  });
});
