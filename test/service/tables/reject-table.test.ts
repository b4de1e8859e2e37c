// What is stored of the rejected rows of an import.
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import type { Reject } from '../../../src/domain/errors.ts';
import { RejectTable } from '../../../src/service/tables/reject-table.ts';

const reject = (line: number): Reject => ({
  ...{ file: 'a.csv', line, field: 'amount', code: 'HESABU_AMOUNT_INVALID', message: 'no amount' },
});

test('the first 10,000 rejects of a file with only bad rows are stored while it is read', async () => {
  const table = new RejectTable(new DatabaseSync(':memory:'));
  let most = 0;
  await table.collect(async (onReject) => {
    for (let line = 1; line <= 25_000; line++) {
      onReject(reject(line), 7);
      if (line % 1_000 === 0) most = Math.max(most, table.page(7, 0, 100_000).rejects.length);
    }
  });
  // They are on disk while the import runs, not only at its end.
  expect(most).toBe(10_000);
  const { rejects, more } = table.page(7, 0, 100_000);
  expect([rejects.length, more, rejects[0]?.line, rejects.at(-1)?.line]).toEqual([10_000, false, 1, 10_000]);
});

test('rejects from before an import failed are stored', async () => {
  const table = new RejectTable(new DatabaseSync(':memory:'));
  const failing = table.collect(async (onReject) => {
    onReject(reject(2), 3);
    throw new Error('cut off');
  });
  await expect(failing).rejects.toThrow('cut off');
  expect(table.page(3, 0, 10).rejects).toEqual([reject(2)]);
});

test('the latest are those of the newest imports, in the order of their files', async () => {
  const table = new RejectTable(new DatabaseSync(':memory:'));
  for (const importId of [1, 2]) {
    await table.collect(async (onReject) => {
      for (let line = 1; line <= 3; line++) onReject(reject(importId * 10 + line), importId);
    });
  }
  expect(table.latest(4).map(({ line }) => line)).toEqual([13, 21, 22, 23]);
});
