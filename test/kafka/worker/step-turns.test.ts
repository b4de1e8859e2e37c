// Blocks under way together stay below a bound, each gets its turn, and a large one goes alone.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { StepTurns } from '../../../src/kafka/worker/step-turns.ts';

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

test('two go together, the third waits until one of them ends', async () => {
  const turns = new StepTurns(20);
  const first = await turns.take(8);
  await turns.take(8);
  let third: (() => void) | undefined;
  void turns.take(8).then((end) => {
    third = end;
  });
  await settled();
  expect(third).toBeUndefined();
  first();
  first();
  await settled();
  expect(third).toBeDefined();
});

test('what is too large for the bound goes alone, and nobody overtakes it', async () => {
  const turns = new StepTurns(20);
  const first = await turns.take(5);
  const order: string[] = [];
  const large = turns.take(50).then((end) => {
    order.push('large');
    return end;
  });
  const small = turns.take(1).then(() => order.push('small'));
  await settled();
  expect(order).toEqual([]);
  first();
  const end = await large;
  await settled();
  expect(order).toEqual(['large']);
  end();
  await small;
  expect(order).toEqual(['large', 'small']);
});

test('every turn comes, and the bound holds', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat({ max: 30 }), { maxLength: 40 }), async (sizes) => {
      const turns = new StepTurns(20);
      let [underWay, done] = [0, 0];
      await Promise.all(
        sizes.map(async (size) => {
          const end = await turns.take(size);
          expect(underWay === 0 || underWay + size <= 20).toBe(true);
          underWay += size;
          await settled();
          underWay -= size;
          done++;
          end();
        }),
      );
      expect(done).toBe(sizes.length);
    }),
    { numRuns: 50 },
  );
});
