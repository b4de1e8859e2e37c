// One sale of the simulated marketplace, and the rows that its shop and its gateway write about it.
// By default each method does the ordinary thing: a scenario names only what is unusual.

import { formatDecimal } from '../../../domain/decimal.ts';
import { formatMinor } from '../../../domain/money.ts';
import { formatInstant, type Instant } from '../../../domain/time.ts';
import type { Random } from '../../random/prng.ts';
import { changed, feeOf, isPayerBorne, type Store } from './market.ts';
import type { Content, SourceRows } from './source-rows.ts';
import { dateOfSimulatedDay, HOUR_MS, MINUTE_MS, reportDay, SECOND_MS, startOfDay } from './week.ts';

/** One attempt to pay, as the gateway knows it. */
export interface Payment {
  readonly id: string;
  readonly operatorId: string;
  readonly amount: bigint;
  readonly currency: string;
  readonly at: Instant;
}

export interface CallbackOptions {
  readonly id?: string;
  /** When it happened, and when the shop received it. */
  readonly at?: Instant;
  readonly arrives?: Instant;
  readonly data?: Content;
}

export interface LineOptions {
  readonly type?: string;
  readonly reference?: string;
  readonly id?: string;
  readonly original?: string;
  readonly lineId?: string;
  readonly amount?: bigint;
  readonly currency?: string;
  /** Null leaves the cell empty. */
  readonly fee?: bigint | null;
  readonly day?: number | undefined;
  /** The percentage of the payout that is paid, if the gateway converts at a rate of its own. */
  readonly payoutPercent?: bigint;
}

export class Sale {
  readonly rows: SourceRows;
  readonly random: Random;
  readonly store: Store;
  readonly day: number;
  readonly reference: string;
  readonly amount: bigint;
  readonly placedAt: Instant;
  readonly operator: string;
  readonly msisdn: string;

  constructor(rows: SourceRows, random: Random, store: Store, day: number) {
    this.rows = rows;
    this.random = random;
    this.store = store;
    this.day = day;
    this.reference = `${store.code}-2026-${String(20_000 + rows.nextNumber()).padStart(7, '0')}`;
    // A draw below another draw: most orders are small, as in a real shop.
    const steps = random.below(random.between(1, (store.high - store.low) / store.step));
    this.amount = BigInt(store.low + steps * store.step);
    // From 11:00 to 22:30 in Shanghai, so that what usually follows an order happens on the same day.
    this.placedAt = startOfDay(day) + 11 * HOUR_MS + random.below(11.5 * 3600) * SECOND_MS;
    this.operator = random.pick(store.operators);
    this.msisdn = `${store.dialling}70${String(random.below(10_000_000)).padStart(7, '0')}`;
  }

  /** The order as the shop exports it; `changes` replaces cells. */
  order(changes: Content = {}, at: Instant = this.placedAt): void {
    this.rows.add('orders', at, this.orderRow(changes));
  }

  orderRow(changes: Content = {}): Content {
    return {
      merchant: this.store.merchant,
      transaction_reference: this.reference,
      order_number: `#${Number(this.reference.slice(-6))}`,
      amount: formatMinor(this.amount, this.store.currency),
      currency: this.store.currency,
      placed_at: formatInstant(this.placedAt),
      expires_at: '',
      status: 'awaiting_payment',
      status_at: '',
      msisdn: this.msisdn,
      country: this.store.country,
      operator: this.operator,
      ...changes,
    };
  }

  /** The shop exports the order again, with another status. */
  becomes(status: string, at: Instant, changes: Content = {}): void {
    this.order({ ...changes, status, status_at: formatInstant(at) }, at);
  }

  /** A payment attempt, by default for the whole order soon after it was placed. Nothing is reported yet. */
  payment(changes: Partial<Payment> = {}): Payment {
    const number = this.rows.nextNumber();
    return {
      id: `MFS${7_000_000_000 + number * 37 + this.random.below(37)}`,
      operatorId: `QF${number.toString(36).toUpperCase().padStart(8, '0')}`,
      amount: this.amount,
      currency: this.store.currency,
      at: this.placedAt + this.random.between(30, 900) * SECOND_MS,
      ...changes,
    };
  }

