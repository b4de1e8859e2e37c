// Webhooks that were not understood: one for each body, however often it came, and none is missing.
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { type UnreadReceipt, UnreadWebhooks } from '../../../src/producers/webhooks/unread-webhooks.ts';

const receipt = (exchange: string, sha256: string, more: Partial<UnreadReceipt> = {}): UnreadReceipt => ({
  ...{ exchange, sha256, provider: 'mfs-africa', account: 'main', received_at: 1_000, fault: 'no event', ...more },
});

test('the same body is one webhook, with its count and its first exchange; from another account it is another', () => {
  const unread = new UnreadWebhooks(new DatabaseSync(':memory:'));
  unread.add(receipt('x1', 'a'));
  for (let nth = 2; nth < 5_000; nth++) unread.add(receipt(`x${nth}`, 'a', { received_at: 1_000 + nth }));
  unread.add(receipt('x5000', 'a', { account: 'other' }));
  const { webhooks } = unread.page(null, 10);
  expect(webhooks.map(({ exchange, account, times }) => [exchange, account, times])).toEqual([
    ['x5000', 'other', 1],
    ['x1', 'main', 4_999],
  ]);
  expect(webhooks[1]).toMatchObject({ received_at: 1_000, last_received_at: 5_999 });
});

test('pages of any size show every webhook once, and the exchanges are those of all', () => {
  const unread = new UnreadWebhooks(new DatabaseSync(':memory:'));
  const all = Array.from({ length: 2_500 }, (_, at) => `x${at}`);
  for (const exchange of all) unread.add(receipt(exchange, exchange));
  const shown: string[] = [];
  for (let after: number | null = null, isLast = false; !isLast; isLast = after === null) {
    const page = unread.page(after, 999);
    shown.push(...page.webhooks.map(({ exchange }) => exchange));
    after = page.next;
  }
  expect(shown).toEqual(all.toReversed());
  expect(unread.exchanges().toSorted()).toEqual(all.toSorted());
});

test('webhooks of an earlier release are kept', () => {
  const database = new DatabaseSync(':memory:');
  database.exec(`CREATE TABLE unread_webhooks (
    exchange TEXT PRIMARY KEY, provider TEXT NOT NULL, account TEXT NOT NULL, received_at INTEGER NOT NULL,
    fault TEXT NOT NULL) STRICT, WITHOUT ROWID`);
  database.exec("INSERT INTO unread_webhooks VALUES ('x1', 'mfs-africa', 'main', 5, 'no event')");
  for (let start = 0; start < 2; start++) {
    expect(new UnreadWebhooks(database).page(null, 10).webhooks).toEqual([
      {
        ...{ exchange: 'x1', provider: 'mfs-africa', account: 'main', received_at: 5, last_received_at: 5, times: 1 },
        fault: 'no event',
      },
    ]);
  }
});
