// Random sales: an order, its payment and its line, on which all claims of a key agree.

import fc from 'fast-check';
import type { Claim, OrderStatus, PaymentObserved } from '../../src/domain/fact.ts';
import { formatMinor } from '../../src/domain/money.ts';
import { chooseFee, expectedFee } from '../../src/matching/fees.ts';
import type { CompiledRules } from '../../src/matching/rules.ts';
import { callback, line, order, poll, t } from '../matching/given.ts';

export type Draw = fc.GeneratorValue;

export const HOUR = 3_600_000;
const DAY = 24 * HOUR;
export const BEGIN = t('2 08:00');

/** True once in so many times. */
export function once(draw: Draw, times: number): boolean {
  return draw(fc.nat, times - 1) === 0;
}

export function one<Value>(draw: Draw, ...values: readonly Value[]): Value {
  return values[draw(fc.nat, values.length - 1)]!;
}

/** What the claims of one key agree on. */
export interface Sale {
  readonly n: number;
  readonly key: string;
  readonly currency: string;
  readonly minor: bigint;
  readonly amount: string;
  readonly placedAt: number;
  readonly paidAt: number;
  readonly account: string | null;
  readonly operator: string | null;
  readonly country: string | null;
  readonly orderOperator: string | null;
}

export function drawSale(draw: Draw, n: number): Sale {
  const currency = one(draw, 'KES', 'KES', 'UGX', 'TND');
  const digits = once(draw, 20) ? 17 : one(draw, 3, 5, 7, 11);
  const minor = once(draw, 40)
    ? 0n
    : BigInt(1 + draw(fc.nat, 10 ** Math.min(digits, 9))) * 10n ** BigInt(Math.max(0, digits - 9));
  const placedAt = BEGIN + draw(fc.nat, 4 * 24) * HOUR + draw(fc.nat, 59) * 60_000;
  return {
    ...{ n, currency, minor, placedAt },
    key: once(draw, 20) ? `订单-${n}` : `R-${n}`,
    amount: formatMinor(minor, currency),
    paidAt: placedAt + (once(draw, 15) ? 26 * HOUR : one(draw, 5_000, 60_000, 0)),
    account: one(draw, null, null, 'main', 'main', 'main', 'second'),
    operator: one(draw, null, null, 'mpesa', 'airtel'),
    country: one(draw, null, null, 'KE', 'UG'),
    orderOperator: one(draw, null, null, 'mpesa'),
  };
}

export function orderOf(draw: Draw, sale: Sale): Claim {
  const { key, amount, currency, placedAt, country, orderOperator } = sale;
  return order({
    ...{ id: key, amount, currency, country, placed_at: placedAt, operator: orderOperator },
    merchant: one(draw, 'shop-0', 'shop-1', 'shop-2', '商店'),
    expires_at: once(draw, 4) ? placedAt + one(draw, 120_000, 2 * DAY, 5 * DAY) : null,
    status: one<OrderStatus>(draw, 'awaiting_payment', 'awaiting_payment', 'paid', 'fulfilled'),
    status_at: once(draw, 8) ? placedAt + one(draw, 0, 600_000, 2 * DAY) : null,
    order_number: once(draw, 3) ? `N${sale.n}` : null,
    msisdn: once(draw, 3) ? 'hidden' : null,
    import_id: one(draw, 0, 1),
  });
}

function idsOf(draw: Draw, { n }: Sale) {
  return {
    payment: `P${n}`,
    request_id: once(draw, 4) ? `Q${n}` : null,
    operator_transaction_id: once(draw, 5) ? `O${n}` : null,
  };
}

export function observedOf(
  draw: Draw,
  sale: Sale,
  status: PaymentObserved['status'],
  at: number,
  via: 'callback' | 'poll',
) {
  const { amount, currency, account, operator } = sale;
  const isSilent = status !== 'succeeded' && once(draw, 2);
  return (via === 'poll' ? poll : callback)({
    ...idsOf(draw, sale),
    ...(isSilent ? { amount: null, currency: null } : { amount, currency }),
    ...{ status, at, account, operator: once(draw, 2) ? operator : null },
    fee: once(draw, 6) ? '0.5' : null,
    import_id: one(draw, 0, 0, 1),
  });
}

export function lineOf(draw: Draw, sale: Sale, rules: CompiledRules): Claim {
  const { amount, currency, account, paidAt, n } = sale;
  const date = new Date(paidAt + one(draw, 0, 0, 1, 1, 1, 3) * DAY).toISOString().slice(0, 10);
  const isNamed = once(draw, 2);
  const fee = once(draw, 8) ? one(draw, null, '0', '1.5', '0.001', '-1', '00.50') : agreedFee(sale, rules);
  return line({
    ...idsOf(draw, sale),
    ...{ gross: amount, currency, settlement_date: date, account: once(draw, 6) ? null : account },
    fee,
    payout: isNamed ? one(draw, 'PAY-1', 'PAY-1', 'PAY-2', '付款') : null,
    settlement_currency: once(draw, 6) ? currency : null,
    ...(once(draw, 6) ? exchange(draw, amount, fee) : {}),
    id: `L${n}`,
    import_id: one(draw, 0, 1),
  });
}

/** Paid out in dollars, by a rate or nearly so. */
function exchange(draw: Draw, gross: string, fee: string | null) {
  const net = Number(gross) - Number(fee ?? 0);
  const amount = (net * 0.0077 + one(draw, 0, 0, 0.01, 0.03)).toFixed(2);
  return { settlement_currency: 'USD', settlement_amount: amount, fx_rate: one(draw, '0.0077', '0.00770') };
}

function agreedFee(sale: Sale, rules: CompiledRules): string {
  const { minor, currency, country, operator, orderOperator, paidAt } = sale;
  const about = { provider: 'mfs-africa', currency, country, operator: operator ?? orderOperator };
  const day = rules.calendar.dayOf(paidAt);
  const fee = chooseFee(rules.fees, { ...about, gross: minor, day });
  return formatMinor(fee === undefined ? minor / 100n : expectedFee(fee, minor, currency), currency);
}

export function drawObserved(draw: Draw, sale: Sale): Claim<PaymentObserved>[] {
  const { paidAt } = sale;
  const claims: Claim<PaymentObserved>[] = [];
  if (once(draw, 4))
    claims.push(observedOf(draw, sale, one(draw, 'pending', 'initiated', 'authorised'), paidAt - 2_000, 'poll'));
  const via = one(draw, 'callback', 'callback', 'poll');
  claims.push(observedOf(draw, sale, 'succeeded', paidAt, via));
  if (once(draw, 5)) claims.push(observedOf(draw, sale, 'succeeded', paidAt + one(draw, 0, 4_000), 'poll'));
  return claims;
}
