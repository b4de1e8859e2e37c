// Writes the benchmark's files: orders.csv, callbacks.jsonl, settlements.csv and rules.yaml for any number of keys, the
// same bytes each time, as a stream. Each file has its own order: callbacks by time with jitter, and settlement lines
// by day, scattered. Also writes "one more day": new keys, and late facts about old ones.

import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  BREAK_CLASSES,
  type BreakClass,
  DAY_MS,
  iso,
  mix,
  PRICES,
  type Sale,
  type SaleDay,
  START,
  saleDays,
  saleOf,
} from './shop.ts';

/** The files, the time as of which to reconcile them, and the result that a reconciliation must have. */
export interface Batch {
  readonly orders: string;
  readonly callbacks: string;
  readonly settlements: string;
  readonly rules: string;
  readonly asOf: string;
  readonly keys: number;
  readonly facts: number;
  readonly breaks: Readonly<Record<BreakClass, number>>;
}

/** The largest distance of a callback from its place in order. */
const JITTER = 512;
const CHUNK_CHARS = 1 << 20;

/** The dates of the settlement reports for the days of sale 0 to 4, Monday to Friday; Friday's comes on Monday. */
const REPORT_DATES = ['2026-06-02', '2026-06-03', '2026-06-04', '2026-06-05', '2026-06-08'];
const AS_OF = '2026-06-10T00:00:00+08:00';
/** One more day: Wednesday, 10 June, settled on the 11th. */
const EXTRA = { day: 9, reportDate: '2026-06-11', asOf: '2026-06-12T00:00:00+08:00' };

/** Writes the files of `keys` sales over five days into `dir`. */
export function generate(keys: number, dir: string): Batch {
  const writer = new BatchWriter(dir);
  const days = saleDays(keys);
  for (const day of days) writer.sales(day, REPORT_DATES[day.day]!);
  return writer.end(AS_OF, keys);
}

/**
 * Writes one more day on top of `keys` sales: seven in ten of `size` keys are new sales, the others are old sales with
 * a partial refund, as a callback and as a settlement line.
 */
export function generateExtraDay(keys: number, size: number, dir: string): Batch {
  const writer = new BatchWriter(dir);
  const late = Math.min(keys, Math.round(size * 0.3));
  writer.sales({ day: EXTRA.day, first: keys, count: size - late }, EXTRA.reportDate);
  const days = saleDays(keys);
  for (let index = 0; index < late; index++) {
    const number = Math.floor((index * keys) / late);
    const sale = saleOf(number, days.find((one) => number < one.first + one.count)!);
    if (sale.kind === 'MATCHED') writer.refund(sale, START + EXTRA.day * DAY_MS + 10 * 3_600_000 + index * 1000);
  }
  return writer.end(EXTRA.asOf, size);
}

class BatchWriter {
  readonly dir: string;
  readonly orders: LineFile;
  readonly callbacks: LineFile;
  readonly settlements: LineFile;
  readonly breaks = Object.fromEntries(BREAK_CLASSES.map((name) => [name, 0])) as Record<BreakClass, number>;

  constructor(dir: string) {
    mkdirSync(dir, { recursive: true });
    this.dir = dir;
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
    for (let number = day.first; number < end; number++) this.order(saleOf(number, day));
    for (const number of jittered(day)) this.callback(saleOf(number, day));
    for (const number of scattered(day)) this.line(saleOf(number, day), reportDate);
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
    const [orders, callbacks, settlements] = [this.orders.path, this.callbacks.path, this.settlements.path];
    const rules = join(this.dir, 'rules.yaml');
    writeFileSync(rules, rulesText());
    return { orders, callbacks, settlements, rules, asOf, keys, facts, breaks: this.breaks };
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

/** The numbers of a day, each within `JITTER` places of its own place. */
function* jittered(day: SaleDay): Generator<number> {
  const end = day.first + day.count;
  for (let from = day.first; from < end; from += JITTER) {
    const block = Array.from({ length: Math.min(JITTER, end - from) }, (_, index) => from + index);
    for (let at = block.length - 1; at > 0; at--) {
      const other = mix(from + at) % (at + 1);
      [block[at], block[other]] = [block[other]!, block[at]!];
    }
    yield* block;
  }
}

/** The numbers of a day in large strides, each once. */
function* scattered(day: SaleDay): Generator<number> {
  const stride = strideFor(day.count);
  for (let index = 0, at = 0; index < day.count; index++, at = (at + stride) % day.count) yield day.first + at;
}

function strideFor(count: number): number {
  const divisor = (left: number, right: number): number => (right === 0 ? left : divisor(right, left % right));
  let stride = Math.max(1, Math.floor(count * 0.618));
  while (divisor(count, stride) !== 1) stride++;
  return stride;
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

/** A file written in large chunks; counts its lines. */
class LineFile {
  readonly path: string;
  private readonly handle: number;
  private pending: string;
  private lines: number;

  constructor(path: string, header: string) {
    this.path = path;
    this.handle = openSync(path, 'w');
    this.pending = header;
    this.lines = header === '' ? 0 : 1;
  }

  add(line: string): void {
    this.pending += line;
    this.lines++;
    if (this.pending.length >= CHUNK_CHARS) this.flush();
  }

  private flush(): void {
    writeSync(this.handle, this.pending);
    this.pending = '';
  }

  /** Closes the file and returns its number of lines, with the header. */
  end(): number {
    this.flush();
    closeSync(this.handle);
    return this.lines;
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [keys, dir] = [Number(process.argv[2] ?? 10_000), process.argv[3] ?? 'bench/out/files'];
  const from = performance.now();
  const batch = generate(keys, dir);
  process.stdout.write(`${JSON.stringify({ ...batch, elapsed_ms: Math.round(performance.now() - from) }, null, 2)}\n`);
}
