// Looks for the rows of facts from where their file begins; where a clock went back, from the beginning; and only once.
import { expect, test } from 'vitest';
import type { Ask } from '../../../src/engine/executors/queries.ts';
import type { FileRowQuestion } from '../../../src/projections/file-rows.ts';
import { FileRowFinder } from '../../../src/service/ledger/file-row-finder.ts';

const FILED = { key: 'A-1', fact: 'L-1', import: 2, topic: 'settlements.v1', partitions: [3] };

/** A log of two pieces that has the row before the time at which the file is said to be read, or nowhere. */
function given(hasRow: boolean) {
  const asked: (bigint | null)[] = [];
  const ask = (async (query: { query: string } & FileRowQuestion) => {
    if (query.query === 'filedFacts') return [FILED];
    asked.push(query.from);
    if (query.from === null) return { rows: [], next: 5n };
    if (query.from === 5n) return { rows: [], next: null };
    return { rows: hasRow ? [{ fact: 'L-1', import: 2, row: 17 }] : [], next: null };
  }) as unknown as Ask;
  return { finder: new FileRowFinder(ask, () => 1_000), asked };
}

test('goes on where a question ended, then from the beginning, and keeps what it found', async () => {
  const { finder, asked } = given(true);
  const found = [{ key: 'A-1', fact: 'L-1', import: 2, row: 17 }];
  expect(await finder.rowsOf([{ key: 'A-1', fact: '' }])).toEqual(found);
  expect(await finder.rowsOf([{ key: 'A-1', fact: 'L-1' }])).toEqual(found);
  expect(asked).toEqual([null, 5n, 0n]);
});

test('leaves out what the log does not have, and does not look for it again', async () => {
  const { finder, asked } = given(false);
  expect(await finder.rowsOf([{ key: 'A-1', fact: '' }])).toEqual([]);
  expect(await finder.rowsOf([{ key: 'A-1', fact: '' }])).toEqual([]);
  expect(asked).toEqual([null, 5n, 0n]);
});
