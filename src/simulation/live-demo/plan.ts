// The plan of the live demo's shop: its orders, each with a customer who pays, leaves or cancels. Pure.

import { currencyExponent } from '../../domain/currency.ts';
import type { Instant } from '../../domain/time.ts';
import { Random } from '../random/prng.ts';

/** Where payers are, and whose orders they place. */
export interface Market {
  readonly country: string;
  /** Of mobile numbers there, and the number of digits after it. */
  readonly prefix: string;
  readonly digits: number;
  readonly merchants: readonly string[];
  /** Of a network that lists no operators: what it is told instead. */
  readonly fixed?: { readonly operator: string; readonly currency: string; readonly decimals: number };
  /** Whether the network can be asked for a refund. */
  readonly refunds: boolean;
  /** Whose orders are of several merchants, each with a part, and paid as a whole; absent where there are none. */
  readonly marketplace?: string;
}

const MERCHANTS = ['savanna-crafts', 'kilimo-direct'] as const;

/** `leaves`: no payment is started. `cancels`: the shop cancels before anyone has paid. */
export type Customer = 'pays' | 'leaves' | 'cancels';
export type RefundPlan = 'none' | 'whole' | 'part';

/** One merchant's part of an order; in whole units, but for the first part, which has the order's decimals. */
export interface PlannedPart {
  readonly reference: string;
  readonly merchant: string;
  readonly units: number;
}

export interface PlannedOrder {
  readonly reference: string;
  readonly merchant: string;
  readonly number: string;
  readonly at: Instant;
  readonly country: string;
  readonly fixed: Market['fixed'];
  readonly phone: string;
  readonly device: string;
  /** Selects one of the operators that the gateway lists for the country: taken modulo their number. */
  readonly nthOperator: number;
  /** In units of the currency, and the decimals if the operator accepts them. */
  readonly units: number;
  readonly decimals: string;
  readonly customer: Customer;
  /** The refund if the payment succeeds. Of an order with parts, `part` is the last of them. */
  readonly refund: RefundPlan;
  /** Empty for an order of one merchant. */
  readonly parts: readonly PlannedPart[];
}

/** Out of a hundred orders of a market with a marketplace. */
const WHOLES = 35;

/** Those of the gateway that has every operator. */
export const MARKETS: readonly Market[] = (
  [
    ['KE', '+2547', 8],
    ['UG', '+25677', 7],
    ['GH', '+23324', 7],
    ['NG', '+234803', 7],
    ['RW', '+25078', 7],
    ['CI', '+22507', 8],
    ['TN', '+21620', 6],
  ] as const
).map(([country, prefix, digits]) => ({ country, prefix, digits, merchants: MERCHANTS, refunds: true }));

/** Each network has as many orders as another, however many markets it has. */
export function planOrders(
  seed: number,
  count: number,
  from: Instant,
  until: Instant,
  networks: readonly (readonly Market[])[] = [MARKETS],
): readonly PlannedOrder[] {
  const random = new Random(seed);
  return Array.from({ length: count }, (_, at): PlannedOrder => {
    const { country, prefix, digits, merchants, fixed, refunds, marketplace } = random.pick(random.pick(networks));
    const roll = random.below(100);
    const wish = random.below(100);
    // Some networks take letters and figures only.
    const reference = `LD${seed}N${String(at + 1).padStart(4, '0')}`;
    const units = random.between(120, 48_000);
    const parts = marketplace !== undefined && random.percent(WHOLES) ? partsOf(reference, units, merchants) : [];
    return {
      reference,
      merchant: parts.length > 0 ? marketplace! : random.pick(merchants),
      number: String(1001 + at),
      at: from + Math.floor(((until - from) * at) / count),
      country,
      fixed,
      phone: prefix + String(random.below(10 ** digits)).padStart(digits, '0'),
      device: `device-${random.below(count)}`,
      nthOperator: random.below(12),
      units,
      decimals: String(random.below(1_000)).padStart(3, '0'),
      customer: roll < 8 ? 'leaves' : roll < 13 ? 'cancels' : 'pays',
      refund: refunds && wish < 6 ? 'whole' : refunds && wish < 10 ? 'part' : 'none',
      parts,
    };
  });
}

/** One for each merchant; the last one has what is left over. */
function partsOf(whole: string, units: number, merchants: readonly string[]): PlannedPart[] {
  const each = Math.floor(units / (merchants.length + 1));
  return merchants.map((merchant, at) => ({
    reference: `${whole}-${at + 1}`,
    merchant,
    units: at === merchants.length - 1 ? units - each * at : each,
  }));
}

/**
 * The order's amount with all decimals of its currency; those that the operator does not accept are zeros.
 */
export function amountOf(
  { units, decimals }: Pick<PlannedOrder, 'units' | 'decimals'>,
  currency: string,
  accepted: number | null,
): string {
  const exponent = currencyExponent(currency)!;
  if (exponent === 0) return String(units);
  return `${units}.${decimals.slice(0, Math.min(exponent, accepted ?? exponent)).padEnd(exponent, '0')}`;
}
