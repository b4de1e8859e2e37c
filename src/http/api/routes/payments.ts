// The routes that move money: a payment of an order is started, a payment is returned, and who can be paid through.

import { hash } from 'node:crypto';
import { z } from 'zod';
import { HesabuError } from '../../../domain/errors.ts';
import type { Claim, Fact, PaymentObserved } from '../../../domain/fact.ts';
import { formatMinor, minorOf, readAmount } from '../../../domain/money.ts';
import { phoneCountryOf } from '../../../domain/phone.ts';
import { ownIds } from '../../../matching/claims.ts';
import type { Payment } from '../../../matching/payments.ts';
import { type Return, returnsOf } from '../../../matching/returns.ts';
import { quoted } from '../../../producers/files/row.ts';
import type { Gateway, GatewayAnswer, Operator } from '../../../producers/gateway.ts';
import { phonePseudonym, toE164 } from '../../../producers/phone.ts';
import { ALL_MERCHANTS, type ApiKey, mayTouch } from '../../access/api-key.ts';
import { type KnownOrder, knownOrder, referenceOf, type Turns } from '../order-case.ts';
import type { ApiParts } from '../parts.ts';
import { type Answer, type Call, json, type Route, route } from '../route.ts';
import { country, text } from '../schemas/basic.ts';
import { Operators, PaymentRequest, RefundRequest, Started } from '../schemas/orders.ts';
import { ReferenceParams } from './orders.ts';

const OperatorQuery = z.strictObject({ country, merchant: text.optional() });

export function paymentRoutes(turns: Turns): readonly Route[] {
  return [
    route({
      method: 'POST',
      url: '/v1/orders/:ref/payments',
      summary: 'Start the payment of an order',
      description:
        "Asks the gateway for the order's amount. What becomes of it comes by webhook or is asked for later.",
      roles: ['shop', 'admin'],
      scope: 'merchant',
      idempotent: true,
      params: ReferenceParams,
      body: PaymentRequest,
      example: { phone: '0711223344', country: 'KE', operator: 'MPESA_KE' },
      answers: { 202: json('The gateway took it', Started) },
      handle: (call) => turns.take(referenceOf(call.params.ref), () => startPayment(call)),
    }),
    route({
      method: 'POST',
      url: '/v1/orders/:ref/refunds',
      summary: 'Return a payment, or a part of it',
      description: 'Never more than was paid, less what went back and what was asked for before.',
      roles: ['shop', 'operator', 'admin'],
      scope: 'merchant',
      idempotent: true,
      params: ReferenceParams,
      body: RefundRequest,
      example: { amount: '250.00', reason: 'one of five was broken' },
      answers: { 202: json('The gateway took it', Started) },
      handle: (call) => turns.take(referenceOf(call.params.ref), () => startRefund(call)),
    }),
    route({
      method: 'GET',
      url: '/v1/operators',
      summary: 'The operators of a country, as the gateway lists them',
      roles: ['shop', 'operator', 'admin'],
      scope: 'merchant',
      query: OperatorQuery,
      answers: { 200: json('The operators', Operators) },
      handle: listOperators,
    }),
  ];
}

type PaymentCall = Call<z.output<typeof ReferenceParams>, unknown, z.output<typeof PaymentRequest>>;
type RefundCall = Call<z.output<typeof ReferenceParams>, unknown, z.output<typeof RefundRequest>>;

async function startPayment(call: PaymentCall): Promise<Answer> {
  const { parts, body } = call;
  const known = await knownOrder(call, call.params.ref);
  const { reference, order, claim } = known;
  call.names.push(reference);
  demandOpen(known, parts.clock.now());
  const phone = phoneOf(body.phone, body.country ?? order.country);
  const gateway = gatewayOf(parts, order.merchant);
  const operators = await gateway.operators(phone.country);
  const operator = operators.find(({ code }) => code === body.operator);
  const { amount, currency } = claim.body;
  demandOperator(operator, body.operator, currency, amount);
  const answer = await gateway.initiate({
    reference,
    orderNumber: claim.body.order_number,
    amount,
    currency,
    phone: phone.number,
    operator: body.operator,
    idempotencyKey: gatewayKey('payment', call),
  });
  return started(call, answer, answer.facts, { reference, kind: 'payment', amount, currency });
}

