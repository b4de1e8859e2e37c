// The orders that signals of risk are about, as far back as the rules keep them. What it answers depends on the orders
// it was given and not on their order: sources are late, and files come in any.

import type { OrderPlaced } from '../../domain/fact.ts';
import { minorOf } from '../../domain/money.ts';
import { phoneCountryOf } from '../../domain/phone.ts';
import type { Instant } from '../../domain/time.ts';
import type { Crowd, RiskCriteria } from './criteria.ts';
import { CrowdedTimes } from './crowding.ts';
import type { OrderSignals, RiskSignal } from './signal.ts';

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

/** An order and the payments begun for it; those may be known before it is. */
interface Entry {
  order: RiskOrder | null;
  readonly initiations: Initiation[];
  /** The last time. */
  initiatedAt: Instant;
}

export class OrderBook {
  private readonly criteria: RiskCriteria;
  private readonly entries = new Map<string, Entry>();
  private readonly groups = new Map<string, CrowdedTimes>();

  constructor(criteria: RiskCriteria) {
    this.criteria = criteria;
  }

  addOrder(order: RiskOrder): void {
    const entry = this.entryOf(order.reference);
    // A shop that says two things of one order is a finding elsewhere; here one of them is taken, always the same.
    if (entry.order !== null && identityOf(entry.order) <= identityOf(order)) return;
    this.regroup(entry, () => {
      entry.order = order;
    });
  }

  addInitiation(initiation: Initiation): void {
    const entry = this.entryOf(initiation.reference);
    const { msisdn, operator, at } = initiation;
    entry.initiatedAt = Math.max(entry.initiatedAt, at);
    if (entry.initiations.some((known) => known.msisdn === msisdn && known.operator === operator)) return;
    this.regroup(entry, () => entry.initiations.push(initiation));
  }

  /** Forgets what is older: memory is bounded by what the rules keep. */
  forget(before: Instant): void {
    for (const [reference, { order, initiatedAt }] of this.entries) {
      if ((order?.placed_at ?? initiatedAt) < before) this.entries.delete(reference);
    }
    for (const [key, group] of this.groups) {
      group.forget(before);
      if (group.size === 0) this.groups.delete(key);
    }
  }

  signalsOf(reference: string): RiskSignal[] {
    const entry = this.entries.get(reference);
    const order = entry?.order ?? null;
    if (entry === undefined || order === null) return [];
    const { device, ip, phone, burst } = this.criteria;
    return [
      ...this.crowd('SAME_DEVICE', device, entry),
      ...this.crowd('SAME_IP', ip, entry),
      ...this.crowd('SAME_PHONE', phone, entry),
      ...this.foreignPhone(order, entry),
      ...this.nearThreshold(order),
      ...this.crowd('BURST', burst, entry),
    ];
  }

  /** The orders placed from `from` to `to`, both included, that have signals: by shop, then by time. */
  all(from: Instant, to: Instant): OrderSignals[] {
    const orders: RiskOrder[] = [];
    for (const { order } of this.entries.values()) {
      if (order !== null && order.placed_at >= from && order.placed_at <= to) orders.push(order);
    }
    return orders
      .map((order) => ({ order, signals: this.signalsOf(order.reference) }))
      .filter(({ signals }) => signals.length > 0)
      .sort((left, right) => compareOrders(left.order, right.order))
      .map(({ order: { merchant, reference }, signals }) => ({ merchant, transaction_reference: reference, signals }));
  }

  private entryOf(reference: string): Entry {
    let entry = this.entries.get(reference);
    if (entry === undefined) {
      entry = { order: null, initiations: [], initiatedAt: 0 };
      this.entries.set(reference, entry);
    }
    return entry;
  }

  /** Changes an entry, and with it the groups that it is in. */
  private regroup(entry: Entry, change: () => void): void {
    const before = entry.order?.placed_at;
    if (before !== undefined) for (const key of groupKeys(entry)) this.groups.get(key)?.remove(before);
    change();
    if (entry.order === null) return;
    for (const key of groupKeys(entry)) {
      let group = this.groups.get(key);
      if (group === undefined) {
        group = new CrowdedTimes();
        this.groups.set(key, group);
      }
      group.add(entry.order.placed_at);
    }
  }

