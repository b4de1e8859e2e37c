// DuckDB's part for the files of the shop: loads the four files, and sorts the keys into the classes of the generator.

import { quoted } from '../sql-text.ts';
import { feeRows, ZONE_OFFSET_MS } from './prices.ts';

export interface ShopFiles {
  readonly orders: string;
  readonly callbacks: string;
  readonly polls: string;
  readonly settlements: string;
}

const LINE_COLUMNS = [
  "transaction_reference: 'VARCHAR', transaction_id: 'VARCHAR', type: 'VARCHAR', amount_received: 'DECIMAL(18,2)'",
  "currency: 'VARCHAR', fee_deduction: 'DECIMAL(18,2)', settlement_date: 'DATE', line_id: 'VARCHAR'",
  "payout_id: 'VARCHAR', settlement_currency: 'VARCHAR', settlement_amount: 'DECIMAL(18,2)', fx_rate: 'DECIMAL(9,6)'",
  "original_transaction_id: 'VARCHAR', operator_transaction_id: 'VARCHAR', request_id: 'VARCHAR', report_id: 'VARCHAR'",
  "completed_at: 'VARCHAR'",
].join(', ');

const ORDER_COLUMNS = [
  "merchant: 'VARCHAR', transaction_reference: 'VARCHAR', order_number: 'VARCHAR', amount: 'DECIMAL(18,2)'",
  "currency: 'VARCHAR', placed_at: 'TIMESTAMP', expires_at: 'TIMESTAMP', status: 'VARCHAR', status_at: 'TIMESTAMP'",
  "msisdn: 'VARCHAR', country: 'VARCHAR', operator: 'VARCHAR'",
].join(', ');

const POLL_COLUMNS = [
  "transaction_reference: 'VARCHAR', transaction_id: 'VARCHAR', status: 'VARCHAR', amount: 'DECIMAL(18,2)'",
  "currency: 'VARCHAR', updated_at: 'VARCHAR', request_id: 'VARCHAR'",
].join(', ');

export function loadShop({ orders, callbacks, polls, settlements }: ShopFiles): string {
  return `
    CREATE TABLE orders AS SELECT transaction_reference AS ref, amount, currency, status, country, operator
      FROM read_csv(${quoted(orders)}, header = true, columns = { ${ORDER_COLUMNS} });
    CREATE TABLE events AS SELECT id AS event_id, event, data.transaction_reference AS ref, data.transaction_id AS id,
      data.original_transaction_id AS original, data.amount AS amount, data.currency AS currency,
      data.operator AS operator, data.operator_transaction_id AS operator_id,
      epoch_ms(data.completed_at::TIMESTAMPTZ) AS paid_at
      FROM read_json(${quoted(callbacks)}, format = 'nd', columns = { id: 'VARCHAR', event: 'VARCHAR',
      created_at: 'VARCHAR', data: 'STRUCT(transaction_reference VARCHAR, transaction_id VARCHAR,
      original_transaction_id VARCHAR, amount DECIMAL(18,2), currency VARCHAR, status VARCHAR, operator VARCHAR,
      msisdn VARCHAR, completed_at VARCHAR, operator_transaction_id VARCHAR, request_id VARCHAR)' });
    CREATE TABLE polls AS SELECT transaction_reference AS ref, status FROM read_json(${quoted(polls)}, format = 'nd',
      columns = { ${POLL_COLUMNS} });
    CREATE TABLE lines AS SELECT transaction_reference AS ref, type, amount_received AS amount, fee_deduction AS fee,
      settlement_amount, fx_rate FROM read_csv(${quoted(settlements)}, header = true, columns = { ${LINE_COLUMNS} });`;
}

/**
 * One event may come several times; two contents of one id contradict each other. A text of a time with an offset must
 * be read as TIMESTAMPTZ: as TIMESTAMP its offset is left out.
 */
