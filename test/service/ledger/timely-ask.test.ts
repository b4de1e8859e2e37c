// Questions to the ledger for callers who wait.
import { expect, test } from 'vitest';
import type { Ask } from '../../../src/engine/executors/queries.ts';
import { problemOf } from '../../../src/http/problem.ts';
import { timelyAsk } from '../../../src/service/ledger/timely-ask.ts';
import { NOON, order, withLiveLedger } from './given-live-ledger.ts';

test('a question that the ledger does not answer is answered 503, with a time to ask again', async () => {
  const never: Ask = () => new Promise(() => {});
  const error = await timelyAsk(never, 5)({ query: 'payouts' }).catch((refused: unknown) => refused);
  const { status, headers, body } = problemOf(error, 'r1', 'GET /v1/payouts', NOON);
  expect([status, headers['retry-after'], body.code]).toEqual([503, '2', 'HESABU_OVERLOADED']);
  expect(body.detail).toContain('expected an answer to payouts within 5 ms, found none');
});

test('an answer or an error that comes in time is passed on, whatever the limit', async () => {
  const ask = timelyAsk((async ({ query }: { query: string }) => query) as unknown as Ask, 2 ** 30);
  expect(await ask({ query: 'payouts' })).toBe('payouts');
  const failing: Ask = () => Promise.reject(new Error('the thread ended'));
  await expect(timelyAsk(failing, 2 ** 30)({ query: 'payouts' })).rejects.toThrow('the thread ended');
});

test('while the thread of the ledger is busy, its questions wait no longer than the limit', () =>
  withLiveLedger(
    async ({ ledger }) => {
      await ledger.writer.append([order('A-1')]);
      await ledger.loop.catchUp();
      // The thread answers one after another, and these before.
      const before = Array.from({ length: 20_000 }, () => ledger.reconciler.executors.ask({ query: 'overview' }));
      const asked = [ledger.reader.entriesAfter(null, 1), ledger.reader.findKey('A-1'), ledger.payouts()];
      const refused = asked.map((one) => expect(one).rejects.toThrow(/HESABU_OVERLOADED/));
      await Promise.all(refused);
      await Promise.all(before);
      expect((await ledger.reconciler.executors.ask({ query: 'entriesAfter', cursor: null, limit: 1 })).cursor).toBe(
        ledger.reader.end,
      );
    },
    { threads: 1, answerMillisMax: 0 },
  ));