  /** A webhook; returns its body, so that it can be delivered again. */
  callback(event: string, payment: Payment, options: CallbackOptions = {}): Content {
    const at = options.at ?? payment.at;
    const created = at + 2 * SECOND_MS;
    const body = {
      id: options.id ?? `evt_${(this.rows.nextNumber() * 2_654_435_761).toString(16).padStart(12, '0')}`,
      event,
      created_at: formatInstant(created),
      data: {
        transaction_reference: this.reference,
        transaction_id: payment.id,
        operator_transaction_id: payment.operatorId,
        amount: formatMinor(payment.amount, payment.currency),
        currency: payment.currency,
        status: event.split('.')[1]!,
        operator: this.operator,
        msisdn: this.msisdn,
        completed_at: formatInstant(at),
        ...options.data,
      },
    };
    this.rows.add('callbacks', options.arrives ?? created + this.random.between(1, 20) * SECOND_MS, body);
    return body;
  }

  succeeds(payment: Payment = this.payment(), options: CallbackOptions = {}): Payment {
    this.callback('payment.success', payment, options);
    return payment;
  }

  /** Money is returned or disputed under an id of its own, which the method returns. */
  returns(event: string, payment: Payment, amount: bigint, at: Instant, original = payment.id): string {
    const id = `RET${8_000_000_000 + this.rows.nextNumber()}`;
    this.outcome(event, payment, id, amount, at, original);
    return id;
  }

  outcome(event: string, payment: Payment, id: string, amount: bigint, at: Instant, original = payment.id): void {
    const operator_transaction_id = `${payment.operatorId}R${this.rows.nextNumber()}`;
    const data = { transaction_id: id, original_transaction_id: original, operator_transaction_id };
    this.callback(event, { ...payment, amount }, { at, data });
  }

  /** The shop asks for the payment's status, ten minutes after it last changed. */
  poll(payment: Payment, status: string, updatedAt: Instant = payment.at, times = 1): void {
    for (let time = 1; time <= times; time++) {
      const polledAt = updatedAt + time * 10 * MINUTE_MS;
      this.rows.add('polls', polledAt, {
        transaction_reference: this.reference,
        transaction_id: payment.id,
        status,
        amount: formatMinor(payment.amount, payment.currency),
        currency: payment.currency,
        updated_at: formatInstant(updatedAt),
        polled_at: formatInstant(polledAt),
      });
    }
  }

  /** The payment's line in the settlement report of its day; none if that comes after the simulation. */
  settles(payment: Payment, options: LineOptions = {}): void {
    const fee = options.fee === undefined ? feeOf(payment.amount, payment.currency) : options.fee;
    const onTop = isPayerBorne(payment.currency) ? (fee ?? 0n) : 0n;
    this.line({ id: payment.id, amount: payment.amount + onTop, currency: payment.currency, ...options, fee });
  }

  /** The claw-back of a return, in the settlement report for `day`. */
  clawsBack(type: string, id: string, payment: Payment, amount: bigint, day: number | undefined): void {
    this.line({ type, id, original: payment.id, amount: -amount, currency: payment.currency, fee: null, day });
  }

  line(options: LineOptions): void {
    const day = 'day' in options ? options.day : reportDay(this.day);
    if (day === undefined) return;
    const currency = options.currency ?? this.store.currency;
    const [amount, fee] = [options.amount ?? this.amount, options.fee ?? null];
    const isPayment = (options.type ?? 'payment') === 'payment';
    this.rows.add('settlements', startOfDay(day) + 9 * HOUR_MS, {
      transaction_reference: options.reference ?? this.reference,
      transaction_id: options.id ?? '',
      type: options.type ?? 'payment',
      amount_received: formatMinor(amount, currency),
      currency,
      fee_deduction: fee === null ? '' : formatMinor(fee, currency),
      settlement_date: dateOfSimulatedDay(day),
      line_id: options.lineId ?? `L${this.rows.nextNumber()}`,
      payout_id: `PO-${this.store.code}-${day}`,
      ...(isPayment ? this.payout(amount - (fee ?? 0n), currency, options.payoutPercent ?? 100n) : NO_PAYOUT),
      original_transaction_id: options.original ?? '',
    });
  }

  private payout(net: bigint, currency: string, percent: bigint): Content {
    const payout = this.store.payout;
    if (payout === null) return NO_PAYOUT;
    const amount = (changed(net, currency, payout.rate, payout.currency) * percent) / 100n;
    return {
      settlement_currency: payout.currency,
      settlement_amount: formatMinor(amount, payout.currency),
      fx_rate: formatDecimal(payout.rate),
    };
  }
}

const NO_PAYOUT: Content = { settlement_currency: '', settlement_amount: '', fx_rate: '' };
