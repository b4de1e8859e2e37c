// Writes the files of the shop: orders, callbacks, polls and settlement lines with all that such a shop fills in. The
// same number of keys gives the same bytes.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Batch } from '../batch.ts';
import { jittered, scattered } from '../day-order.ts';
import { LineFile } from '../line-file.ts';
import { DAY_MS, decimal, iso, type SaleDay, saleDays } from '../sales.ts';
import { feeRules, ZONE, ZONE_OFFSET_MS } from './prices.ts';
import { EVIDENCE, evidenceOf, type ShopSale, START, shopSaleOf } from './shop-sales.ts';

export const PROVIDER = 'mfs-africa';
const ACCOUNT = 'main';
/** The reports for the days of payment 0 to 6, Monday to Sunday; those of the weekend come on Monday. */
const REPORT_DATES = [2, 3, 4, 5, 8, 8, 8].map((day) => `2026-06-0${day}`);
const AS_OF = '2026-06-10T00:00:00+03:00';
/** One more day: Wednesday, 10 June, settled on the 11th. */
const EXTRA = { day: 9, reportDate: '2026-06-11', asOf: '2026-06-12T00:00:00+03:00' };
/** After so many days a late refund is made. */
const REFUND_DAYS = 2;
/** Of how much of its payment a part is returned: a third. */
const PART = 3;
const HOUR_MS = 3_600_000;

export function generateShop(keys: number, dir: string): Batch {
  const writer = new ShopWriter(dir);
  const days = saleDays(keys);
  for (const day of days) {
    writer.sales(day, REPORT_DATES[day.day]!);
    if (day.day >= REFUND_DAYS) writer.lateRefunds(days[day.day - REFUND_DAYS]!, REPORT_DATES[day.day]!);
  }
  for (const day of days.slice(-REFUND_DAYS)) writer.lateRefunds(day, REPORT_DATES[day.day + REFUND_DAYS]!);
  return writer.end(AS_OF, keys);
}

/** Seven in ten of `size` keys are new; the others are old ones that agree, with a refund of a part. */
export function generateShopDay(keys: number, size: number, dir: string): Batch {
  const writer = new ShopWriter(dir);
  const late = Math.min(keys, Math.round(size * 0.3));
  writer.sales({ day: EXTRA.day, first: keys, count: size - late }, EXTRA.reportDate);
  const days = saleDays(keys);
  for (let index = 0; index < late; index++) {
    const number = Math.floor((index * keys) / late);
    if (evidenceOf(number) !== 'plain') continue;
    const sale = shopSaleOf(number, days.find((one) => number < one.first + one.count)!);
    const at = START + EXTRA.day * DAY_MS + 10 * HOUR_MS + index * 1000;
    writer.giveBack(sale, 'refund', Math.ceil(sale.paid / PART), at, EXTRA.reportDate);
  }
  return writer.end(EXTRA.asOf, size);
}

class ShopWriter {
  private readonly dir: string;
  private readonly orders: LineFile;
  private readonly callbacks: LineFile;
  private readonly polls: LineFile;
  private readonly settlements: LineFile;
  private readonly breaks: Record<string, number> = {};
  private repeated = 0;

  constructor(dir: string) {
    mkdirSync(dir, { recursive: true });
    this.dir = dir;
    this.orders = new LineFile(
      join(dir, 'orders.csv'),
      'merchant,transaction_reference,order_number,amount,currency,placed_at,expires_at,status,status_at,msisdn,' +
        'country,operator\n',
    );
    this.callbacks = new LineFile(join(dir, 'callbacks.jsonl'), '');
    this.polls = new LineFile(join(dir, 'polls.jsonl'), '');
    this.settlements = new LineFile(
      join(dir, 'settlements.csv'),
      'transaction_reference,transaction_id,type,amount_received,currency,fee_deduction,settlement_date,line_id,' +
        'payout_id,settlement_currency,settlement_amount,fx_rate,original_transaction_id,operator_transaction_id,' +
        'request_id,report_id,completed_at\n',
    );
  }

