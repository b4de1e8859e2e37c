// The sales of a shop in several countries, each a pure function of its number. Eight keys in a hundred have evidence
// that is out of the ordinary, as shops have it; a third of these is a break.

import { DAY_MS, mix, pad, type SaleDay, scatter, unit } from '../sales.ts';
import { feeOf, MARKETS, type Market, ZONE_OFFSET_MS } from './prices.ts';

/** How many of 10,000 keys have this evidence, and the reason that Hesabu gives for it; null where all agrees. */
export const EVIDENCE = {
  'failed, then paid': { share: 150, reason: null },
  'webhook repeated': { share: 120, reason: null },
  'refunded late': { share: 90, reason: null },
  'refunded in part': { share: 80, reason: null },
  reversed: { share: 30, reason: null },
  'settled in dollars': { share: 60, reason: null },
  'webhook with another content': { share: 20, reason: 'CONFLICTING_EVIDENCE' },
  'paid twice': { share: 50, reason: 'DUPLICATE_PAYMENT' },
  'other fee': { share: 60, reason: 'FEE_VARIANCE' },
  'no settlement': { share: 40, reason: 'SETTLEMENT_MISSING' },
  'no order': { share: 30, reason: 'ORDER_MISSING' },
  'no payment': { share: 20, reason: 'PAYMENT_MISSING' },
  underpaid: { share: 25, reason: 'AMOUNT_UNDER' },
  overpaid: { share: 15, reason: 'AMOUNT_OVER' },
  'wrong rate': { share: 10, reason: 'FX_RATE_DELTA' },
} as const satisfies Record<string, { share: number; reason: string | null }>;

export type Evidence = keyof typeof EVIDENCE | 'plain';

export interface ShopSale {
  readonly number: number;
  readonly evidence: Evidence;
  readonly market: Market;
  readonly operator: string;
  readonly merchant: number;
  readonly reference: string;
  readonly msisdn: string;
  /** Amounts in minor units. */
  readonly amount: number;
  readonly paid: number;
  readonly fee: number;
  readonly placedAt: number;
  readonly paidAt: number;
  readonly id: string;
  /** Whether a poll saw the payment before it succeeded. */
  readonly isPolled: boolean;
  /** Whether its times are written with the offset of the zone, not in UTC. */
  readonly hasOffset: boolean;
}

/** Midnight of Monday, 1 June 2026, in the zone of the rules. */
export const START = Date.UTC(2026, 5, 1) - ZONE_OFFSET_MS;

const MERCHANTS = 300;
/** The largest amount, in least amounts of the market. */
const AMOUNTS = 2_000;
const OPENS_HOUR = 7;
const OPEN_HOURS = 15;

const LIST = Object.entries(EVIDENCE) as [Evidence, { share: number }][];

export function evidenceOf(number: number): Evidence {
  let left = mix(number + 1) % 10_000;
  for (const [name, { share }] of LIST) {
    if (left < share) return name;
    left -= share;
  }
  return 'plain';
}

export function shopSaleOf(number: number, on: SaleDay): ShopSale {
  const [random, other] = [mix(number + 1), mix(number ^ 0x5bd1e995)];
  const evidence = evidenceOf(number);
  // Uniform in the logarithm: a few merchants have most of the sales, and most amounts are small.
  const merchant = Math.floor(MERCHANTS ** unit(other));
  const market = MARKETS[merchant % MARKETS.length]!;
  const operator = market.operators[(random >>> 7) % 3 === 0 ? 1 : 0]!;
  const amount = Math.floor(market.least * AMOUNTS ** unit(other + 1));
  const paid = amount + (evidence === 'underpaid' ? -Math.ceil(amount / 8) : evidence === 'overpaid' ? 100 : 0);
  const second = Math.floor(((number - on.first) * OPEN_HOURS * 3600) / on.count);
  const placedAt = START + on.day * DAY_MS + (OPENS_HOUR * 3600 + second) * 1000;
  const paidAt = placedAt + (20 + ((random >>> 9) & 511)) * 1000;
  return {
    number,
    evidence,
    market,
    operator,
    merchant,
    reference: `${market.country}-${pad(merchant, 3)}-${pad(number, 8)}`,
    msisdn: `${market.dial}${pad(mix(other + 2) % 10_000_000, 8)}`,
    amount,
    paid,
    fee: feeOf({ market, operator, minor: paid, paidAt }) + (evidence === 'other fee' ? 25 : 0),
    placedAt,
    paidAt,
    id: pad(scatter(number), 10),
    isPolled: (other >>> 3) % 3 === 0,
    hasOffset: (other >>> 5) % 5 === 0,
  };
}
