// The route of refunds: returns a payment or a part of it, and never more than was paid.

import type { z } from 'zod';
import { HesabuError } from '../../../domain/errors.ts';
import { sourceName } from '../../../domain/fact.ts';
import { idOfName } from '../../../domain/key.ts';
import { formatMinor, minorOf, readAmount } from '../../../domain/money.ts';
import { ownIds } from '../../../domain/payment-ids.ts';
import { phoneCountryOf } from '../../../domain/phone.ts';
import { quoted } from '../../../domain/quotation.ts';
import type { Payment } from '../../../matching/payments.ts';
import type { Return } from '../../../matching/return-state.ts';
import { returnsOf } from '../../../matching/returns.ts';
import type { Gateway, GatewayAnswer, Operator } from '../../../producers/gateway.ts';
import {
  beganNothing,
  demandCall,
  earlierCall,
  gatewayAgain,
  gatewayKey,
  started,
  startedView,
} from '../gateway-calls.ts';
import { type KnownOrder, knownOrder, merchantOfOrder, type Turns } from '../known-order.ts';
import { operatorAmount } from '../operator-amount.ts';
import { type Answer, type Call, json, type Route, route } from '../route.ts';
import { RefundRequest, Started } from '../schemas/orders.ts';
import type { AskedRefund, AskedRefunds } from '../tables.ts';
import { ReferenceParams } from './orders.ts';

export function refundRoute(table: AskedRefunds, turns: Turns): Route {
  return route({
    method: 'POST',
    url: '/v1/orders/:ref/refunds',
    summary: 'Return a payment, or a part of it',
    description: 'At most the paid amount, less everything that was returned or is being returned.',
    roles: ['shop', 'operator', 'admin'],
    scope: 'merchant',
    params: ReferenceParams,
    body: RefundRequest,
    example: { amount: '250.00', reason: 'one of five was broken' },
    answers: { 202: json('The gateway accepted the refund', Started) },
    merchantOf: merchantOfOrder,
    handle: (call) => turns.take(call.params.ref, () => startRefund(call, table)),
  });
}

type RefundCall = Call<z.output<typeof ReferenceParams>, unknown, z.output<typeof RefundRequest>>;

async function startRefund(call: RefundCall, table: AskedRefunds): Promise<Answer> {
  const known = await knownOrder(call, call.params.ref);
  const { reference, order } = known;
  call.names.push(reference);
  const asked = table.of(reference);
  const before = earlierCall('refund', call, asked);
  const gateway = demandCall(gatewayAgain(call.parts, order.merchant, before), 'refund');
  const refund = before ?? (await decide(call, known, asked, gateway));
  const { key, payment, amount, currency } = refund;
  const shown = formatMinor(minorOf(amount, currency), currency);
  const about = { reference, kind: 'refund', amount: shown, currency } as const;
  // The service ended before it stored its answer: a refund that the gateway accepted is not requested again.
  if (refund.transaction_id !== null) {
    const ids = { transaction_id: refund.transaction_id, request_id: null, original_transaction_id: payment };
    return { status: 202, body: startedView(about, { ...ids, status: 'initiated' }) };
  }
  if (before === undefined) table.add(refund);
  const paymentIds = known.about.payments.find(({ ids }) => ids.includes(payment))?.ids ?? [];
  const request = { reference, paymentId: payment, paymentIds, amount, currency, reason: call.body.reason ?? null };
  let answer: GatewayAnswer;
  try {
    answer = await gateway.refund({ ...request, idempotencyKey: key });
  } catch (error) {
    if (before === undefined && beganNothing(error)) table.refused(key);
    throw error;
  }
  const { body, fact } = await started(call, answer, about);
  table.answered(key, fact.body.provider_transaction_id ?? fact.body.request_id);
  return { status: 202, body };
}

async function decide(
  call: RefundCall,
  known: KnownOrder,
  asked: readonly AskedRefund[],
  gateway: Gateway,
): Promise<AskedRefund> {
  const { body, intent } = call;
  const payment = paymentOf(known, body.payment);
  const currency = payment.currency!;
  const left = leftOf(known, payment, asked);
  const minor = body.amount === undefined ? left : readMinor(body.amount, currency);
  if (minor <= 0n || minor > left) {
    const expected = `an amount above zero, of at most ${formatMinor(left, currency)} ${currency}`;
    const found = body.amount === undefined ? 'nothing left to return' : quoted(body.amount);
    throw new HesabuError('HESABU_AMOUNT_RANGE', { where: 'amount', expected, found });
  }
  if (gateway.refundsWholeOnly === true && minor !== payment.gross) {
    const whole = `${formatMinor(payment.gross!, currency)} ${currency}`;
    const expected = `${whole}: ${gateway.provider} gives back whole payments only`;
    throw new HesabuError('HESABU_AMOUNT_RANGE', { where: 'amount', expected, found: formatMinor(minor, currency) });
  }
  const { reference } = known;
  const operator = await operatorOf(known, payment, gateway);
  const amount = operatorAmount(operator, formatMinor(minor, currency));
  const { fingerprint } = intent;
  const key = gatewayKey('refund', call);
  const account = sourceName(gateway);
  return { key, reference, account, fingerprint, payment: payment.name, amount, currency, transaction_id: null };
}

