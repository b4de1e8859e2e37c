// Random keys as shops have them: most are an order, its payment and its line, seen in callbacks, polls and reports and
// in one or several waves. Some have one thing that is odd, or late, or said again.

import fc from 'fast-check';
import type { Claim, OrderStatus, PaymentObserved } from '../../src/domain/fact.ts';
import { formatMinor } from '../../src/domain/money.ts';
import { chooseFee, expectedFee } from '../../src/matching/fees.ts';
import type { CompiledRules } from '../../src/matching/rules.ts';
import { callback, line, order, poll, t, withdrawn } from '../matching/given.ts';
import { refundRequest, statusChange } from '../matching/given-shop.ts';

/** One fact of a key, and in which wave it comes. */
export interface Arrival {
  readonly key: string;
  readonly claim: Claim;
  readonly wave: number;
}

type Draw = fc.GeneratorValue;

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
export const BEGIN = t('2 08:00');

/** True once in so many times. */
function once(draw: Draw, times: number): boolean {
  return draw(fc.nat, times - 1) === 0;
}

function one<Value>(draw: Draw, ...values: readonly Value[]): Value {
  return values[draw(fc.nat, values.length - 1)]!;
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

/** What the claims of one key agree on. */
interface Sale {
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

function drawSale(draw: Draw, n: number): Sale {
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

function orderOf(draw: Draw, sale: Sale): Claim {
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

function observedOf(draw: Draw, sale: Sale, status: PaymentObserved['status'], at: number, via: 'callback' | 'poll') {
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

function lineOf(draw: Draw, sale: Sale, rules: CompiledRules): Claim {
  const { amount, currency, account, paidAt, n } = sale;
  const date = new Date(paidAt + one(draw, 0, 0, 1, 1, 1, 3) * DAY).toISOString().slice(0, 10);
  const isNamed = once(draw, 2);
  return line({
    ...idsOf(draw, sale),
    ...{ gross: amount, currency, settlement_date: date, account: once(draw, 6) ? null : account },
    fee: once(draw, 8) ? one(draw, null, '0', '1.5', '0.001', '-1', '00.50') : agreedFee(sale, rules),
    payout: isNamed ? one(draw, 'PAY-1', 'PAY-1', 'PAY-2', '付款') : null,
    settlement_currency: once(draw, 6) ? currency : null,
    settlement_amount: null,
    id: `L${n}`,
    import_id: one(draw, 0, 1),
  });
}

function agreedFee(sale: Sale, rules: CompiledRules): string {
  const { minor, currency, country, operator, orderOperator, paidAt } = sale;
  const about = { provider: 'mfs-africa', currency, country, operator: operator ?? orderOperator };
  const day = rules.calendar.dayOf(paidAt);
  const fee = chooseFee(rules.fees, { ...about, gross: minor, day });
  return formatMinor(fee === undefined ? minor / 100n : expectedFee(fee, minor, currency), currency);
}

function drawObserved(draw: Draw, sale: Sale): Claim<PaymentObserved>[] {
  const { paidAt } = sale;
  const claims: Claim<PaymentObserved>[] = [];
  if (once(draw, 4))
    claims.push(observedOf(draw, sale, one(draw, 'pending', 'initiated', 'authorised'), paidAt - 2_000, 'poll'));
  const via = one(draw, 'callback', 'callback', 'poll');
  claims.push(observedOf(draw, sale, 'succeeded', paidAt, via));
  if (once(draw, 5)) claims.push(observedOf(draw, sale, 'succeeded', paidAt + one(draw, 0, 4_000), 'poll'));
  return claims;
}

/** What is odd about a key: its claims with one thing changed, or with one more. */
function withOddity(draw: Draw, sale: Sale, claims: readonly Claim[]): readonly Claim[] {
  const at = draw(fc.nat, claims.length - 1);
  const claim = claims[at]!;
  const { body } = claim;
  const instead = (other: object, fields: object = {}) => {
    return claims.with(at, { ...claim, ...fields, body: { ...body, ...other } } as Claim);
  };
  const id = claims[draw(fc.nat, claims.length - 1)]!.id;
  const further: readonly (() => readonly Claim[])[] = [
    () => instead({}, { forwarded: true }),
    () => instead({}, { id }),
    () => instead({}, { provider: 'other' }),
    () => instead({}, { account: one(draw, null, 'main', 'third') }),
    () => instead({}, { id: `${claim.id}é`, occurred_at: claim.occurred_at }),
    () => instead({}, { occurred_at: null }),
    () => instead({}, { id: `mfs-africa/main:${claim.id}` }),
    () => [...claims, { ...claim, id: `${claim.id}-2` }],
    () => [...claims, { ...claim, import_id: claim.import_id + 1, stated_at: sale.paidAt }],
    () => [...claims, withdrawn(claim)],
    () => [
      ...claims,
      statusChange(one(draw, 'cancelled', 'paid'), sale.paidAt + HOUR, { id: 'S', merchant: 'shop-0' }),
    ],
    () => [
      ...claims,
      refundRequest({ amount: sale.amount, currency: sale.currency, id: 'RR', at: null, merchant: 'shop-0' }),
    ],
    () => [
      ...claims,
      callback({ payment: `X${sale.n}`, amount: sale.amount, currency: sale.currency, at: sale.paidAt }),
    ],
    () => claims.toSpliced(at, 1),
    () => instead(body.type === 'OrderPlaced' ? oddOrder(draw, sale) : oddPayment(draw, sale, body.type)),
    () => instead(body.type === 'OrderPlaced' ? oddOrder(draw, sale) : oddPayment(draw, sale, body.type)),
  ];
  return further[draw(fc.nat, further.length - 1)]!();
}

function oddOrder(draw: Draw, { minor, currency, placedAt }: Sale): object {
  return one<object>(
    draw,
    { status: 'cancelled' },
    { amount: formatMinor(minor + 1n, currency) },
    { amount: `-${formatMinor(minor + 1n, currency)}` },
    { currency: 'XOF', amount: '5' },
    { parent: 'R-0' },
    { placed_at: placedAt + HOUR },
  );
}

function oddPayment(draw: Draw, { n, minor, currency }: Sale, type: string): object {
  const other = formatMinor(minor + one(draw, 1n, 7n), currency);
  const ids = one<object>(
    draw,
    { provider_transaction_id: null },
    { provider_transaction_id: 'P0' },
    { provider_transaction_id: `P${n}é` },
    { provider_transaction_id: null, request_id: null, operator_transaction_id: null },
    { original_transaction_id: 'P0' },
    { aliases: { receipt: `A${n}` } },
    { series: { provider_transaction_id: 'request' } },
  );
  if (once(draw, 3)) return ids;
  if (type === 'SettlementLineReported') {
    return one<object>(
      draw,
      { line_type: one(draw, 'refund', 'fee', 'unclassified'), word: 'odd' },
      { gross: other },
      { currency: 'XOF', gross: '5' },
      { settlement_currency: 'USD', settlement_amount: '7.70', fx_rate: '0.0077' },
      { settlement_date: '2026-03-20' },
    );
  }
  return one<object>(
    draw,
    { status: one(draw, 'failed', 'reversed', 'disputed', 'inconclusive', 'unclassified', 'voided') },
    { kind: one(draw, 'refund', 'chargeback', 'capture') },
    { amount: other },
    { amount: null, currency: null },
    { amount: null },
    { hint: true },
    { untimed: true },
    { word: 'odd', status: 'unclassified' },
    { operator: 'other' },
  );
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
    const claims = once(draw, 4) ? withOddity(draw, sale, cut) : cut;
    const isTogether = once(draw, 2);
    const first = draw(fc.nat, 1);
    for (const [at, claim] of claims.entries()) {
      const step = isTogether ? 0 : Math.min(at, 1 + draw(fc.nat, 1));
      arrivals.push({ key: sale.key, claim, wave: once(draw, 12) ? WAVES - 1 : Math.min(first + step, WAVES - 1) });
      if (once(draw, 15))
        arrivals.push({ key: sale.key, claim: structuredClone(claim), wave: draw(fc.nat, WAVES - 1) });
    }
  }
  return arrivals;
}

export function wavesOf(arrivals: readonly Arrival[]): Arrival[][] {
  return Array.from({ length: WAVES }, (_, wave) => arrivals.filter((arrival) => arrival.wave === wave));
}
