// The orders that risk signals are about, as far back as the rules keep them. The result does not depend on the order
// of arrival: sources are late, and files come in any order.

import type { OrderPlaced } from '../../domain/fact.ts';
import { minorOf } from '../../domain/money.ts';
import { phoneCountryOf } from '../../domain/phone.ts';
import type { Instant } from '../../domain/time.ts';
import type { DensityRule, RiskCriteria } from './criteria.ts';
import type { OrderDensity } from './order-density.ts';
import { DENSITY_SIGNALS, type DensitySignal, SharedValueGroups } from './shared-value-groups.ts';
import type { OrderSignals, RiskSignal, RiskSignalName } from './signal.ts';

type OrderDetails = Pick<
  OrderPlaced,
  'amount' | 'currency' | 'placed_at' | 'country' | 'operator' | 'msisdn' | 'ip' | 'device'
>;

export interface RiskOrder extends OrderDetails {
  readonly reference: string;
  readonly merchant: string;
}

/** A payment started for an order: with which phone, at which operator. */
export interface Initiation {
  readonly reference: string;
  readonly at: Instant;
  readonly msisdn: string | null;
  readonly operator: string | null;
}

/** The payments started for an order; they may arrive before the order. */
interface InitiatedPayments {
  readonly phones: Set<string>;
  readonly operators: Set<string>;
  /** The time of the last one. */
  at: Instant;
}

export class OrderBook {
  private readonly criteria: RiskCriteria;
  private readonly orders = new Map<string, RiskOrder>();
  private readonly initiated = new Map<string, InitiatedPayments>();
  private readonly groups = new Map<string, SharedValueGroups>();

  constructor(criteria: RiskCriteria) {
    this.criteria = criteria;
  }

  addOrder(order: RiskOrder): void {
    const known = this.orders.get(order.reference);
    // A shop that sends two versions of one order is a finding elsewhere; here always the same one is used.
    if (known !== undefined && identityOf(known) <= identityOf(order)) return;
    if (known !== undefined) this.removeFromGroups(known);
    this.orders.set(order.reference, order);
    this.addToGroups(order);
  }

  addInitiation({ reference, msisdn, operator, at }: Initiation): void {
    const initiated = this.initiated.get(reference) ?? { phones: new Set(), operators: new Set(), at };
    const order = this.orders.get(reference);
    if (order !== undefined) this.removeFromGroups(order);
    if (msisdn !== null) initiated.phones.add(msisdn);
    if (operator !== null) initiated.operators.add(operator);
    initiated.at = Math.max(initiated.at, at);
    this.initiated.set(reference, initiated);
    if (order !== undefined) this.addToGroups(order);
  }

  /** Forgets older orders: the rules' retention bounds the memory. */
  forget(before: Instant): void {
    for (const [reference, { placed_at }] of this.orders) if (placed_at < before) this.orders.delete(reference);
    for (const [reference, { at }] of this.initiated) {
      if (at < before && !this.orders.has(reference)) this.initiated.delete(reference);
    }
    for (const groups of this.groups.values()) groups.forget(before);
  }

  signalsOf(reference: string): RiskSignal[] {
    const order = this.orders.get(reference);
    return order === undefined ? [] : this.signals(order);
  }

  /** The orders with signals placed from `from` to `to` (both inclusive), by shop, then by time. */
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
      this.densitySignal('SAME_DEVICE', device, order),
      this.densitySignal('SAME_IP', ip, order),
      this.densitySignal('SAME_PHONE', phone, order),
      this.foreignPhone(order),
      this.nearThreshold(order),
      this.densitySignal('BURST', burst, order),
    ];
    return found.filter((signal) => signal !== undefined);
  }

  private addToGroups(order: RiskOrder): void {
    let groups = this.groups.get(order.merchant);
    if (groups === undefined) {
      groups = new SharedValueGroups();
      this.groups.set(order.merchant, groups);
    }
    for (const signal of DENSITY_SIGNALS) {
      for (const value of this.valuesOf(order, signal)) groups.add(signal, value, order.placed_at);
    }
  }

  private removeFromGroups(order: RiskOrder): void {
    const groups = this.groups.get(order.merchant)!;
    for (const signal of DENSITY_SIGNALS) {
      for (const value of this.valuesOf(order, signal)) groups.remove(signal, value, order.placed_at);
    }
  }

  /** The values that an order may share with others of its shop; for a burst, the shop itself is enough. */
  private valuesOf(order: RiskOrder, signal: DensitySignal): readonly string[] {
    if (signal === 'SAME_PHONE') return this.phonesOf(order);
    const value = signal === 'BURST' ? '' : signal === 'SAME_DEVICE' ? order.device : order.ip;
    return value === null ? [] : [value];
  }

  /** Each phone once: that of the order, and those of its payments. */
  private phonesOf({ reference, msisdn }: RiskOrder): readonly string[] {
    const initiated = this.initiated.get(reference);
    if (initiated === undefined) return msisdn === null ? [] : [msisdn];
    return [...(msisdn === null ? initiated.phones : new Set([msisdn, ...initiated.phones]))];
  }

  /** The densest of its values: an order may have been paid from several phones. */
  private densitySignal(signal: DensitySignal, densityRule: DensityRule, order: RiskOrder): RiskSignal | undefined {
    const groups = this.groups.get(order.merchant)!;
    let densest: OrderDensity | undefined;
    for (const value of this.valuesOf(order, signal)) {
      const found = groups.density(signal, value, order.placed_at, densityRule);
      if (found !== undefined && (densest === undefined || isDenser(found, densest))) densest = found;
    }
    if (densest === undefined) return undefined;
    const { count, since } = densest;
    const [observed, threshold] = [String(count), String(densityRule.ordersMin)];
    return { signal, count, observed, threshold, window: densityRule.window, since, others: count - 1 };
  }

  /** A phone of another country than the order or the operator; the first of several by their codes. */
  private foreignPhone(order: RiskOrder): RiskSignal | undefined {
    const { countryOf } = this.criteria;
    let first: [phone: string, home: string] | undefined;
    for (const phone of this.phonesOf(order)) {
      const country = phoneCountryOf(phone);
      if (country === null) continue;
      const operators = [order.operator, ...(this.initiated.get(order.reference)?.operators ?? [])];
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
    const range = this.criteria.near.get(currency);
    if (range === undefined) return undefined;
    const minor = minorOf(amount, currency);
    if (minor < range.from || minor >= range.to) return undefined;
    return single('NEAR_THRESHOLD', `${amount} ${currency}`, `${range.text} ${currency}`, order);
  }
}

/** A signal about a single order. */
function single(signal: RiskSignalName, observed: string, threshold: string, { placed_at }: RiskOrder): RiskSignal {
  return { signal, count: null, observed, threshold, window: null, since: placed_at, others: 0 };
}

function isDenser(left: OrderDensity, right: OrderDensity): boolean {
  return left.count > right.count || (left.count === right.count && left.since < right.since);
}

function identityOf({ placed_at, ...order }: RiskOrder): string {
  return `${String(placed_at).padStart(16, '0')}${JSON.stringify(Object.entries(order).sort())}`;
}

function compareOrders(left: RiskOrder, right: RiskOrder): number {
  if (left.merchant !== right.merchant) return left.merchant < right.merchant ? -1 : 1;
  return left.placed_at - right.placed_at || (left.reference < right.reference ? -1 : 1);
}
