// What was acknowledged recently: how much of it is known, and what a repeated webhook waits for.
import { hash } from 'node:crypto';
import { expect, test } from 'vitest';
import { RecentAcks } from '../../../src/http/webhooks/recent-acks.ts';

const PLACE = 'mfs-africa/main/';
const digestOf = (body: string) => hash('sha256', body, 'binary');
const namesOf = (nth: number) => [`ORD-${nth}`, `TX-${nth}`, 'été', ''];

test('an acknowledged webhook is known with its names, and the same bytes at another place are not', async () => {
  const acks = new RecentAcks();
  expect(acks.get(PLACE, digestOf('1'))).toBeUndefined();
  await acks.add(PLACE, digestOf('1'), namesOf(1), Promise.resolve());
  expect(acks.get(PLACE, digestOf('1'))).toEqual(namesOf(1));
  expect(acks.get(`${PLACE}status`, digestOf('1'))).toBeUndefined();
  expect(acks.get(PLACE, digestOf('2'))).toBeUndefined();
});

test('while its fact is on the way, a repeated one waits for it; after an error it is new again', async () => {
  const acks = new RecentAcks();
  const { promise, reject } = Promise.withResolvers<void>();
  const added = acks.add(PLACE, digestOf('1'), namesOf(1), promise);
  const known = acks.get(PLACE, digestOf('1'));
  expect(known).toBeInstanceOf(Promise);
  reject(new Error('a full disk'));
  await expect(added).rejects.toThrow('a full disk');
  await expect(known).rejects.toThrow('a full disk');
  expect(acks.get(PLACE, digestOf('1'))).toBeUndefined();
});

test('the last 50,000 are known, each with its own names, and never many more', async () => {
  const acks = new RecentAcks();
  const count = 175_000;
  for (let nth = 0; nth < count; nth++) {
    await acks.add(PLACE, digestOf(`${nth}`), namesOf(nth), Promise.resolve());
  }
  for (let nth = count - 50_000; nth < count; nth += 37) {
    expect(acks.get(PLACE, digestOf(`${nth}`))).toEqual(namesOf(nth));
  }
  for (let nth = 0; nth < count - 100_000; nth += 37) expect(acks.get(PLACE, digestOf(`${nth}`))).toBeUndefined();
});

test('very long names do not fill the memory', async () => {
  const acks = new RecentAcks();
  const long = 'x'.repeat(2 ** 20);
  for (let nth = 0; nth < 80; nth++) await acks.add(PLACE, digestOf(`${nth}`), [long], Promise.resolve());
  expect(acks.get(PLACE, digestOf('79'))).toEqual([long]);
  expect(acks.get(PLACE, digestOf('0'))).toBeUndefined();
});
