// What people are told while a cluster is away: once, then each half minute, and when it is back.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { unreachable } from '../../../src/kafka/client/cluster-errors.ts';
import { ClusterPresence } from '../../../src/kafka/client/cluster-presence.ts';
import { tellOutages, withPatience } from '../../../src/kafka/client/outages.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const refused = new Error('connect ECONNREFUSED');

test('given a cluster that is away for 100 s, then that is told four times, and its return once', async () => {
  // The clock that is read runs behind the timers' clock by a hair.
  const now = performance.now.bind(performance);
  vi.spyOn(performance, 'now').mockImplementation(() => now() * 0.999_99);
  let isAway = false;
  const ask = async () => {
    if (isAway) throw refused;
  };
  const presence = new ClusterPresence({ ask, drop: () => {}, close: () => {} }, 3_000);
  const told: string[] = [];
  const end = tellOutages({ presence }, (text) => told.push(text));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(told).toEqual([]);
  isAway = true;
  await vi.advanceTimersByTimeAsync(100_000);
  const what = 'the Kafka cluster does not answer: connect ECONNREFUSED';
  const still = [31, 62, 93].map((seconds) => `still waiting after ${seconds} s: ${what}`);
  expect(told).toEqual([`waiting: ${what}`, ...still]);
  isAway = false;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(told.slice(4)).toEqual([expect.stringMatching(/^it answers again, after (99|100) s$/)]);
  end();
});

test('given a start whose tries take 20 s, then it waits through four, and says so every half minute', async () => {
  const told: string[] = [];
  let tries = 0;
  const work = async () => {
    vi.advanceTimersByTime(20_000);
    if (++tries < 5) throw unreachable(refused);
    return 'started';
  };
  expect(await withPatience({ waitMillis: 120_000, tell: (text) => told.push(text) }, work)).toBe('started');
  expect(told.map((text) => text.replace(/:.*/, ''))).toEqual([
    'waiting',
    'still waiting after 40 s',
    'it answers again, after 80 s',
  ]);
});

test('given no patience, then a start fails at its first try', async () => {
  const told: string[] = [];
  const work = vi.fn(async () => Promise.reject(unreachable(refused)));
  const started = withPatience({ waitMillis: 0, tell: (text) => told.push(text) }, work);
  await expect(started).rejects.toMatchObject({ code: 'HESABU_KAFKA_UNREACHABLE' });
  expect(work).toHaveBeenCalledTimes(1);
  expect(told).toEqual([]);
});
