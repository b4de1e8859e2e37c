// A target's URL is shown so far as it is no secret, and two targets are still told apart.

import pino from 'pino';
import { expect, test } from 'vitest';
import { shownTarget } from '../../../src/outbound/outbox/target-label.ts';
import { answer, MINUTE, message, target, World } from './world.ts';

test.each([
  ['https://hooks.example/services/T0/B0/xyz'],
  ['https://user:xyz@hooks.example/'],
  ['https://hooks.example/?token=xyz'],
  ['https://hooks.example/#xyz'],
])('given %s, when it is shown, then the origin is there and the secret is not', (url) => {
  expect(shownTarget(url)).toMatch(/^https:\/\/hooks\.example \([0-9a-f]{8}\)$/);
  expect(shownTarget(url)).not.toBe(shownTarget(`${url}2`));
});

test.each([
  ['https://hooks.example', 'https://hooks.example'],
  ['https://hooks.example:8443/', 'https://hooks.example:8443'],
  ['shop', 'shop'],
  ['shop: one', 'shop: one'],
])('given %s, which has no secret, when it is shown, then it is %s', (name, shown) => {
  expect(shownTarget(name)).toBe(shown);
});

test('given a URL that is a secret, when messages to it fail, then no log line tells it', async () => {
  const world = new World();
  const url = 'https://hooks.example/services/xyz';
  world.respond = () => answer(410);
  const lines: string[] = [];
  const logger = pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) });
  const outbox = world.outbox({ targets: [target(url, { url })], logger });
  outbox.put([message('m1')]);
  await world.clock.advance(MINUTE);
  await outbox.stop();
  expect(lines.length).toBeGreaterThanOrEqual(2);
  expect(lines.filter((line) => line.includes('xyz'))).toEqual([]);
  expect(lines.every((line) => line.includes(shownTarget(url)))).toBe(true);
});
