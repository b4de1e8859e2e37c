// Pages that several files are written from.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SharedPages } from '../../../src/app/reports/shared-pages.ts';

const turns = async (count: number) => {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
};

/** So many pages of one row each, and how many were read. */
function given(count: number) {
  const state = { read: 0 };
  async function* pages() {
    for (let page = 0; page < count; page++) {
      state.read++;
      yield [page];
    }
  }
  return { state, source: pages() };
}

describe('pages for several readers', () => {
  test('are each read once, however fast each reader is and wherever it stops', async () => {
    const reader = fc.record({ begins: fc.nat(3), takes: fc.nat(3), stopsAfter: fc.nat(12) });
    await fc.assert(
      fc.asyncProperty(fc.nat(9), fc.array(reader, { minLength: 1, maxLength: 4 }), async (count, readers) => {
        const { state, source } = given(count);
        const shared = new SharedPages(source, readers.length);
        const got = await Promise.all(
          readers.map(async ({ begins, takes, stopsAfter }) => {
            const own: number[] = [];
            await turns(begins);
            for await (const page of shared.pages()) {
              own.push(...page);
              await turns(takes);
              if (own.length > stopsAfter) break;
            }
            return own;
          }),
        );
        const wanted = readers.map(({ stopsAfter }) => Math.min(count, stopsAfter + 1));
        expect(got).toEqual(wanted.map((length) => Array.from({ length }, (_, page) => page)));
        expect(state.read).toBeLessThanOrEqual(Math.max(...wanted) + 1);
      }),
    );
  });

  test('wait for the slowest reader', async () => {
    const { state, source } = given(5);
    const shared = new SharedPages(source, 2);
    const slow = shared.pages();
    const fast = Array.fromAsync(shared.pages());
    await turns(5);
    expect(state.read).toBe(0);
    await slow.next();
    await turns(5);
    expect(state.read).toBe(1);
    while ((await slow.next()).done !== true);
    expect(await fast).toHaveLength(5);
  });

  test('fail for all where the source fails', async () => {
    const broken = (async function* () {
      yield [1];
      throw new Error('the log is damaged');
    })();
    const shared = new SharedPages(broken, 2);
    const all = await Promise.allSettled([Array.fromAsync(shared.pages()), Array.fromAsync(shared.pages())]);
    expect(all.map((one) => one.status === 'rejected' && one.reason.message)).toEqual([
      'the log is damaged',
      'the log is damaged',
    ]);
  });

  test('fail for those who wait where another reader failed before it asked', async () => {
    const shared = new SharedPages(given(3).source, 2);
    const waiting = Array.fromAsync(shared.pages());
    shared.fail(new Error('no room'));
    await expect(waiting).rejects.toThrow('no room');
    await expect(shared.pages().next()).rejects.toThrow('no room');
  });
});
