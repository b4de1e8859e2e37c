// The clock of the live demo: fast, and waiting where the machine does.

import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { SimulatedClock } from '../../../src/simulation/live-demo/simulated-clock.ts';

const HOUR = 3_600_000;
const SPEED = 7_200;
let clock: SimulatedClock;
afterEach(() => clock.stop());

test('given a speed, when four hours are slept, then they have passed by the clock in two seconds', async () => {
  clock = new SimulatedClock(0, SPEED);
  const began = performance.now();
  await clock.sleep(4 * HOUR);
  expect(clock.now()).toBeGreaterThanOrEqual(4 * HOUR);
  expect(performance.now() - began).toBeGreaterThanOrEqual((4 * HOUR) / SPEED - 20);
});

test('given a process that cannot run for a moment, then the moment counts for less than five minutes', async () => {
  clock = new SimulatedClock(0, SPEED);
  await clock.sleep(HOUR);
  const before = clock.now();
  // Half a second at this speed would be an hour.
  const until = performance.now() + 500;
  while (performance.now() < until);
  expect(clock.now() - before).toBeLessThan(5 * 60_000);
});

test('given sleepers, then they wake in the order of their times, and a signal wakes one early', async () => {
  clock = new SimulatedClock(0, SPEED);
  const woken: string[] = [];
  const abort = new AbortController();
  const sleepers = [
    clock.sleep(2 * HOUR).then(() => woken.push('late')),
    clock.sleep(HOUR).then(() => woken.push('early')),
    clock.sleep(1_000 * HOUR, abort.signal).then(() => woken.push('aborted')),
  ];
  await delay(20);
  abort.abort();
  await Promise.all(sleepers);
  expect(woken).toEqual(['aborted', 'early', 'late']);
  await clock.sleep(1_000 * HOUR, abort.signal);
});

test('given a clock that is stopped, then nobody sleeps any more', async () => {
  clock = new SimulatedClock(0, SPEED);
  const sleeping = clock.sleep(1_000 * HOUR);
  clock.stop();
  await sleeping;
});