  sales(day: SaleDay, reportDate: string): void {
    for (let number = day.first; number < day.first + day.count; number++) this.order(shopSaleOf(number, day));
    for (const number of jittered(day)) this.payment(shopSaleOf(number, day));
    for (const number of scattered(day)) this.line(shopSaleOf(number, day), reportDate);
  }

  lateRefunds(day: SaleDay, reportDate: string): void {
    for (let number = day.first; number < day.first + day.count; number++) {
      if (evidenceOf(number) !== 'refunded late') continue;
      const sale = shopSaleOf(number, day);
      this.giveBack(sale, 'refund', sale.paid, sale.paidAt + REFUND_DAYS * DAY_MS, reportDate);
    }
  }

  private order(sale: ShopSale): void {
    const { evidence, market, merchant, reference, placedAt, msisdn, operator } = sale;
    const reason = evidence === 'plain' ? null : EVIDENCE[evidence].reason;
    if (reason !== null) this.breaks[reason] = (this.breaks[reason] ?? 0) + 1;
    if (evidence === 'no order') return;
    const status = evidence === 'no payment' ? `paid,${timeOf(sale, placedAt + 60_000)}` : 'awaiting_payment,';
    this.orders.add(
      `shop-${merchant},${reference},${sale.number},${decimal(sale.amount, market.exponent)},${market.currency},` +
        `${timeOf(sale, placedAt)},${timeOf(sale, placedAt + 24 * HOUR_MS)},${status},${msisdn},${market.country},` +
        `${operator}\n`,
    );
  }

  private payment(sale: ShopSale): void {
    const { evidence, paidAt } = sale;
    if (evidence === 'no payment') return;
    if (sale.isPolled) this.poll(sale, 'pending', paidAt - 15_000);
    if (evidence === 'failed, then paid') this.callbacks.add(callback(sale, 'payment.failed', 'F', paidAt - 10_000));
    const success = callback(sale, 'payment.success', '', paidAt);
    this.callbacks.add(success);
    if (evidence === 'webhook repeated') {
      this.callbacks.add(success);
      this.repeated++;
    }
    if (evidence === 'webhook with another content') {
      this.callbacks.add(success.replace(`"OP${sale.id}"`, `"OP${sale.id}C"`));
    }
    if (evidence === 'paid twice') this.callbacks.add(callback(sale, 'payment.success', 'B', paidAt + 90_000));
  }

  private poll(sale: ShopSale, status: string, at: number): void {
    const { market, paid, id, reference } = sale;
    this.polls.add(
      `{"transaction_reference":"${reference}","transaction_id":"TX${id}","status":"${status}","amount":` +
        `"${decimal(paid, market.exponent)}","currency":"${market.currency}","updated_at":"${timeOf(sale, at)}",` +
        `"request_id":"rq-${id}"}\n`,
    );
  }

  private line(sale: ShopSale, date: string): void {
    const { evidence } = sale;
    if (evidence === 'no payment' || evidence === 'no settlement') return;
    this.settlements.add(paymentLine(sale, '', date));
    if (evidence === 'paid twice') this.settlements.add(paymentLine(sale, 'B', date));
    if (evidence === 'reversed') this.giveBack(sale, 'reversal', sale.paid, sale.paidAt + HOUR_MS, date);
    if (evidence === 'refunded in part') {
      this.giveBack(sale, 'refund', Math.ceil(sale.paid / PART), sale.paidAt + HOUR_MS, date);
    }
  }

