// Writes the benchmark's files: orders.csv, callbacks.jsonl, settlements.csv and rules.yaml for any number of keys, the
// same bytes each time, as a stream. Each file has its own order: callbacks by time with jitter, and settlement lines
// by day, scattered. Also writes "one more day": new keys, and late facts about old ones.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Batch } from './batch.ts';
import { jittered, scattered } from './day-order.ts';
import { LineFile } from './line-file.ts';
import {
  BREAK_CLASSES,
  type BreakClass,
  DAY_MS,
  iso,
  PLAIN_SALES,
  PRICES,
  type Sale,
  type SaleDay,
  type Sales,
  START,
} from './sales.ts';

/** The dates of the settlement reports for the days of sale 0 to 4, Monday to Friday; Friday's comes on Monday. */
const REPORT_DATES = ['2026-06-02', '2026-06-03', '2026-06-04', '2026-06-05', '2026-06-08'];
const AS_OF = '2026-06-10T00:00:00+08:00';
/** One more day: Wednesday, 10 June, settled on the 11th. */
const EXTRA = { day: 9, reportDate: '2026-06-11', asOf: '2026-06-12T00:00:00+08:00' };

/** Writes the files of `keys` sales over five days into `dir`. */
export function generate(keys: number, dir: string, sales = PLAIN_SALES): Batch {
  const writer = new BatchWriter(dir, sales);
  const days = sales.days(keys);
  for (const day of days) writer.sales(day, REPORT_DATES[day.day]!);
  return writer.end(AS_OF, keys);
}

/**
 * Writes one more day on top of `keys` sales: seven in ten of `size` keys are new sales, the others are old sales with
 * a partial refund, as a callback and as a settlement line.
 */
export function generateExtraDay(keys: number, size: number, dir: string, sales = PLAIN_SALES): Batch {
  const writer = new BatchWriter(dir, sales);
  const late = Math.min(keys, Math.round(size * 0.3));
  writer.sales({ day: EXTRA.day, first: keys, count: size - late }, EXTRA.reportDate);
  const days = sales.days(keys);
  for (let index = 0; index < late; index++) {
    const number = Math.floor((index * keys) / late);
    const sale = sales.saleOf(number, days.find((one) => number < one.first + one.count)!);
    if (sale.kind === 'MATCHED') writer.refund(sale, START + EXTRA.day * DAY_MS + 10 * 3_600_000 + index * 1000);
  }
  return writer.end(EXTRA.asOf, size);
}

class BatchWriter {
  readonly dir: string;
  readonly source: Sales;
  readonly orders: LineFile;
  readonly callbacks: LineFile;
  readonly settlements: LineFile;
  readonly breaks = Object.fromEntries(BREAK_CLASSES.map((name) => [name, 0])) as Record<BreakClass, number>;

  constructor(dir: string, sales: Sales) {
    mkdirSync(dir, { recursive: true });
    this.dir = dir;
    this.source = sales;
    const header =
      'transaction_reference,transaction_id,type,amount_received,currency,fee_deduction,settlement_date,' +
      'line_id,original_transaction_id\n';
    this.orders = new LineFile(
      join(dir, 'orders.csv'),
      'merchant,transaction_reference,amount,currency,placed_at,status,status_at\n',
    );
    this.callbacks = new LineFile(join(dir, 'callbacks.jsonl'), '');
    this.settlements = new LineFile(join(dir, 'settlements.csv'), header);
  }

  sales(day: SaleDay, reportDate: string): void {
    const end = day.first + day.count;
    for (let number = day.first; number < end; number++) this.order(this.source.saleOf(number, day));
    for (const number of jittered(day)) this.callback(this.source.saleOf(number, day));
    for (const number of scattered(day)) this.line(this.source.saleOf(number, day), reportDate);
  }

