// The orders that signals of risk are about, as far back as the rules keep them. What it answers depends on the orders
// it was given and not on their order: sources are late, and files come in any.

import type { OrderPlaced } from '../../domain/fact.ts';
import { minorOf } from '../../domain/money.ts';
import { phoneCountryOf } from '../../domain/phone.ts';
import type { Instant } from '../../domain/time.ts';
import type { Crowd, RiskCriteria } from './criteria.ts';
import { CROWD_SIGNALS, type CrowdSignal, Groups } from './groups.ts';
import type { OrderDensity } from './order-density.ts';
import type { OrderSignals, RiskSignal, RiskSignalName } from './signal.ts';

type About = Pick<
  OrderPlaced,
  'amount' | 'currency' | 'placed_at' | 'country' | 'operator' | 'msisdn' | 'ip' | 'device'
>;

export interface RiskOrder extends About {
  readonly reference: string;
  readonly merchant: string;
}

/** A payment that was begun for an order: with which phone, at which operator. */
export interface Initiation {
  readonly reference: string;
  readonly at: Instant;
  readonly msisdn: string | null;
  readonly operator: string | null;
}

/** The payments begun for an order, which may be known before it is. */
interface Begun {
  readonly phones: Set<string>;
  readonly operators: Set<string>;
  /** The last time. */
  at: Instant;
}

export class OrderBook {
  private readonly criteria: RiskCriteria;
  private readonly orders = new Map<string, RiskOrder>();
  private readonly begun = new Map<string, Begun>();
  private readonly groups = new Map<string, Groups>();

  constructor(criteria: RiskCriteria) {
    this.criteria = criteria;
  }

  addOrder(order: RiskOrder): void {
    const known = this.orders.get(order.reference);
    // A shop that says two things of one order is a finding elsewhere; here one of them is taken, always the same.
    if (known !== undefined && identityOf(known) <= identityOf(order)) return;
    if (known !== undefined) this.leave(known);
    this.orders.set(order.reference, order);
    this.join(order);
  }

  addInitiation({ reference, msisdn, operator, at }: Initiation): void {
    const begun = this.begun.get(reference) ?? { phones: new Set(), operators: new Set(), at };
    const order = this.orders.get(reference);
    if (order !== undefined) this.leave(order);
    if (msisdn !== null) begun.phones.add(msisdn);
    if (operator !== null) begun.operators.add(operator);
    begun.at = Math.max(begun.at, at);
    this.begun.set(reference, begun);
    if (order !== undefined) this.join(order);
  }

  /** Forgets what is older: memory is bounded by what the rules keep. */
  forget(before: Instant): void {
    for (const [reference, { placed_at }] of this.orders) if (placed_at < before) this.orders.delete(reference);
    for (const [reference, { at }] of this.begun) {
      if (at < before && !this.orders.has(reference)) this.begun.delete(reference);
    }
    for (const groups of this.groups.values()) groups.forget(before);
  }

  signalsOf(reference: string): RiskSignal[] {
    const order = this.orders.get(reference);
    return order === undefined ? [] : this.signals(order);
  }

  /** The orders placed from `from` to `to`, both included, that have signals: by shop, then by time. */
  all(from: Instant, to: Instant): OrderSignals[] {
    const found: { readonly order: RiskOrder; readonly signals: readonly RiskSignal[] }[] = [];
    for (const order of this.orders.values()) {
      if (order.placed_at < from || order.placed_at > to) continue;
      const signals = this.signals(order);
      if (signals.length > 0) found.push({ order, signals });
    }
    return found
      .sort((left, right) => compareOrders(left.order, right.order))
      .map(({ order: { merchant, reference }, signals }) => ({ merchant, transaction_reference: reference, signals }));
  }

  private signals(order: RiskOrder): RiskSignal[] {
    const { device, ip, phone, burst } = this.criteria;
    const found = [
      this.crowd('SAME_DEVICE', device, order),
      this.crowd('SAME_IP', ip, order),
      this.crowd('SAME_PHONE', phone, order),
      this.foreignPhone(order),
      this.nearThreshold(order),
      this.crowd('BURST', burst, order),
    ];
    return found.filter((signal) => signal !== undefined);
  }

