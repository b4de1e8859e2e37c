// Scenarios of orders, their payments and their settlement, as they go right or wrong in one way.

import fc from 'fast-check';
import type { PaymentStatus } from '../../src/domain/fact.ts';
import { REQUEST_SCENARIOS } from './request-scenarios.ts';
import {
  days,
  denied,
  fee,
  hours,
  kind,
  near,
  one,
  open,
  type Scenario,
  status,
  thousandths,
  via,
} from './scenario.ts';
import { after, amountOf, ordered, returned, said, settled } from './scene.ts';

export const PAYMENT_SCENARIOS: Readonly<Record<string, Scenario>> = {
  ...REQUEST_SCENARIOS,
  'paid and settled': kind({ hours, days, via, near, fee }, (scene, { hours, days, via, near, fee }) => [
    ordered(scene),
    said(scene, hours, { via, amount: amountOf(scene, 1000, near) }),
    settled(scene, days, { fee }),
  ]),
  'told by a line alone': kind({ days, near, fee, other: thousandths }, (scene, { days, near, fee, other }) => [
    ordered(scene),
    settled(scene, days, { fee, gross: amountOf(scene, other, near) }),
  ]),
  'failed and tried again': kind({ denied, via, hours, open }, (scene, { denied, via, hours, open }) => [
    ordered(scene),
    said(scene, 0.1, { status: denied, payment: `F${scene.tag}`, via }),
    said(scene, 0.2, { status: open }),
    said(scene, hours),
    settled(scene, 1),
  ]),
  'asked for and polled': kind(
    { open, hours, poll: one<PaymentStatus>('succeeded', 'pending', 'failed', 'inconclusive'), near },
    (scene, { open, hours, poll, near }) => [
      ordered(scene),
      said(scene, 0.1, { status: open, amount: amountOf(scene, 1500) }),
      said(scene, hours, { via: 'poll', status: poll, amount: amountOf(scene, 1000, near) }),
    ],
  ),
  'paid in parts': kind({ first: thousandths, near, hours, days }, (scene, { first, near, hours, days }) => [
    ordered(scene),
    said(scene, 0.2, { amount: amountOf(scene, first) }),
    said(scene, hours, { payment: `Q${scene.tag}`, amount: amountOf(scene, 1000 - first, near) }),
    settled(scene, 1, { gross: amountOf(scene, first) }),
    settled(scene, days, { payment: `Q${scene.tag}`, gross: amountOf(scene, 1000 - first, near) }),
  ]),
  'paid twice': kind(
    { hours, second: thousandths, days, back: fc.boolean() },
    (scene, { hours, second, days, back }) => [
      ordered(scene),
      said(scene, 0.2),
      said(scene, hours, { payment: `Q${scene.tag}`, amount: amountOf(scene, second) }),
      settled(scene, days),
      ...(back ? [returned(scene, hours + 2, { original: `Q${scene.tag}`, amount: amountOf(scene, second) })] : []),
    ],
  ),
  'settled in parts or twice': kind(
    { first: thousandths, second: thousandths, near, days, fee },
    (scene, { first, second, near, days, fee }) => [
      ordered(scene),
      said(scene, 0.2),
      settled(scene, 1, { id: `L1${scene.tag}`, gross: amountOf(scene, first), fee }),
      settled(scene, days, { id: `L2${scene.tag}`, gross: amountOf(scene, second, near), fee }),
    ],
  ),
  'captured in part': kind(
    { hours, rest: one(500, 1500, 2000), via, captured: fc.boolean() },
    (scene, { hours, rest, via, captured }) => [
      ordered(scene),
      said(scene, 0.1, { status: 'authorised', amount: amountOf(scene, 1500) }),
      ...(captured ? [said(scene, hours, { kind: 'capture' })] : []),
      said(scene, hours + 0.1, { status: 'voided', amount: amountOf(scene, rest), via, id: `release${scene.tag}` }),
      settled(scene, 1),
    ],
  ),
  'attempts without an id': kind(
    {
      first: fc.oneof(open, denied),
      second: one<PaymentStatus>('succeeded', 'failed', 'pending'),
      named: fc.boolean(),
      days,
    },
    (scene, { first, second, named, days }) => [
      ordered(scene),
      said(scene, 0.1, { id: `a${scene.tag}`, payment: null, status: first }),
      said(scene, 0.3, { id: `b${scene.tag}`, payment: named ? `P${scene.tag}` : null, status: second }),
      settled(scene, days, { id: `l${scene.tag}`, payment: null }),
    ],
  ),
  'cancelled, expired or revived': kind(
    { first: status, second: status, at: one(0, 0.5, 5, 40), next: one(6, 24, 50), hours, expires: one(null, 0.5, 40) },
    (scene, { first, second, at, next, hours, expires }) => {
      const expires_at = expires === null ? null : after(scene, expires);
      return [
        ordered(scene, { expires_at }),
        ordered(scene, { expires_at, status: first, status_at: after(scene, at) }),
        ordered(scene, { expires_at, status: second, status_at: after(scene, next) }),
        said(scene, hours),
        settled(scene, 2),
      ];
    },
  ),
  'ended without money': kind(
    { first: status, at: one(0, 5, 40), attempt: fc.oneof(open, denied), expires: one(null, 0.5, 40) },
    (scene, { first, at, attempt, expires }) => {
      const expires_at = expires === null ? null : after(scene, expires);
      return [
        ordered(scene, { expires_at, status: first, status_at: after(scene, at) }),
        said(scene, 0.2, { status: attempt }),
      ];
    },
  ),
  'money without an order': kind(
    { hours, days, state: fc.oneof(open, denied, one<PaymentStatus>('succeeded')) },
    (scene, { hours, days, state }) => [said(scene, hours, { status: state }), settled(scene, days)],
  ),
  'fees by country and operator': kind(
    {
      hours,
      operator: one(null, 'mpesa', 'airtel'),
      country: one(null, 'KE', 'UG'),
      onOrder: fc.boolean(),
      fee: one(null, '15.00', '15', '9.50', '12', '3.86', '3.33', '0.001', '1.001', '1.002', '25.000'),
      top: one(0, 15, 1500, 1000),
      days,
      told: fc.boolean(),
    },
    (scene, { hours, operator, country, onOrder, fee, top, days, told }) => [
      ordered(scene, { country, operator: onOrder ? operator : null }),
      ...(told ? [said(scene, hours, { operator: onOrder ? null : operator })] : []),
      settled(scene, days, { fee, gross: amountOf(scene, 1000, top) }),
    ],
  ),
  'fees in lines of their own': kind(
    { fee, charged: one(15, 17, 0), name: fc.boolean(), days },
    (scene, { fee, charged, name, days }) => [
      ordered(scene),
      said(scene, 0.2),
      settled(scene, days, { fee }),
      settled(scene, days, {
        ...{ id: `fee${scene.tag}`, line_type: 'fee', gross: amountOf(scene, charged) },
        ...(name ? { payment: `F${scene.tag}`, original: `P${scene.tag}` } : { payment: `P${scene.tag}` }),
      }),
    ],
  ),
  'paid out in another currency': kind(
    { rate: one('0.0077', '0.0076', null), out: one('7.58', '7.60', '7.59', '7.66'), fee, days },
    (scene, { rate, out, fee, days }) => [
      ordered(scene),
      said(scene, 0.2),
      settled(scene, days, { fee, settlement_currency: 'USD', settlement_amount: out, fx_rate: rate }),
    ],
  ),
  'another currency than ordered': kind({ hours, settledIn: fc.boolean() }, (scene, { hours, settledIn }) => {
    const other = { currency: 'XOF', amount: '1000' };
    return [
      ordered(scene),
      said(scene, hours, other),
      settled(scene, 1, settledIn ? { currency: 'XOF', gross: '1000' } : {}),
    ];
  }),
  'several merchants': kind({ hours, days, second: thousandths }, (scene, { hours, days, second }) => [
    ordered(scene, { merchant: 'shop-1' }),
    ordered(scene, { merchant: 'shop-2', amount: amountOf(scene, second), placed_at: after(scene, 1) }),
    said(scene, hours),
    settled(scene, days),
  ]),
  'several accounts': kind(
    {
      first: one('a', 'b', 'main', 'other', null),
      second: one('a', 'b', 'main', 'other', null),
      hours,
      days,
      merchant: one('shop-1', 'shop-2'),
    },
    (scene, { first, second, hours, days, merchant }) => [
      ordered(scene, { merchant }),
      said(scene, hours, { account: first }),
      said(scene, 6, { account: second, via: 'poll' }),
      settled(scene, days, { account: second }),
      returned(scene, 8, { account: first, amount: amountOf(scene, 300) }),
    ],
  ),
  'nobody knows': kind(
    {
      hours,
      next: one(60, 90),
      word: one<PaymentStatus>('succeeded', 'failed', 'pending', 'inconclusive'),
      counted: status,
    },
    (scene, { hours, next, word, counted }) => [
      ordered(scene, { status: counted }),
      said(scene, hours, { status: 'inconclusive' }),
      said(scene, next, { via: 'poll', status: word }),
    ],
  ),
  'words that nobody signed': kind(
    {
      first: fc.oneof(open, denied),
      word: one<PaymentStatus>('succeeded', 'succeeded', 'failed', 'refunded', 'disputed', 'authorised'),
      at: hours,
      named: one('P', 'Q', null),
      last: one<PaymentStatus>('succeeded', 'failed', 'pending', 'inconclusive'),
      later: one(0.3, 20, 26, 70),
      days,
      lines: fc.boolean(),
    },
    (scene, { first, word, at, named, last, later, days, lines }) => [
      ordered(scene),
      said(scene, 0.2, { id: `a${scene.tag}`, via: 'poll', status: first }),
      said(scene, at, {
        ...{ id: `h${scene.tag}`, status: word, hint: true, amount: amountOf(scene, 300) },
        payment: named === null ? null : `${named}${scene.tag}`,
      }),
      said(scene, later, { id: `z${scene.tag}`, via: 'poll', status: last }),
      ...(lines ? [settled(scene, days)] : []),
    ],
  ),
  'words that nobody knows': kind({ hours, line: fc.boolean() }, (scene, { hours, line }) => [
    ordered(scene),
    said(scene, hours, { status: 'unclassified', word: 'payment.mystery', id: `odd${scene.tag}` }),
    said(scene, 0.2),
    settled(scene, 1, line ? { line_type: 'unclassified', word: 'sundry', id: `sundry${scene.tag}` } : {}),
  ]),
  contradicted: kind(
    {
      one: fc.oneof(denied, open),
      other: one<PaymentStatus>('succeeded', 'refunded', 'failed'),
      first: one(1, 2, 3),
      via,
      other_via: via,
      days,
    },
    (scene, { one, other, first, via, other_via, days }) => [
      ordered(scene),
      said(scene, first, { status: one, via, id: `one${scene.tag}` }),
      said(scene, 2, { status: other, via: other_via, id: `other${scene.tag}` }),
      settled(scene, days),
    ],
  ),
  'unclear to polls without an id': kind(
    { first: hours, last: hours, status: one<PaymentStatus>('succeeded', 'failed', 'pending'), via, days },
    (scene, { first, last, status, via, days }) => [
      ordered(scene),
      said(scene, first, { via: 'poll', status: 'inconclusive', payment: null, amount: null }),
      said(scene, last, { via, status }),
      settled(scene, days),
    ],
  ),
  'ids that it shares': kind(
    { shared: one('request', 'operator', 'both', 'none'), hours, days },
    (scene, { shared, hours, days }) => {
      const { tag } = scene;
      return [
        ordered(scene),
        said(scene, 0.1, { payment: null, request_id: `Q${tag}`, status: 'pending' }),
        said(scene, hours, {
          request_id: shared === 'request' || shared === 'both' ? `Q${tag}` : null,
          operator_transaction_id: `O${tag}`,
        }),
        settled(scene, days, {
          payment: `X${tag}`,
          operator_transaction_id: shared === 'operator' || shared === 'both' ? `O${tag}` : null,
        }),
      ];
    },
  ),
  'lines of its own account': kind(
    { type: one('fee', 'tax', 'reserve', 'release', 'adjustment', 'transfer', 'payout'), hours, days },
    (scene, { type, hours, days }) => [
      ordered(scene),
      said(scene, hours),
      settled(scene, days),
      settled(scene, days, { id: `own${scene.tag}`, line_type: type as 'fee', payment: `T${scene.tag}` }),
    ],
  ),
  'without a time': kind({ which: one('payment', 'return', 'both'), days }, (scene, { which, days }) => [
    ordered(scene),
    said(scene, 0.2, which === 'return' ? {} : { at: null }),
    settled(scene, days),
    returned(scene, 3, { amount: amountOf(scene, 400), ...(which === 'payment' ? {} : { at: null }) }),
  ]),
};
