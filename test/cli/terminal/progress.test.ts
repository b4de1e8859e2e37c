// Progress with and without a terminal.

import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { makeProgress } from '../../../src/cli/terminal/progress.ts';

function fakeStream(isTTY: boolean) {
  const stream = Object.assign(new PassThrough(), {
    isTTY,
    columns: 80,
    cursorTo() {},
    clearLine() {},
    moveCursor() {},
  });
  return stream as unknown as NodeJS.WriteStream & { read(): Buffer | null };
}

test('without a terminal prints a line at most every five seconds', () => {
  const stream = fakeStream(false);
  let now = 0;
  const progress = makeProgress({ stream, now: () => now });
  progress.start('Reading orders.csv', 2_000_000, 'rows');
  for (now = 1_000; now <= 11_000; now += 1_000) progress.update(now * 100);
  progress.start('Reading polls.jsonl', null, 'rows');
  now += 5_000;
  progress.update(7);
  progress.stop();
  expect(String(stream.read())).toBe(
    'Reading orders.csv  500,000 / 2,000,000 rows\n' +
      'Reading orders.csv  1,000,000 / 2,000,000 rows\n' +
      'Reading polls.jsonl  7 rows\n',
  );
});

test('short work prints nothing without a terminal', () => {
  const stream = fakeStream(false);
  const progress = makeProgress({ stream, now: () => 4_999 });
  progress.start('Reading', 10, 'rows');
  progress.update(10);
  progress.stop();
  expect(stream.read()).toBeNull();
});

test('on a terminal shows a bar that ends full, and restores the cursor', () => {
  const stream = fakeStream(true);
  const progress = makeProgress({ stream });
  progress.start('Reading', 1_000, 'rows');
  progress.update(1_000);
  progress.stop();
  const shown = String(stream.read());
  expect(shown).toContain(`Reading  ${'█'.repeat(30)} 100%  1,000 rows`);
  expect(shown.lastIndexOf('\u001b[?25h')).toBeGreaterThan(shown.lastIndexOf('\u001b[?25l'));
});
