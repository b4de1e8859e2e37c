// Memory that is given back: only that of a large buffer which has it alone.
import { expect, test } from 'vitest';
import { giveBack } from '../../src/runtime/give-back.ts';

test('a large buffer is empty after it is given back, and so are views of it', () => {
  const bytes = Buffer.alloc(100_000, 7);
  const view = bytes.subarray(10, 20);
  giveBack(view);
  expect([bytes.length, view.length]).toEqual([0, 0]);
});

test('a small buffer shares its memory, and keeps it', () => {
  const [bytes, neighbour] = [Buffer.from('some text'), Buffer.from('another one')];
  giveBack(bytes);
  expect([bytes.toString(), neighbour.toString()]).toEqual(['some text', 'another one']);
});

test('memory that threads share is kept', () => {
  const bytes = new Uint8Array(new SharedArrayBuffer(100_000));
  giveBack(bytes);
  expect(bytes.length).toBe(100_000);
});
