// How the sums of days are prepared: piece after piece, in the background or for who waits.
import { expect, test } from 'vitest';
import type { Ask } from '../../../src/engine/executors/queries.ts';
import { StatementPreparation } from '../../../src/service/ledger/statement-preparation.ts';
import { inTime } from '../../../src/service/ledger/timely-ask.ts';
import { NOON, order, withLiveLedger } from './given-live-ledger.ts';

const settle = () => new Promise((resolve) => setImmediate(resolve));

/** A ledger's thread that is answered by hand. */
function given() {
  const asked: { readonly answer: (left: number) => void; readonly fail: () => void }[] = [];
  const ask = (() =>
    new Promise((resolve, reject) => {
      const answer = (left: number) => resolve({ left, keys: 100_000 });
      asked.push({ answer, fail: () => reject(new Error('the thread ended')) });
    })) as unknown as Ask;
  const preparation = new StatementPreparation(
    ask,
    () => ({ now: NOON, rulesHash: '' }),
    () => 0,
  );
  const answer = async (left: number) => {
    asked.shift()!.answer(left);
    await settle();
  };
  return { preparation, asked, answer };
}

test('who waits gets piece after piece, one at a time, until few keys are left', async () => {
  const { preparation, asked, answer } = given();
  let ready = 0;
  const waiting = [preparation.ready(), preparation.ready()].map((one) => one.then(() => ready++));
  await settle();
  for (const left of [90_000, 60_000, 30_000]) {
    expect([asked.length, ready]).toEqual([1, 0]);
    await answer(left);
  }
  expect(preparation.progress).toBe('sums of days prepared from 70 % of the keys');
  await answer(10);
  await answer(0);
  await Promise.all(waiting);
  expect([asked.length, ready]).toEqual([0, 2]);
});

test('what fails, fails for who waits, and is tried for the next', async () => {
  const { preparation, asked, answer } = given();
  const failed = preparation.ready();
  await settle();
  asked.shift()!.fail();
  await expect(failed).rejects.toThrow('the thread ended');
  const again = preparation.ready();
  await settle();
  await answer(0);
  await again;
});

test('who waits too long is told how far it is', async () => {
  const { preparation } = given();
  const late = inTime(preparation.ready(), 'statement', 1, () => preparation.progress);
  await expect(late).rejects.toMatchObject({
    code: 'HESABU_OVERLOADED',
    detail: { found: 'sums of days prepared from 0 % of the keys' },
  });
});

test('in the background all keys are taken in, and what comes after that', () =>
  withLiveLedger(async ({ ledger }) => {
    await ledger.writer.append([order('A-1')]);
    await ledger.loop.catchUp();
    const { preparation } = ledger.statements;
    preparation.start();
    await expect.poll(() => preparation.progress).toBe('sums of days prepared from 100 % of the keys');
    await ledger.writer.append([order('A-2')]);
    await ledger.loop.catchUp();
    const day = Math.floor(NOON / 86_400_000);
    const [statement] = (await ledger.statements.ofDay(day)).statements;
    expect(statement!.day.ordered.digits).toBe(200_000n);
  }));
