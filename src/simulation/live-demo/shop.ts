// The shop of the live demo: it places orders, starts payments, and asks for refunds, each at its time.

import type { Instant } from '../../domain/time.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { ApiAnswer, ApiClient } from './api-client.ts';
import { amountOf, type PlannedOrder } from './plan.ts';

interface Operator {
  readonly code: string;
  readonly currencies: readonly string[];
  readonly amount_decimals: number | null;
}

export interface ShopParts {
  readonly clock: Clock;
  readonly api: ApiClient;
  readonly orders: readonly PlannedOrder[];
  /** Whether nothing else happens to a payment: only such are refunded, so that what must come of it is certain. */
  readonly isPlain: (reference: string) => boolean;
}

export interface ShopCounts {
  orders: number;
  payments: number;
  cancelled: number;
  refunds: number;
}

const MINUTE_MILLIS = 60_000;
const HOUR_MILLIS = 60 * MINUTE_MILLIS;
/** Long enough that the payment is mostly known, by its webhook or by a poll. */
const REFUND_AFTER_MILLIS = 7 * HOUR_MILLIS;
/** On a busy machine what is known comes late: the shop asks again, as people would, for a day. */
const REFUND_TRIES_MAX = 24;

export class Shop {
  readonly counts: ShopCounts = { orders: 0, payments: 0, cancelled: 0, refunds: 0 };
  private readonly parts: ShopParts;
  private readonly operators = new Map<string, Promise<readonly Operator[]>>();

  constructor(parts: ShopParts) {
    this.parts = parts;
  }

  /** Resolves when every order has had its turn; rejects where the service refuses what it must take. */
  async run(): Promise<void> {
    await Promise.all(this.parts.orders.map((order) => this.sell(order)));
  }

  private async sell(order: PlannedOrder): Promise<void> {
    const { api, isPlain } = this.parts;
    await this.until(order.at);
    const { code, currency, amount } = await this.choose(order);
    const { reference, merchant, number, country, phone, device, customer, refund } = order;
    const placed = await api.post('/v1/orders', {
      ...{ merchant, transaction_reference: reference, amount, currency, order_number: number },
      ...{ msisdn: phone, country, operator: code, device_id: device },
    });
    demand(placed, 201);
    this.counts.orders++;
    if (customer === 'leaves') return;
    await this.until(order.at + 3 * MINUTE_MILLIS);
    if (customer === 'cancels') {
      demand(await api.post(`/v1/orders/${reference}/cancel`, {}), 200);
      this.counts.cancelled++;
      return;
    }
    const asked = await api.post(`/v1/orders/${reference}/payments`, { phone, country, operator: code });
    // The gateway may have taken a first try whose answer was cut: by the next one the money may be there.
    if (asked.body?.found !== 'an order that is paid') demand(asked, 202);
    this.counts.payments++;
    if (refund === 'none' || !isPlain(reference)) return;
    await this.until(order.at + REFUND_AFTER_MILLIS);
    const part = amountOf({ ...order, units: Math.floor(order.units / 3) }, currency, 0);
    await this.refund(reference, refund === 'part' ? { amount: part } : {});
    this.counts.refunds++;
  }

  private async refund(reference: string, body: object): Promise<void> {
    const { api, clock } = this.parts;
    for (let tries = 1; ; tries++) {
      const answer = await api.post(`/v1/orders/${reference}/refunds`, body);
      const isEarly = answer.status === 409 && answer.body?.expected === 'an order that is paid';
      if (!isEarly || tries === REFUND_TRIES_MAX) return demand(answer, 202);
      await clock.sleep(HOUR_MILLIS);
    }
  }

  private async choose(order: PlannedOrder) {
    const { api } = this.parts;
    const { country, nthOperator, merchant } = order;
    let listed = this.operators.get(country);
    if (listed === undefined) {
      listed = api.get(`/v1/operators?country=${country}&merchant=${merchant}`).then((answer) => {
        demand(answer, 200);
        return answer.body.operators as readonly Operator[];
      });
      this.operators.set(country, listed);
    }
    const operators = await listed;
    const { code, currencies, amount_decimals } = operators[nthOperator % operators.length]!;
    const currency = currencies[0]!;
    return { code, currency, amount: amountOf(order, currency, amount_decimals) };
  }

  private until(at: Instant): Promise<void> {
    return this.parts.clock.sleep(at - this.parts.clock.now());
  }
}

function demand({ status, body }: ApiAnswer, expected: number): void {
  if (status !== expected) throw new Error(`expected ${expected}, got ${status}: ${JSON.stringify(body)}`);
}
