// The totals of a report against sums that SQL makes of the raw lines, per day, provider and currency.
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, expect, test } from 'vitest';
import { reconcile } from '../../src/app/reconcile.ts';
import { minorOf } from '../../src/domain/money.ts';
import { Random } from '../../src/simulation/random/prng.ts';

const dir = mkdtempSync(join(tmpdir(), 'hesabu-sums-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const DECIMALS = { KES: 2, UGX: 0, BHD: 3 } as const;
const CURRENCIES = Object.keys(DECIMALS) as (keyof typeof DECIMALS)[];

/** Payments of a day, some failed, some returned, each line perhaps twice. */
function linesOf(day: number, random: Random): string[] {
  const at = `2026-06-0${day}T08:00:00Z`;
  return Array.from({ length: 120 }, (_, number) => {
    const currency = random.pick(CURRENCIES);
    const minor = String(random.between(1, 10 ** 9)).padStart(4, '0');
    const decimals = DECIMALS[currency];
    const amount = decimals === 0 ? minor : `${minor.slice(0, -decimals)}.${minor.slice(-decimals)}`;
    const name = `${day}-${number}`;
    const event = (kind: string, id: string, more: object) =>
      JSON.stringify({
        ...{ id: `ev-${kind}-${name}`, event: kind, created_at: at },
        data: { transaction_reference: `R-${name}`, transaction_id: id, amount, currency, ...more },
      });
    const lines = [event(random.percent(85) ? 'payment.success' : 'payment.failed', `P-${name}`, {})];
    if (lines[0]!.includes('success') && random.percent(20)) {
      lines.push(event('refund.success', `F-${name}`, { original_transaction_id: `P-${name}` }));
    }
    return random.percent(10) ? [...lines, ...lines] : lines;
  }).flat();
}

/** By currency: what came in and what went back, in minor units. */
function sumsOf(path: string): Record<string, { received: bigint; returned: bigint }> {
  const database = new DatabaseSync(':memory:');
  database.exec('CREATE TABLE raw (line TEXT)');
  const insert = database.prepare('INSERT INTO raw VALUES (?)');
  for (const line of readFileSync(path, 'utf8').trimEnd().split('\n')) insert.run(line);
  const rows = database
    .prepare(
      "WITH one AS (SELECT DISTINCT line ->> '$.event' AS event, line ->> '$.data.transaction_id' AS id, " +
        "line ->> '$.data.currency' AS currency, " +
        "CAST(replace(line ->> '$.data.amount', '.', '') AS INTEGER) AS minor " +
        'FROM raw) SELECT currency, ' +
        "sum(CASE event WHEN 'payment.success' THEN minor ELSE 0 END) AS received, " +
        "sum(CASE event WHEN 'refund.success' THEN minor ELSE 0 END) AS returned FROM one GROUP BY currency",
    )
    .all();
  database.close();
  return Object.fromEntries(
    rows.map(({ currency, received, returned }) => [
      String(currency),
      { received: BigInt(Number(received)), returned: BigInt(Number(returned)) },
    ]),
  );
}

test.each(['mfs-africa', 'paystack'])(
  'the totals of each day of %s are those of its raw lines (R19)',
  async (provider) => {
    const random = new Random(provider.length);
    const all = join(dir, `${provider}.jsonl`);
    for (const day of [1, 2, 3]) {
      const path = join(dir, `${provider}-${day}.jsonl`);
      const text = `${linesOf(day, random).join('\n')}\n`;
      writeFileSync(path, text);
      appendFileSync(all, text);
      const asOf = `2026-06-0${day}T23:00:00Z`;
      const options = { provider, asOf, data: join(dir, provider), lang: 'en' } as const;
      const { summary } = await reconcile({ ...options, callbacks: [path] });
      const told = Object.fromEntries(
        Object.entries(summary.money).map(([currency, { received, returned }]) => [
          currency,
          { received: minorOf(received, currency), returned: minorOf(returned, currency) },
        ]),
      );
      expect(told).toEqual(sumsOf(all));
    }
  },
);
