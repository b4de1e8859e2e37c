// What is odd about a key of a shop: its claims with one thing changed, or with one more.

import fc from 'fast-check';
import type { Claim, PaymentObserved } from '../../src/domain/fact.ts';
import { formatMinor } from '../../src/domain/money.ts';
import { callback, line, poll, withdrawn } from '../matching/given.ts';
import { refundRequest, statusChange } from '../matching/given-shop.ts';
import { type Draw, HOUR, observedOf, once, one, type Sale } from './given-sales.ts';

/** So many that a key with them is plain no more, or is not packed; their ids are not in the order of their times. */
function polls(draw: Draw, sale: Sale): Claim<PaymentObserved>[] {
  return Array.from({ length: 1 + draw(fc.nat, 7) }, (_, at) => ({
    ...observedOf(draw, sale, one(draw, 'succeeded', 'pending'), sale.paidAt + at * 60_000, 'poll'),
    id: `${one(draw, 'A', 'Z', 'a', '~')}${at}`,
  }));
}

/** Payments that were tried before or after the one that came, most under ids of their own. */
function attempts(draw: Draw, sale: Sale): Claim<PaymentObserved>[] {
  return Array.from({ length: 1 + draw(fc.nat, 2) }, (_, at) => ({
    ...callback({
      payment: one(draw, `F${sale.n}`, `G${sale.n}`, `H${sale.n}`, `P${sale.n}`),
      request_id: one(draw, null, null, `F${sale.n}`, `Q${sale.n}`),
      status: one(draw, 'failed', 'failed', 'expired', 'pending'),
      ...one(draw, {}, { amount: sale.amount, currency: sale.currency }, { operator: 'other' }),
      at: sale.paidAt + one(draw, -90, 0, 90) * 1000,
    }),
    id: `${one(draw, 'A', 'a', '~')}T${at}`,
  }));
}

/** What is odd about a key: its claims with one thing changed, or with one more. */
export function withOddity(draw: Draw, sale: Sale, claims: readonly Claim[]): readonly Claim[] {
  const at = draw(fc.nat, claims.length - 1);
  const claim = claims[at]!;
  const { body } = claim;
  const instead = (other: object, fields: object = {}) => {
    return claims.with(at, { ...claim, ...fields, body: { ...body, ...other } } as Claim);
  };
  // No order has the id of a payment.
  const alike = claims.filter((other) => (other.body.type === 'OrderPlaced') === (body.type === 'OrderPlaced'));
  const { id } = alike[draw(fc.nat, alike.length - 1)]!;
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
    () => [...claims, ...attempts(draw, sale)],
    () => [...claims, structuredClone(claim), structuredClone(claim)],
    () => claims.toSpliced(at, 1),
    () => [...claims, ...polls(draw, sale)],
    () => instead({}, { payout: one(draw, 'PAY-1', 'PAY-3') }),
    () => instead({}, { account: '' }),
    () => instead({}, { merchant: one(draw, '', 'shop-1') }),
    () => instead({}, { provider: 'mfs-åfrica' }),
    () => instead({}, { occurred_at: one(draw, sale.placedAt, sale.paidAt - HOUR, -5) }),
    () => claims.map((each) => ({ ...each, provider: 'mfs-åfrica' }) as Claim),
    () => [...claims, line({ payment: `P${sale.n}`, gross: sale.amount, currency: sale.currency, id: 'LL' })],
    () => [
      ...claims,
      poll({
        payment: `P${sale.n}`,
        amount: sale.amount,
        currency: sale.currency,
        id: 'earlier',
        at: sale.placedAt - HOUR,
      }),
    ],
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
    { status_at: placedAt + 90 * HOUR },
    { status_at: placedAt - 9 * HOUR },
    { expires_at: placedAt },
    { expires_at: placedAt + 5_000 },
    { country: '' },
    { operator: '' },
    { amount: formatMinor(minor, currency).replace(/\.?0+$/u, '') || '0' },
    { currency: 'CLF', amount: '1.0000' },
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
    { provider_transaction_id: null, request_id: `P${n}` },
    { provider_transaction_id: `Z${n}`, request_id: `Q${n}`, operator_transaction_id: `P${n}` },
    { provider_transaction_id: `Q${n}`, request_id: `O${n}` },
    { provider_transaction_id: '', request_id: `P${n}` },
    { provider_transaction_id: `B${n}`, request_id: `A${n}` },
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
      { settlement_date: '2026-02-20' },
      { settlement_currency: currency, settlement_amount: other, fx_rate: '1' },
      { settlement_currency: 'USD', settlement_amount: null },
      { settlement_currency: currency, settlement_amount: other },
      { fee: one(draw, null, '0', '0.5', '0.50', '1', '00.5', '12.345', '-0.5') },
      { gross: formatMinor(minor, currency).replace(/\.?0+$/u, '') || '0' },
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
    { operator: '' },
    { amount: formatMinor(minor, currency).replace(/\.?0+$/u, '') || '0' },
    { status: one(draw, 'pending', 'authorised', 'initiated'), amount: other },
    { status: one(draw, 'pending', 'authorised', 'initiated') },
  );
}
