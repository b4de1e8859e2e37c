// The secret part of a target's URL is not shown, and two targets still have different labels.

import pino from 'pino';
import { expect, test } from 'vitest';
import { targetLabel } from '../../../src/outbound/outbox/target-label.ts';
import { answer, MINUTE, message, target, World } from './world.ts';

test.each([
  ['https://hooks.example/services/T0/B0/xyz'],
  ['https://user:xyz@hooks.example/'],
  ['https://hooks.example/?token=xyz'],
  ['https://hooks.example/#xyz'],
])('given %s, when it is shown, then it has the origin and not the secret', (url) => {
  expect(targetLabel(url)).toMatch(/^https:\/\/hooks\.example \([0-9a-f]{8}\)$/);
  expect(targetLabel(url)).not.toBe(targetLabel(`${url}2`));
});

test.each([
  ['https://hooks.example', 'https://hooks.example'],
  ['https://hooks.example:8443/', 'https://hooks.example:8443'],
  ['shop', 'shop'],
  ['shop: one', 'shop: one'],
])('given %s, which has no secret, when it is shown, then it is %s', (name, shown) => {
  expect(targetLabel(name)).toBe(shown);
});

test('given a secret URL, when messages to it fail, then no log line shows it', async () => {
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
  expect(lines.every((line) => line.includes(targetLabel(url)))).toBe(true);
});