/** The payment's operator; undefined if no claim names it or no list contains it: then the gateway decides. */
async function operatorOf(
  { claim }: KnownOrder,
  { observations }: Payment,
  gateway: Gateway,
): Promise<Operator | undefined> {
  const countries = observations.map(({ body }) => (body.msisdn === null ? null : phoneCountryOf(body.msisdn)));
  const country = countries.find((one) => one !== null) ?? claim.body.country;
  const codes = new Set(observations.map(({ body }) => body.operator).filter((code) => code !== null));
  if (codes.size === 0 || country === null || gateway.operators === undefined) return undefined;
  try {
    return (await gateway.operators(country)).find(({ code }) => codes.has(code));
  } catch (error) {
    if (error instanceof HesabuError) return undefined;
    throw error;
  }
}

/** A refusal names so many of an order's payments. */
const NAMED_MAX = 20;

/** Throws HESABU_ORDER_CLOSED if nothing is paid, HESABU_REQUEST_INVALID if it is not clear which payment is meant. */
function paymentOf({ reference, about }: KnownOrder, name: string | undefined): Payment {
  const paid = about.payments.filter(
    ({ succeeded, gross, currency }) => succeeded && gross !== null && currency !== null,
  );
  if (paid.length === 0) {
    throw new HesabuError('HESABU_ORDER_CLOSED', { where: reference, expected: 'an order that is paid' });
  }
  const meant = name === undefined ? paid : paid.filter(({ ids }) => ids.includes(name));
  if (meant.length === 1) return meant[0]!;
  const more = paid.length > NAMED_MAX ? ` and ${paid.length - NAMED_MAX} more` : '';
  const named = paid.slice(0, NAMED_MAX).map((payment) => payment.name);
  const expected = `one of ${named.join(', ')}${more}`;
  throw new HesabuError('HESABU_REQUEST_INVALID', { where: 'payment', expected, found: quoted(name ?? null) });
}

/** Statuses that end a return. After any other status, also an unclassified one, the money may still go back. */
const ENDED: ReadonlySet<string> = new Set([
  ...['failed', 'expired', 'voided'],
  ...['succeeded', 'reversed', 'refunded', 'charged_back'],
]);

/** The part of a payment that has neither gone back nor may be on its way back, in minor units. */
function leftOf({ about }: KnownOrder, payment: Payment, asked: readonly AskedRefund[]): bigint {
  const { returned, returns } = returnsOf(about.returns, payment);
  const { returnObservations, returnLines } = about.claims;
  const namedIn = (id: string) => returnObservations.filter(({ body }) => ownIds(body).includes(id));
  const isWaiting = ({ transaction_id: id }: AskedRefund) => {
    if (id === null) return true;
    const isEnded = namedIn(id).some(({ body }) => ENDED.has(body.status));
    return !isEnded && !returnLines.some(({ body }) => ownIds(body).includes(id));
  };
  const own = asked.filter((refund) => payment.ids.some((name) => idOfName(name) === refund.payment));
  let held = own.filter(isWaiting).reduce((sum, { amount, currency }) => sum + minorOf(amount, currency), 0n);
  for (const entry of returns) {
    if (entry.state === 'open') held += entry.amount;
    if (
      !isUnderWay(
        entry,
        namedIn(entry.name).map(({ body }) => body.status),
      )
    )
      continue;
    const ids = new Set(namedIn(entry.name).flatMap(({ body }) => ownIds(body)));
    if (own.some(({ transaction_id: id }) => id !== null && ids.has(id))) continue;
    // Requested elsewhere; without an amount it may be the whole payment.
    held += entry.amount > 0n ? entry.amount : payment.gross!;
  }
  const left = payment.gross! - returned - held;
  return left > 0n ? left : 0n;
}

function isUnderWay({ state }: Return, statuses: readonly string[]): boolean {
  return state === 'none' && statuses.length > 0 && !statuses.some((status) => ENDED.has(status));
}

function readMinor(amount: string, currency: string): bigint {
  const read = readAmount(amount, currency);
  if (typeof read === 'string') return minorOf(read, currency);
  throw new HesabuError(read.fault, { where: 'amount', expected: `an amount of ${currency}`, found: quoted(amount) });
}
