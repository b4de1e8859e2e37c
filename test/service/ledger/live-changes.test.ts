// Many who watch: those who have read equally far are one question to the ledger's thread, and alerts are in the list.
import { describe, expect, test } from 'vitest';
import type { ChangePage } from '../../../src/domain/change.ts';
import type { Ask } from '../../../src/engine/executors/queries.ts';
import type { AlertChange } from '../../../src/projections/alerts/alert-table.ts';
import { LiveChanges } from '../../../src/service/ledger/live-changes.ts';

function given() {
  const asked: string[] = [];
  const alerts: AlertChange[] = [];
  let wake = () => {};
  const ask = (async ({ cursor }: { cursor: string }): Promise<ChangePage> => {
    asked.push(cursor);
    return { changes: [], cursor, isEnd: true };
  }) as unknown as Ask;
  const changes = new LiveChanges({
    ...{ ask, paceMillis: 0 },
    reader: {
      end: '3.0',
      nextBlock: (signal) =>
        new Promise((resolve) => {
          wake = resolve;
          signal?.addEventListener('abort', () => resolve());
        }),
    },
    alerts: () => ({
      changesAfter: (number, limit) => alerts.filter((one) => one.number > number).slice(0, limit),
      get lastChange() {
        return alerts.at(-1)?.number ?? 0;
      },
    }),
  });
  return { changes, asked, alerts, block: () => wake() };
}

describe('those who watch', () => {
  test('are one question while nothing changes, and one more after each block', async () => {
    const { changes, asked, block } = given();
    const all = () => Promise.all(Array.from({ length: 50 }, () => changes.after(changes.end, 200)));
    await all();
    await all();
    expect(asked).toEqual(['3.0']);
    const news = changes.next(new AbortController().signal);
    block();
    await news;
    await all();
    expect(asked).toEqual(['3.0', '3.0']);
    await changes.stop();
  });

  test('see each alert once, from any cursor on, and none of another database', async () => {
    const { changes, alerts } = given();
    const start = changes.end;
    for (const [at, what] of (['raised', 'cleared'] as const).entries()) {
      alerts.push({ number: at + 1, alert: 'callback_silence', about: 'mpesa/main', what, at });
    }
    changes.alerted();
    const page = await changes.after(start, 1);
    expect(page.changes.map(({ id, what }) => `${id} ${what}`)).toEqual(['callback_silence/mpesa/main raised']);
    expect(page.isEnd).toBe(false);
    const rest = await changes.after(page.changes[0]!.cursor, 10);
    expect(rest.changes.map(({ what }) => what)).toEqual(['cleared']);
    expect((await changes.after(rest.cursor, 10)).changes).toEqual([]);
    await expect(changes.after('3.0~9', 10)).rejects.toMatchObject({ code: 'HESABU_CURSOR_INVALID' });
    await changes.stop();
  });
});