/** Only an order that still waits for its money is paid. Throws HESABU_ORDER_CLOSED. */
function demandOpen({ reference, order, about }: KnownOrder, now: number): void {
  const closed = (found: string) => {
    return new HesabuError('HESABU_ORDER_CLOSED', { where: reference, expected: 'an order awaiting payment', found });
  };
  if (order.status !== 'awaiting_payment') throw closed(`an order that is ${order.status}`);
  if (about.payments.some((payment) => payment.succeeded)) throw closed('an order that is paid');
  if (order.closedFrom !== null && now >= order.closedFrom) throw closed('an order that is expired');
}

/** The number in E.164 and the country it is of. */
function phoneOf(written: string, home: string | null): { readonly number: string; readonly country: string } {
  const number = toE164(written, home);
  // A pseudonym tells the country too; under no key at all it is only taken apart again.
  const country = number === undefined ? null : phoneCountryOf(phonePseudonym((digits) => digits)(number) ?? '');
  if (number !== undefined && country !== null) return { number, country };
  // The number is personal: what was wrong with it is not told back.
  const expected = 'a phone number with its country code, or one of the country that is named';
  throw new HesabuError('HESABU_REQUEST_INVALID', { where: 'phone', expected, found: 'another text' });
}

function demandOperator(operator: Operator | undefined, code: string, currency: string, amount: string): void {
  if (operator === undefined || !operator.currencies.includes(currency)) {
    const expected = operator === undefined ? 'an operator of the country' : `an operator that takes ${currency}`;
    throw new HesabuError('HESABU_OPERATOR_UNKNOWN', { where: 'operator', expected, found: quoted(code) });
  }
  const { amountDecimals } = operator;
  const decimals = (amount.split('.')[1] ?? '').replace(/0+$/, '').length;
  if (amountDecimals === null || decimals <= amountDecimals) return;
  const expected = `at most ${amountDecimals} decimals, for ${operator.name}`;
  throw new HesabuError('HESABU_AMOUNT_PRECISION', { where: 'amount', expected, found: quoted(amount) });
}

function gatewayOf(parts: ApiParts, merchant: string): Gateway {
  const gateway = parts.gateways(merchant);
  if (gateway !== undefined) return gateway;
  const mend = 'Name an account for the merchant in the configuration.';
  throw new HesabuError('HESABU_NOT_FOUND', { where: merchant, expected: 'a merchant with a gateway', mend });
}

/** Ours for the gateway: the same when a request is sent again, also after a crash between its call and our answer. */
function gatewayKey(kind: 'payment' | 'refund', { idempotencyKey, params }: PaymentCall | RefundCall): string {
  return hash('sha256', JSON.stringify([kind, params.ref, idempotencyKey]), 'hex').slice(0, 40);
}

async function startRefund(call: RefundCall): Promise<Answer> {
  const { parts, body } = call;
  const known = await knownOrder(call, call.params.ref);
  const { reference, order } = known;
  call.names.push(reference);
  const key = gatewayKey('refund', call);
  const payment = paymentOf(known, body.payment);
  const currency = payment.currency!;
  // What a crash kept from being answered was asked for already: it is answered from its fact.
  const before = known.about.claims.returnObservations.find((claim) => claim.body.request_id === key);
  if (before !== undefined) return { status: 202, body: startedView(reference, before, payment, currency) };
  const left = leftOf(known, payment);
  const minor = body.amount === undefined ? left : readMinor(body.amount, currency);
  if (minor <= 0n || minor > left) {
    const expected = `an amount above zero, of at most ${formatMinor(left, currency)} ${currency}`;
    const found = body.amount === undefined ? 'nothing left to return' : quoted(body.amount);
    throw new HesabuError('HESABU_AMOUNT_RANGE', { where: 'amount', expected, found });
  }
  const amount = formatMinor(minor, currency);
  const request = { reference, paymentId: payment.name, amount, currency, reason: body.reason ?? null };
  const answer = await gatewayOf(parts, order.merchant).refund({ ...request, idempotencyKey: key });
  // The gateway does not say what it was asked for; what was asked is held back from the next refund.
  const facts = answer.facts.map((fact) => asked(fact, payment.name, amount, currency, key));
  return started(call, answer, facts, { reference, kind: 'refund', amount, currency });
}

/** Throws HESABU_ORDER_CLOSED where nothing is paid, HESABU_REQUEST_INVALID where it is not clear which payment. */
function paymentOf({ reference, about }: KnownOrder, name: string | undefined): Payment {
  const paid = about.payments.filter(
    ({ succeeded, gross, currency }) => succeeded && gross !== null && currency !== null,
  );
  if (paid.length === 0) {
    throw new HesabuError('HESABU_ORDER_CLOSED', { where: reference, expected: 'an order that is paid' });
  }
  const meant = name === undefined ? paid : paid.filter(({ ids }) => ids.includes(name));
  if (meant.length === 1) return meant[0]!;
  const expected = `one of ${paid.map((payment) => payment.name).join(', ')}`;
  throw new HesabuError('HESABU_REQUEST_INVALID', { where: 'payment', expected, found: quoted(name ?? null) });
}

