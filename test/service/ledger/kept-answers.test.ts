// Answers that are kept: until the ledger has grown and some time has passed, and one question at a time.
import { describe, expect, test } from 'vitest';
import type { Ask } from '../../../src/engine/executors/queries.ts';
import { KeptAnswers } from '../../../src/service/ledger/kept-answers.ts';

const QUESTION = () => ({ query: 'statement', day: 1, now: 0, rulesHash: '', merchants: null }) as const;

function given() {
  let now = 0;
  const asked: { readonly done: (took: number) => void; readonly fail: () => void }[] = [];
  const ask = (() =>
    new Promise((resolve, reject) => {
      const done = (took: number) => {
        now += took;
        resolve([]);
      };
      asked.push({ done, fail: () => reject(new Error('the thread ended')) });
    })) as unknown as Ask;
  const wait = (millis: number) => {
    now += millis;
  };
  return { kept: new KeptAnswers(ask, () => now), asked, wait };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('an answer', () => {
  test('serves until the ledger has grown and ten times as long has passed as it took', async () => {
    const { kept, asked, wait } = given();
    const first = kept.for('day 1', 'end 1', QUESTION);
    const beside = kept.for('day 1', 'end 2', QUESTION);
    await settle();
    asked[0]!.done(100);
    expect(await beside).toBe(await first);
    wait(999);
    expect(await kept.for('day 1', 'end 2', QUESTION)).toBe(await first);
    wait(1);
    expect(await kept.for('day 1', 'end 1', QUESTION)).toBe(await first);
    const next = kept.for('day 1', 'end 2', QUESTION);
    await settle();
    expect(asked).toHaveLength(2);
    asked[1]!.done(1);
    expect(await next).not.toBe(await first);
  });

  test('is worked out when the one before is', async () => {
    const { kept, asked } = given();
    const answers = [kept.for('day 1', 'end', QUESTION), kept.for('day 2', 'end', QUESTION)];
    await settle();
    expect(asked).toHaveLength(1);
    asked[0]!.fail();
    await expect(answers[0]).rejects.toThrow('the thread ended');
    await settle();
    asked[1]!.done(1);
    expect(await answers[1]).toEqual([]);
  });

  test('that failed is asked for again', async () => {
    const { kept, asked } = given();
    const failed = kept.for('day 1', 'end', QUESTION);
    await settle();
    asked[0]!.fail();
    await expect(failed).rejects.toThrow();
    const again = kept.for('day 1', 'end', QUESTION);
    await settle();
    asked[1]!.done(1);
    expect(await again).toEqual([]);
  });
});
