// The shop of the live demo: it places orders, starts payments and requests refunds, each at its time.

import type { Instant } from '../../domain/time.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { ApiAnswer, ApiClient } from './api-client.ts';
import { amountOf, type PlannedOrder } from './plan.ts';

interface Operator {
  readonly code: string;
  readonly currencies: readonly string[];
  readonly amount_decimals: number | null;
}

export interface ShopOptions {
  readonly clock: Clock;
  readonly api: ApiClient;
  readonly orders: readonly PlannedOrder[];
  /** Whether the payment has no faults: only such payments are refunded, so that the result is certain. */
  readonly isPlain: (reference: string) => boolean;
}

export interface ShopCounts {
  orders: number;
  /** Parts of several merchants' orders. */
  parts: number;
  payments: number;
  cancelled: number;
  refunds: number;
}

const MINUTE_MILLIS = 60_000;
const HOUR_MILLIS = 60 * MINUTE_MILLIS;
/** By then a webhook or a poll has usually reported the payment. */
const REFUND_AFTER_MILLIS = 7 * HOUR_MILLIS;
/** On a busy machine reports come late: like people, the shop asks again, for a day. */
const REFUND_TRIES_MAX = 24;

export class Shop {
  readonly counts: ShopCounts = { orders: 0, parts: 0, payments: 0, cancelled: 0, refunds: 0 };
  private readonly options: ShopOptions;
  private readonly operators = new Map<string, Promise<readonly Operator[]>>();

  constructor(options: ShopOptions) {
    this.options = options;
  }

  /** Resolves when every order is finished; rejects if the service refuses what it must accept. */
  async run(): Promise<void> {
    await Promise.all(this.options.orders.map((order) => this.sell(order)));
  }

  private async sell(order: PlannedOrder): Promise<void> {
    const { api, isPlain } = this.options;
    await this.until(order.at);
    const { code, currency, amount } = await this.choose(order);
    const { reference, merchant, number, country, phone, device, customer, refund } = order;
    const placed = await api.post('/v1/orders', {
      ...{ merchant, transaction_reference: reference, amount, currency, order_number: number },
      ...{ msisdn: phone, country, operator: code, device_id: device },
    });
    requirePlaced(placed);
    this.counts.orders++;
    await this.placeParts(order, currency, amount);
    if (customer === 'leaves') return;
    await this.until(order.at + 3 * MINUTE_MILLIS);
    if (customer === 'cancels') {
      await this.cancel(reference);
      this.counts.cancelled++;
      return;
    }
    const asked = await api.post(`/v1/orders/${reference}/payments`, { phone, country, operator: code });
    // The gateway may have accepted a first attempt whose response was cut off: then the order can be paid by now.
    if (asked.body?.found !== 'an order that is paid') requireStatus(asked, 202);
    this.counts.payments++;
    if (refund === 'none' || !isPlain(reference)) return;
    await this.until(order.at + REFUND_AFTER_MILLIS);
    const last = order.parts.at(-1);
    const units = last?.units ?? Math.floor(order.units / 3);
    // A part that is cancelled alone gets its money back alone.
    if (refund === 'part' && last !== undefined) await this.cancel(last.reference);
    await this.refund(reference, refund === 'part' ? { amount: amountOf({ ...order, units }, currency, 0) } : {});
    this.counts.refunds++;
  }

  private async placeParts(order: PlannedOrder, currency: string, whole: string): Promise<void> {
    for (const [at, { reference, merchant, units }] of order.parts.entries()) {
      const [, decimals] = whole.split('.');
      const amount =
        at === 0 && decimals !== undefined ? `${units}.${decimals}` : amountOf({ ...order, units }, currency, 0);
      const body = { merchant, transaction_reference: reference, amount, currency, parent: order.reference };
      requirePlaced(await this.options.api.post('/v1/orders', body));
      this.counts.parts++;
    }
  }

  private async cancel(reference: string): Promise<void> {
    requireStatus(await this.options.api.post(`/v1/orders/${reference}/cancel`, {}), 200);
  }

  private async refund(reference: string, body: object): Promise<void> {
    const { api, clock } = this.options;
    for (let tries = 1; ; tries++) {
      const answer = await api.post(`/v1/orders/${reference}/refunds`, body);
      const isEarly = answer.status === 409 && answer.body?.expected === 'an order that is paid';
      if (!isEarly || tries === REFUND_TRIES_MAX) return requireStatus(answer, 202);
      await clock.sleep(HOUR_MILLIS);
    }
  }

  private async choose(order: PlannedOrder) {
    const { api } = this.options;
    const { country, nthOperator, merchant, fixed } = order;
    if (fixed !== undefined) {
      const { operator: code, currency, decimals } = fixed;
      return { code, currency, amount: amountOf(order, currency, decimals) };
    }
    let listed = this.operators.get(`${merchant} ${country}`);
    if (listed === undefined) {
      listed = api.get(`/v1/operators?country=${country}&merchant=${merchant}`).then((answer) => {
        requireStatus(answer, 200);
        return answer.body.operators as readonly Operator[];
      });
      this.operators.set(`${merchant} ${country}`, listed);
    }
    const operators = await listed;
    const { code, currencies, amount_decimals } = operators[nthOperator % operators.length]!;
    const currency = currencies[0]!;
    return { code, currency, amount: amountOf(order, currency, amount_decimals) };
  }

  private until(at: Instant): Promise<void> {
    return this.options.clock.sleep(at - this.options.clock.now());
  }
}

/** A service that was killed may have placed an order without an answer: then it says that it had it before. */
function requirePlaced(answer: ApiAnswer): void {
  requireStatus(answer, answer.status === 200 ? 200 : 201);
}

function requireStatus({ status, body }: ApiAnswer, expected: number): void {
  if (status !== expected) throw new Error(`expected ${expected}, got ${status}: ${JSON.stringify(body)}`);
}
