// One piece of work at a time, and a queue that has an end.
import { expect, test } from 'vitest';
import { InTurn } from '../../src/runtime/in-turn.ts';

test('work waits for its turn, whatever became of the work before, and is refused where too much waits', async () => {
  const turns = new InTurn('the number of workbooks', 2);
  const seen: string[] = [];
  const first = Promise.withResolvers<void>();
  const work = [
    turns.run(() => {
      seen.push('first');
      return first.promise;
    }),
    turns.run(async () => seen.push('second')),
  ];
  const third = turns.run(async () => seen.push('third'));
  await expect(third).rejects.toMatchObject({ code: 'HESABU_OVERLOADED' });
  expect(seen).toEqual(['first']);
  first.reject(new Error('no workbook'));
  await expect(work[0]).rejects.toThrow('no workbook');
  await work[1];
  await turns.run(async () => seen.push('fourth'));
  expect(seen).toEqual(['first', 'second', 'fourth']);
});