export const SHOP_JOIN = `
  WITH schedule(currency, country, operator, below, valid_from, share, flat, most, vat, exponent, rank) AS (VALUES
    ${feeRows()}),
  seen AS (SELECT DISTINCT * FROM events),
  conflicts AS (SELECT DISTINCT ref FROM (SELECT event_id, any_value(ref) AS ref FROM seen GROUP BY event_id
    HAVING count(*) > 1)),
  successes AS (SELECT ref, id, any_value(amount) AS amount, any_value(currency) AS currency,
    any_value(operator) AS operator, any_value(paid_at) AS paid_at FROM seen WHERE event = 'payment.success'
    GROUP BY ref, id),
  priced AS (SELECT p.ref, p.id, arg_max(CASE f.exponent
      WHEN 0 THEN round((least(f.flat + p.amount * f.share, f.most)) * f.vat, 0)
      ELSE round((least(f.flat + p.amount * f.share, f.most)) * f.vat, 2) END, f.rank) AS fee
    FROM successes p JOIN orders o ON o.ref = p.ref JOIN schedule f ON f.currency = p.currency
      AND f.country = o.country AND (f.operator IS NULL OR f.operator = p.operator)
      AND (f.below IS NULL OR p.amount < f.below)
      AND (f.valid_from IS NULL OR epoch_ms(p.paid_at + ${ZONE_OFFSET_MS})::DATE >= f.valid_from)
    GROUP BY p.ref, p.id),
  fees AS (SELECT ref, sum(fee) AS fee FROM priced GROUP BY ref),
  paid AS (SELECT ref, count(*) AS payments, sum(amount)::DECIMAL(18,2) AS amount, any_value(currency) AS currency
    FROM successes GROUP BY ref),
  returned AS (SELECT ref, sum(amount) AS amount FROM seen WHERE event IN ('refund.success', 'payment.reversed')
    GROUP BY ref),
  settled AS (SELECT ref, sum(amount) FILTER (type = 'payment') AS amount,
    -sum(amount) FILTER (type <> 'payment') AS returned, sum(fee) AS fee,
    bool_or(abs(settlement_amount - round((amount - fee) * fx_rate, 2)) > 0.01) AS is_off FROM lines GROUP BY ref),
  polled AS (SELECT ref, bool_or(status = 'failed') AS has_failed FROM polls GROUP BY ref),
  classified AS (SELECT CASE
      WHEN o.ref IS NULL THEN 'ORDER_MISSING'
      WHEN c.ref IS NOT NULL THEN 'CONFLICTING_EVIDENCE'
      WHEN q.has_failed AND p.ref IS NOT NULL THEN 'STATUS_CONFLICT'
      WHEN p.ref IS NULL AND s.ref IS NULL AND o.status = 'paid' THEN 'PAYMENT_MISSING'
      WHEN p.payments > 1 AND p.amount > o.amount THEN 'DUPLICATE_PAYMENT'
      WHEN p.currency <> o.currency THEN 'CURRENCY_MISMATCH'
      WHEN p.amount < o.amount THEN 'AMOUNT_UNDER'
      WHEN p.amount > o.amount THEN 'AMOUNT_OVER'
      WHEN s.amount IS NULL THEN 'SETTLEMENT_MISSING'
      WHEN s.amount <> p.amount THEN 'SETTLEMENT_AMOUNT'
      WHEN coalesce(r.amount, 0) <> coalesce(s.returned, 0) THEN 'REVERSAL_NOT_SETTLED'
      WHEN s.is_off THEN 'FX_RATE_DELTA'
      WHEN s.fee <> f.fee THEN 'FEE_VARIANCE'
      ELSE 'MATCHED' END AS class
    FROM orders o FULL JOIN paid p ON o.ref = p.ref FULL JOIN settled s ON s.ref = coalesce(o.ref, p.ref)
    LEFT JOIN conflicts c ON c.ref = o.ref LEFT JOIN returned r ON r.ref = o.ref LEFT JOIN polled q ON q.ref = o.ref
    LEFT JOIN fees f ON f.ref = o.ref)
  SELECT class, count(*)::INTEGER AS keys FROM classified GROUP BY class ORDER BY class`;