  private join(order: RiskOrder): void {
    let groups = this.groups.get(order.merchant);
    if (groups === undefined) {
      groups = new Groups();
      this.groups.set(order.merchant, groups);
    }
    for (const signal of CROWD_SIGNALS) {
      for (const value of this.valuesOf(order, signal)) groups.add(signal, value, order.placed_at);
    }
  }

  private leave(order: RiskOrder): void {
    const groups = this.groups.get(order.merchant)!;
    for (const signal of CROWD_SIGNALS) {
      for (const value of this.valuesOf(order, signal)) groups.remove(signal, value, order.placed_at);
    }
  }

  /** What an order may have in common with others of its shop; being of one shop is enough for a burst. */
  private valuesOf(order: RiskOrder, signal: CrowdSignal): readonly string[] {
    if (signal === 'SAME_PHONE') return this.phonesOf(order);
    const value = signal === 'BURST' ? '' : signal === 'SAME_DEVICE' ? order.device : order.ip;
    return value === null ? [] : [value];
  }

  /** Each phone once: that of the order, and those that its payments were begun with. */
  private phonesOf({ reference, msisdn }: RiskOrder): readonly string[] {
    const begun = this.begun.get(reference);
    if (begun === undefined) return msisdn === null ? [] : [msisdn];
    return [...(msisdn === null ? begun.phones : new Set([msisdn, ...begun.phones]))];
  }

  /** The most crowded of the values: an order may have been paid for from several phones. */
  private crowd(signal: CrowdSignal, crowd: Crowd, order: RiskOrder): RiskSignal | undefined {
    const groups = this.groups.get(order.merchant)!;
    let most: OrderDensity | undefined;
    for (const value of this.valuesOf(order, signal)) {
      const found = groups.crowding(signal, value, order.placed_at, crowd);
      if (found !== undefined && (most === undefined || isFuller(found, most))) most = found;
    }
    if (most === undefined) return undefined;
    const { count, since } = most;
    const [observed, threshold] = [String(count), String(crowd.ordersMin)];
    return { signal, count, observed, threshold, window: crowd.window, since, others: count - 1 };
  }

  /** A phone of another country than the order or the operator; of several the first by their codes. */
  private foreignPhone(order: RiskOrder): RiskSignal | undefined {
    const { countryOf } = this.criteria;
    let first: [phone: string, home: string] | undefined;
    for (const phone of this.phonesOf(order)) {
      const country = phoneCountryOf(phone);
      if (country === null) continue;
      const operators = [order.operator, ...(this.begun.get(order.reference)?.operators ?? [])];
      const homes = [order.country, ...operators.map((operator) => operator && countryOf(operator))];
      for (const home of homes) {
        if (home === null || home === '' || home === country) continue;
        if (first === undefined || country + home < first.join('')) first = [country, home];
      }
    }
    if (first === undefined) return undefined;
    return single('PHONE_COUNTRY', first[0], first[1], order);
  }

  private nearThreshold(order: RiskOrder): RiskSignal | undefined {
    const { amount, currency } = order;
    const band = this.criteria.near.get(currency);
    if (band === undefined) return undefined;
    const minor = minorOf(amount, currency);
    if (minor < band.from || minor >= band.to) return undefined;
    return single('NEAR_THRESHOLD', `${amount} ${currency}`, `${band.text} ${currency}`, order);
  }
}

/** A signal about one order alone. */
function single(signal: RiskSignalName, observed: string, threshold: string, { placed_at }: RiskOrder): RiskSignal {
  return { signal, count: null, observed, threshold, window: null, since: placed_at, others: 0 };
}

function isFuller(left: OrderDensity, right: OrderDensity): boolean {
  return left.count > right.count || (left.count === right.count && left.since < right.since);
}

function identityOf({ placed_at, ...order }: RiskOrder): string {
  return `${String(placed_at).padStart(16, '0')}${JSON.stringify(Object.entries(order).sort())}`;
}

function compareOrders(left: RiskOrder, right: RiskOrder): number {
  if (left.merchant !== right.merchant) return left.merchant < right.merchant ? -1 : 1;
  return left.placed_at - right.placed_at || (left.reference < right.reference ? -1 : 1);
}