/** What of a payment neither went back nor is on its way back, in minor units. */
function leftOf({ about }: KnownOrder, payment: Payment): bigint {
  const { returned, returns } = returnsOf(about.returns, payment);
  const isAsked = ({ state, name }: Return) => {
    if (state === 'open') return true;
    const told = about.claims.returnObservations.filter(({ body }) => ownIds(body).includes(name));
    return state === 'none' && told.length > 0 && told.every(({ body }) => UNDER_WAY.has(body.status));
  };
  const held = returns.filter(isAsked).reduce((sum, entry) => sum + entry.amount, 0n);
  return payment.gross! - returned - held;
}

const UNDER_WAY: ReadonlySet<string> = new Set(['initiated', 'pending', 'inconclusive']);

function readMinor(amount: string, currency: string): bigint {
  const read = readAmount(amount, currency);
  if (typeof read === 'string') return minorOf(read, currency);
  throw new HesabuError(read.fault, { where: 'amount', expected: `an amount of ${currency}`, found: quoted(amount) });
}

/** The fact of a refund that was asked for, with what was asked. */
function asked(fact: Fact, payment: string, amount: string, currency: string, key: string): Fact {
  const { body } = fact;
  if (body.type !== 'PaymentObserved') return fact;
  const original = body.original_transaction_id ?? payment;
  return { ...fact, body: { ...body, amount, currency, request_id: key, original_transaction_id: original } };
}

interface Asked {
  readonly reference: string;
  readonly kind: 'payment' | 'refund';
  readonly amount: string;
  readonly currency: string;
}

/** Answers only when the gateway's ids are on the disk: later webhooks may carry them alone. */
async function started(call: Call, answer: GatewayAnswer, facts: readonly Fact[], about: Asked): Promise<Answer> {
  const [fact] = facts as readonly Fact<PaymentObserved>[];
  if (answer.fault !== null || fact === undefined) {
    const { field, expected, found } = answer.fault ?? { field: 'body', expected: 'an id', found: 'none' };
    throw new HesabuError('HESABU_GATEWAY_FAILED', { where: `${answer.exchange}: ${field}`, expected, found });
  }
  await call.parts.books.append(facts);
  call.names.push(...ownIds(fact.body));
  const { transaction_id, request_id, original_transaction_id, status } = idsOf(fact);
  const { reference: transaction_reference, ...rest } = about;
  return {
    status: 202,
    body: { transaction_reference, ...rest, transaction_id, request_id, original_transaction_id, status },
  };
}

function idsOf({ body }: Claim<PaymentObserved>) {
  const { provider_transaction_id, request_id, original_transaction_id, status } = body;
  return { transaction_id: provider_transaction_id, request_id, original_transaction_id, status };
}

function startedView(reference: string, claim: Claim<PaymentObserved>, payment: Payment, currency: string): object {
  const amount = claim.body.amount ?? formatMinor(payment.gross!, currency);
  return { transaction_reference: reference, kind: 'refund', amount, currency, ...idsOf(claim) };
}

async function listOperators({ parts, caller, query }: Call<unknown, z.output<typeof OperatorQuery>>): Promise<Answer> {
  const gateway = gatewayOf(parts, merchantOf(caller, query.merchant));
  const operators = await gateway.operators(query.country);
  return {
    status: 200,
    body: {
      operators: operators.map(({ amountDecimals, ...operator }) => ({ ...operator, amount_decimals: amountDecimals })),
    },
  };
}

/** The merchant that is named, else the key's only one. */
function merchantOf(caller: ApiKey, named: string | undefined): string {
  if (named !== undefined) {
    if (mayTouch(caller, named)) return named;
    throw new HesabuError('HESABU_FORBIDDEN', { where: 'merchant', expected: 'a merchant of the key' });
  }
  const [only, ...others] = caller.merchants;
  if (only !== undefined && others.length === 0) return only;
  if (caller.merchants.includes(ALL_MERCHANTS)) return ALL_MERCHANTS;
  throw new HesabuError('HESABU_REQUEST_INVALID', {
    where: 'query.merchant',
    expected: 'a merchant',
    found: 'nothing',
  });
}