  private order(sale: Sale): void {
    if (sale.kind !== 'MATCHED') this.breaks[sale.kind]++;
    if (sale.kind === 'ORDER_MISSING') return;
    const status = sale.kind === 'PAYMENT_MISSING' ? `paid,${iso(sale.placedAt + 60_000)}` : ',';
    this.orders.add(
      `${sale.merchant},${sale.reference},${sale.amount},${sale.currency},${iso(sale.placedAt)},${status}\n`,
    );
  }

  private callback(sale: Sale): void {
    if (sale.kind === 'PAYMENT_MISSING') return;
    this.callbacks.add(success(sale, sale.transactionId, sale.paidAt));
    if (sale.kind === 'DUPLICATE_PAYMENT') {
      this.callbacks.add(success(sale, `${sale.transactionId}B`, sale.paidAt + 90_000));
    }
  }

  private line(sale: Sale, date: string): void {
    if (sale.kind === 'PAYMENT_MISSING' || sale.kind === 'SETTLEMENT_MISSING') return;
    this.settlements.add(paymentLine(sale, sale.transactionId, date));
    if (sale.kind === 'DUPLICATE_PAYMENT') {
      this.settlements.add(paymentLine(sale, `${sale.transactionId}B`, date));
    }
  }

  refund(sale: Sale, at: number): void {
    const id = `RF${sale.transactionId.slice(3)}`;
    const [time, amount] = [iso(at), '10'];
    this.callbacks.add(
      `{"id":"evt_${id}","event":"refund.success","created_at":"${time}","data":{"transaction_reference":` +
        `"${sale.reference}","transaction_id":"${id}","original_transaction_id":"${sale.transactionId}",` +
        `"amount":"${amount}","currency":"${sale.currency}","status":"success","completed_at":"${time}"}}\n`,
    );
    this.settlements.add(
      `${sale.reference},${id},refund,-${amount},${sale.currency},,${EXTRA.reportDate},L${id},${sale.transactionId}\n`,
    );
  }

  end(asOf: string, keys: number): Batch {
    const facts = this.orders.end() - 1 + this.callbacks.end() + this.settlements.end() - 1;
    const { breaks } = this;
    const broken = Object.values(breaks).reduce((sum, count) => sum + count, 0);
    const [orders, callbacks, settlements] = [this.orders.path, this.callbacks.path, this.settlements.path];
    const rules = join(this.dir, 'rules.yaml');
    writeFileSync(rules, rulesText());
    return { orders, callbacks, settlements, rules, asOf, keys, facts, breaks, matched: keys - broken };
  }
}

function success(sale: Sale, id: string, at: number): string {
  const time = iso(at);
  return (
    `{"id":"evt_${id}","event":"payment.success","created_at":"${iso(at + 2000)}","data":{"transaction_reference":` +
    `"${sale.reference}","transaction_id":"${id}","amount":"${sale.paid}","currency":"${sale.currency}",` +
    `"status":"success","completed_at":"${time}"}}\n`
  );
}

function paymentLine(sale: Sale, id: string, date: string): string {
  return `${sale.reference},${id},payment,${sale.paid},${sale.currency},${sale.fee},${date},L${id},\n`;
}

function rulesText(): string {
  const fees = PRICES.map(
    (price) => `  - { provider: mfs-africa, currency: ${price.currency}, percent: "${price.percentMilli / 1000}" }\n`,
  );
  return (
    'zone: Asia/Shanghai\n' +
    'grace: { order: PT15M, payment: PT24H, inconclusive: PT72H, resolution: PT1H }\n' +
    'settlement: { days: 1, weekend: [6, 7], holidays: [] }\n' +
    `fees:\n${fees.join('')}`
  );
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [keys, dir] = [Number(process.argv[2] ?? 10_000), process.argv[3] ?? 'bench/out/files'];
  const from = performance.now();
  const batch = generate(keys, dir);
  process.stdout.write(`${JSON.stringify({ ...batch, elapsed_ms: Math.round(performance.now() - from) }, null, 2)}\n`);
}
