// Random keys as shops have them: most are an order, its payment and its line, seen in callbacks, polls and reports and
// in one or several waves. Some have one thing that is odd, or late, or said again.

import fc from 'fast-check';
import type { Claim } from '../../src/domain/fact.ts';
import type { CompiledRules } from '../../src/matching/rules.ts';
import { withOddity } from './given-oddities.ts';
import { type Draw, drawObserved, drawSale, lineOf, once, one, orderOf } from './given-sales.ts';

/** One fact of a key, and in which wave it comes. */
export interface Arrival {
  readonly key: string;
  readonly claim: Claim;
  readonly wave: number;
}

export function drawRules(draw: Draw): unknown {
  const count = draw(fc.nat, 4);
  return {
    zone: one(draw, 'Asia/Shanghai', 'UTC', 'Africa/Nairobi'),
    grace: { payment: one(draw, 'PT24H', 'PT1H'), order: one(draw, 'PT15M', 'PT5M') },
    settlement: {
      days: one(draw, 0, 1, 2),
      weekend: one(draw, [6, 7], []),
      holidays: one(draw, [], ['2026-03-03']),
      ...(once(draw, 6) ? { unreported: ['mfs-africa'] } : {}),
    },
    ...(once(draw, 3) ? { tolerance: { KES: '0.05', UGX: '1' } } : {}),
    ...(once(draw, 8) ? { accounts: { 'mfs-africa/main': ['shop-0', 'shop-1', '商店'] } } : {}),
    ...(once(draw, 8) ? { accounts: { 'mfs-africa/main': ['*'] } } : {}),
    fees: Array.from({ length: count }, () => drawFee(draw)),
  };
}

function drawFee(draw: Draw): object {
  return {
    ...(once(draw, 2) ? { currency: one(draw, 'KES', 'UGX', 'TND') } : {}),
    percent: one(draw, '1.5', '1', '0.25', '2.345'),
    flat: one(draw, '0', '1', '0.5'),
    ...(once(draw, 4) ? { min: '2' } : {}),
    ...(once(draw, 4) ? { max: '5.5' } : {}),
    ...(once(draw, 3) ? { vat: '16' } : {}),
    ...(once(draw, 3) ? { tolerance: one(draw, '0.5', '0.005', '2') } : {}),
    ...(once(draw, 12) ? { borne_by: 'payer' } : {}),
    ...(once(draw, 4) ? { provider: one(draw, 'mfs-africa', 'mfs-africa', 'other') } : {}),
    ...(once(draw, 4) ? { country: one(draw, 'KE', 'UG') } : {}),
    ...(once(draw, 4) ? { operator: one(draw, 'mpesa', 'airtel') } : {}),
    ...(once(draw, 4) ? { amount_from: one(draw, '10', '1000.005') } : {}),
    ...(once(draw, 4) ? { amount_to: one(draw, '2000', '5000.5') } : {}),
    ...(once(draw, 4) ? { valid_from: one(draw, '2026-03-01', '2026-03-03') } : {}),
    ...(once(draw, 4) ? { valid_to: '2026-03-05' } : {}),
  };
}

const WAVES = 4;

/** The facts of some keys, the order in which they come, and which of them come again. */
export function drawArrivals(draw: Draw, rules: CompiledRules): Arrival[] {
  const arrivals: Arrival[] = [];
  const keys = 4 + draw(fc.nat, 8);
  for (let n = 0; n < keys; n++) {
    const sale = drawSale(draw, n);
    const usual = [orderOf(draw, sale), ...drawObserved(draw, sale), lineOf(draw, sale, rules)];
    const cut = once(draw, 5) ? usual.slice(0, 1 + draw(fc.nat, usual.length - 1)) : usual;
    const odd = once(draw, 4) ? withOddity(draw, sale, cut) : cut;
    const claims = odd.length > 0 && odd.every(isUsual) && once(draw, 12) ? withOddity(draw, sale, odd) : odd;
    const course = one(draw, 'together', 'together', 'in order', 'in order', 'order last');
    const first = draw(fc.nat, 1);
    for (const [at, claim] of claims.entries()) {
      const place = course === 'in order' ? at : claims.length - 1 - at;
      const step = course === 'together' ? 0 : Math.min(place, 1 + draw(fc.nat, 1));
      arrivals.push({ key: sale.key, claim, wave: once(draw, 12) ? WAVES - 1 : Math.min(first + step, WAVES - 1) });
      if (once(draw, 15))
        arrivals.push({ key: sale.key, claim: structuredClone(claim), wave: draw(fc.nat, WAVES - 1) });
    }
  }
  return arrivals;
}

const USUAL = new Set(['OrderPlaced', 'PaymentObserved', 'SettlementLineReported']);

function isUsual({ body }: Claim): boolean {
  return USUAL.has(body.type);
}

export function wavesOf(arrivals: readonly Arrival[]): Arrival[][] {
  return Array.from({ length: WAVES }, (_, wave) => arrivals.filter((arrival) => arrival.wave === wave));
}