  /** A return, as its callback and as its line. */
  giveBack(sale: ShopSale, type: 'refund' | 'reversal', minor: number, at: number, date: string): void {
    const { id, reference, market, operator } = sale;
    const [amount, time] = [decimal(minor, market.exponent), timeOf(sale, at)];
    const [event, own] = type === 'refund' ? ['refund.success', `RF${id}`] : ['payment.reversed', `RV${id}`];
    this.callbacks.add(
      `{"id":"evt_${own}","event":"${event}","created_at":"${time}","data":{"transaction_reference":"${reference}",` +
        `"transaction_id":"${own}","original_transaction_id":"TX${id}","amount":"${amount}","currency":` +
        `"${market.currency}","operator":"${operator}","status":"success","completed_at":"${time}"}}\n`,
    );
    this.settlements.add(
      `${reference},${own},${type},-${amount},${market.currency},,${date},L${own},${payoutOf(sale, date)},,,,` +
        `TX${id},,,R-${date},${time}\n`,
    );
  }

  end(asOf: string, keys: number): Batch {
    const { breaks, dir, orders, callbacks, polls, settlements } = this;
    const rows = orders.end() - 1 + callbacks.end() + polls.end() + settlements.end() - 1;
    const broken = Object.values(breaks).reduce((sum, count) => sum + count, 0);
    const rules = join(dir, 'rules.yaml');
    writeFileSync(rules, rulesText());
    const paths = {
      orders: orders.path,
      callbacks: callbacks.path,
      polls: polls.path,
      settlements: settlements.path,
      rules,
    };
    return { ...paths, account: ACCOUNT, asOf, keys, facts: rows - this.repeated, breaks, matched: keys - broken };
  }
}

function callback(sale: ShopSale, event: string, suffix: string, at: number): string {
  const { market, paid, id, operator } = sale;
  const word = event === 'payment.success' ? 'success' : 'failed';
  return (
    `{"id":"evt_${id}${suffix}","event":"${event}","created_at":"${timeOf(sale, at + 2000)}","data":{` +
    `"transaction_reference":"${sale.reference}","transaction_id":"TX${id}${suffix}","amount":` +
    `"${decimal(paid, market.exponent)}","currency":"${market.currency}","status":"${word}","operator":"${operator}",` +
    `"msisdn":"${sale.msisdn}","completed_at":"${timeOf(sale, at)}","operator_transaction_id":"OP${id}${suffix}",` +
    `"request_id":"rq-${id}${suffix}"}}\n`
  );
}

function paymentLine(sale: ShopSale, suffix: string, date: string): string {
  const { evidence, market, paid, fee, id } = sale;
  const isConverted = evidence === 'settled in dollars' || evidence === 'wrong rate';
  const converted = isConverted ? dollars(sale) : ',,';
  return (
    `${sale.reference},TX${id}${suffix},payment,${decimal(paid, market.exponent)},${market.currency},` +
    `${decimal(fee, market.exponent)},${date},L${id}${suffix},${payoutOf(sale, date)},${converted},,OP${id}${suffix},` +
    `rq-${id}${suffix},R-${date},${timeOf(sale, sale.paidAt)}\n`
  );
}

/** Currency, amount and rate of what was paid out in dollars. */
function dollars({ evidence, market, paid, fee }: ShopSale): string {
  const [digits, scale] = market.rate;
  const cents = Math.round(((paid - fee) * digits) / 10 ** (scale + market.exponent - 2));
  const rate = (digits / 10 ** scale).toFixed(scale);
  return `USD,${decimal(cents + (evidence === 'wrong rate' ? 500 : 0), 2)},${rate}`;
}

function payoutOf({ merchant }: ShopSale, date: string): string {
  return `PO-${date}-${merchant}`;
}

function timeOf({ hasOffset }: ShopSale, at: number): string {
  return hasOffset ? iso(at + ZONE_OFFSET_MS).replace('Z', '+03:00') : iso(at);
}

function rulesText(): string {
  return (
    `zone: ${ZONE}\n` +
    'grace: { order: PT15M, payment: PT24H, inconclusive: PT72H, resolution: PT1H }\n' +
    'settlement: { days: 1, weekend: [6, 7], holidays: [] }\n' +
    feeRules(PROVIDER)
  );
}
