// The list of cases of a directory: by filters, in both languages, as text and as JSON.

import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { hesabu } from '../cli-process.ts';
import { freshDirectory, reconcileDay } from './given-ledger.ts';

let data: string;

beforeAll(async () => {
  const dir = freshDirectory();
  await reconcileDay(dir, 1);
  data = join(dir, 'data');
});

test('lists what is asked for with its sums, in both languages', async () => {
  const asked = ['cases', '--data', data, '--reason', 'AMOUNT_UNDER', '--sort', 'reference'];
  const { stdout } = await hesabu([...asked, '--limit', '2', '--format', 'json']);
  const { cases, total, value, facets } = JSON.parse(stdout);
  expect(cases.map(({ key, difference }: Record<string, string>) => [key, difference])).toEqual([
    ['ORDER-100', '-100.00'],
    ['ORDER-105', '-100.00'],
  ]);
  expect([total, value]).toEqual([5, [{ currency: 'KES', over: '0.00', under: '500.00', other: '0.00' }]]);
  expect(facets.merchant).toEqual([{ value: 'duka', count: 5 }]);
  const text = (await hesabu([...asked, '--lang', 'zh-CN'])).stdout;
  expect(text).toContain('显示 5 笔，共 5 笔');
  expect(text).toMatch(/ORDER-100 .* -100\.00 KES/);
});

test('a filter that cannot be is refused', async () => {
  expect((await hesabu(['cases', '--data', data, '--age', '99'])).code).toBe(2);
  expect((await hesabu(['cases', '--data', data, '--limit', '0'])).code).toBe(2);
});