  /** The most crowded of the values: an order may have been paid for from several phones. */
  private crowd(signal: CrowdSignal, { ordersMin, windowMillis, window }: Crowd, entry: Entry): RiskSignal[] {
    const { merchant, placed_at } = entry.order!;
    let most = { count: 0, since: placed_at };
    for (const value of valuesOf(entry, signal)) {
      const group = this.groups.get(groupKey(signal, merchant, value));
      // Most orders have nothing in common with others, and need no closer look.
      if (group === undefined || group.size < ordersMin) continue;
      const found = group.crowdingAt(placed_at, windowMillis);
      if (found.count > most.count || (found.count === most.count && found.since < most.since)) most = found;
    }
    const { count, since } = most;
    if (count < ordersMin) return [];
    const observed = String(count);
    return [{ signal, count, observed, threshold: String(ordersMin), window, since, others: count - 1 }];
  }

  /** A phone of another country than the order or the operator; of several the first by their codes. */
  private foreignPhone(order: RiskOrder, entry: Entry): RiskSignal[] {
    const operators = [order.operator, ...entry.initiations.map(({ operator }) => operator)];
    const homes = operators.map((operator) => (operator === null ? null : this.criteria.countryOf(operator)));
    const [pair] = phonesOf(entry)
      .flatMap((phone) => [order.country, ...homes].map((home) => ({ country: phoneCountryOf(phone), home })))
      .filter(({ country, home }) => country !== null && home !== null && country !== home)
      .sort((left, right) => (`${left.country}${left.home}` < `${right.country}${right.home}` ? -1 : 1));
    if (pair === undefined) return [];
    const [observed, threshold, since] = [pair.country!, pair.home!, order.placed_at];
    return [{ signal: 'PHONE_COUNTRY', count: null, observed, threshold, window: null, since, others: 0 }];
  }

  private nearThreshold({ amount, currency, placed_at: since }: RiskOrder): RiskSignal[] {
    const band = this.criteria.near.get(currency);
    if (band === undefined) return [];
    const minor = minorOf(amount, currency);
    if (minor < band.from || minor >= band.to) return [];
    const [observed, threshold] = [`${amount} ${currency}`, `${band.text} ${currency}`];
    return [{ signal: 'NEAR_THRESHOLD', count: null, observed, threshold, window: null, since, others: 0 }];
  }
}

/** Each phone once: that of the order, and those that its payments were begun with. */
function phonesOf({ order, initiations }: Entry): string[] {
  const first = order?.msisdn ?? null;
  if (initiations.length === 0) return first === null ? [] : [first];
  const phones = new Set([first, ...initiations.map(({ msisdn }) => msisdn)]);
  phones.delete(null);
  return [...phones] as string[];
}

const CROWD_SIGNALS = ['SAME_DEVICE', 'SAME_IP', 'SAME_PHONE', 'BURST'] as const;
type CrowdSignal = (typeof CROWD_SIGNALS)[number];

/** What an order may have in common with others of its shop; being of one shop is enough for a burst. */
function valuesOf(entry: Entry, signal: CrowdSignal): readonly string[] {
  if (signal === 'SAME_PHONE') return phonesOf(entry);
  const value = signal === 'BURST' ? '' : signal === 'SAME_DEVICE' ? entry.order!.device : entry.order!.ip;
  return value === null ? [] : [value];
}

function groupKeys(entry: Entry): string[] {
  const { merchant } = entry.order!;
  return CROWD_SIGNALS.flatMap((signal) => {
    return valuesOf(entry, signal).map((value) => groupKey(signal, merchant, value));
  });
}

function groupKey(signal: CrowdSignal, merchant: string, value: string): string {
  return `${signal} ${merchant}\n${value}`;
}

function identityOf({ placed_at, ...order }: RiskOrder): string {
  return `${String(placed_at).padStart(16, '0')}${JSON.stringify(Object.entries(order).sort())}`;
}

function compareOrders(left: RiskOrder, right: RiskOrder): number {
  if (left.merchant !== right.merchant) return left.merchant < right.merchant ? -1 : 1;
  return left.placed_at - right.placed_at || (left.reference < right.reference ? -1 : 1);
}
