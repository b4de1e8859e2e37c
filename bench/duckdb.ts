// The yardstick: DuckDB with two threads loads the same files and joins them into the same classes.
// It keeps no ledger, no history and no proof; it shows how fast the bare join can be on this machine.
// Runs as a separate process: `duckdb.ts ORDERS CALLBACKS SETTLEMENTS [POLLS]` prints one line of JSON. With polls the
// files are those of the shop.

import { DuckDBInstance } from '@duckdb/node-api';
import { PRICES } from './sales.ts';
import { loadShop, SHOP_JOIN } from './shop/shop-join.ts';
import { quoted } from './sql-text.ts';

/** What the process prints: the number of keys in each class, its time and its peak memory. */
export interface JoinResult {
  readonly classes: Readonly<Record<string, number>>;
  readonly elapsed_ms: number;
  readonly peak_rss_mb: number;
}

const SCHEDULE = PRICES.map(
  (price) => `('${price.currency}', (${price.percentMilli} / 100000)::DECIMAL(6,5), ${price.exponent})`,
).join(', ');

function loadPlain(orders: string, callbacks: string, settlements: string): string {
  return `
    CREATE TABLE orders AS SELECT transaction_reference AS ref, amount, currency, status FROM read_csv(
      ${quoted(orders)}, header = true, columns = { merchant: 'VARCHAR', transaction_reference: 'VARCHAR',
      amount: 'DECIMAL(18,2)', currency: 'VARCHAR', placed_at: 'VARCHAR', status: 'VARCHAR', status_at: 'VARCHAR' });
    CREATE TABLE callbacks AS SELECT data.transaction_reference AS ref, data.transaction_id AS id,
      data.amount AS amount, data.currency AS currency FROM read_json(${quoted(callbacks)}, format = 'nd',
      columns = { id: 'VARCHAR', event: 'VARCHAR', created_at: 'VARCHAR', data: 'STRUCT(transaction_reference VARCHAR,
      transaction_id VARCHAR, amount DECIMAL(18,2), currency VARCHAR, status VARCHAR, completed_at VARCHAR)' })
      WHERE event = 'payment.success';
    CREATE TABLE lines AS SELECT transaction_reference AS ref, amount_received AS amount, fee_deduction AS fee, currency
      FROM read_csv(${quoted(settlements)}, header = true, columns = { transaction_reference: 'VARCHAR',
      transaction_id: 'VARCHAR', type: 'VARCHAR', amount_received: 'DECIMAL(18,2)', currency: 'VARCHAR',
      fee_deduction: 'DECIMAL(18,2)', settlement_date: 'VARCHAR', line_id: 'VARCHAR',
      original_transaction_id: 'VARCHAR' }) WHERE type = 'payment';`;
}

/** The classes exclude each other in this order. Fees are decimals: a float would round a half down. */
const JOIN = `
  WITH schedule(currency, share, exponent) AS (VALUES ${SCHEDULE}),
  paid AS (SELECT ref, count(DISTINCT id) AS payments, sum(amount)::DECIMAL(18,2) AS amount,
    any_value(currency) AS currency FROM callbacks GROUP BY ref),
  settled AS (SELECT ref, sum(amount) AS amount, sum(fee) AS fee FROM lines GROUP BY ref),
  classified AS (SELECT CASE
      WHEN o.ref IS NULL THEN 'ORDER_MISSING'
      WHEN p.ref IS NULL AND s.ref IS NULL AND o.status = 'paid' THEN 'PAYMENT_MISSING'
      WHEN p.payments > 1 AND p.amount > o.amount THEN 'DUPLICATE_PAYMENT'
      WHEN p.currency <> o.currency THEN 'CURRENCY_MISMATCH'
      WHEN p.amount < o.amount THEN 'AMOUNT_UNDER'
      WHEN p.amount > o.amount THEN 'AMOUNT_OVER'
      WHEN s.ref IS NULL THEN 'SETTLEMENT_MISSING'
      WHEN s.amount <> p.amount THEN 'SETTLEMENT_AMOUNT'
      WHEN s.fee <> CASE f.exponent WHEN 0 THEN round(p.amount * f.share, 0) ELSE round(p.amount * f.share, 2) END
        THEN 'FEE_VARIANCE'
      ELSE 'MATCHED' END AS class
    FROM orders o FULL JOIN paid p ON o.ref = p.ref FULL JOIN settled s ON s.ref = coalesce(o.ref, p.ref)
    LEFT JOIN schedule f ON f.currency = p.currency)
  SELECT class, count(*)::INTEGER AS keys FROM classified GROUP BY class ORDER BY class`;

async function join(loading: string, joining: string): Promise<JoinResult> {
  const from = performance.now();
  const instance = await DuckDBInstance.create(':memory:', { threads: '2' });
  const connection = await instance.connect();
  await connection.run(loading);
  const rows = (await connection.runAndReadAll(joining)).getRows();
  const elapsed = performance.now() - from;
  const classes = Object.fromEntries(rows.map(([name, keys]) => [String(name), Number(keys)]));
  const rss = process.resourceUsage().maxRSS / 1024;
  return { classes, elapsed_ms: Math.round(elapsed), peak_rss_mb: Math.round(rss) };
}

const [orders, callbacks, settlements, polls] = process.argv.slice(2);
if (orders === undefined || callbacks === undefined || settlements === undefined) {
  process.stderr.write('usage: duckdb.ts ORDERS CALLBACKS SETTLEMENTS [POLLS]\n');
  process.exitCode = 2;
} else {
  const result =
    polls === undefined
      ? await join(loadPlain(orders, callbacks, settlements), JOIN)
      : await join(loadShop({ orders, callbacks, settlements, polls }), SHOP_JOIN);
  process.stdout.write(`${JSON.stringify(result)}\n`);
}
