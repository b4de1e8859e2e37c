// The routes of payments: starting a payment of an order, and listing operators.

import { z } from 'zod';
import { phonePseudonym, toE164 } from '../../../archive/privacy/phone.ts';
import { HesabuError } from '../../../domain/errors.ts';
import { sourceName } from '../../../domain/fact.ts';
import { formatMinor } from '../../../domain/money.ts';
import { phoneCountryOf } from '../../../domain/phone.ts';
import { quoted } from '../../../domain/quotation.ts';
import { type GatewayAnswer, hasCall, type Operator } from '../../../producers/gateway.ts';
import { ALL_MERCHANTS, type ApiKey, mayTouch } from '../../access/api-key.ts';
import type { AskedPayments } from '../asked-money.ts';
import {
  beganNothing,
  demandCall,
  earlierCall,
  gatewayAgain,
  gatewayKey,
  gatewayOf,
  started,
} from '../gateway-calls.ts';
import { type KnownOrder, knownOrder, merchantOfOrder } from '../known-order.ts';
import { operatorAmount } from '../operator-amount.ts';
import { demandFewerUnderWay } from '../payments-in-flight.ts';
import { type Answer, type Call, json, type Route, route } from '../route.ts';
import { country, text } from '../schemas/basic.ts';
import { Operators, PaymentRequest, Started } from '../schemas/orders.ts';
import type { Turns } from '../turns.ts';
import { ReferenceParams, TRANSACTION_LINK } from './orders.ts';

const OperatorQuery = z.strictObject({ country, merchant: text.optional() });

export function paymentRoutes(table: AskedPayments, turns: Turns): readonly Route[] {
  return [
    route({
      method: 'POST',
      url: '/v1/orders/:ref/payments',
      summary: 'Start the payment of an order',
      description:
        "Asks the gateway to collect the order's amount. The result comes by webhook or by polling. While a payment " +
        'is in progress, another one is refused.',
      roles: ['shop', 'admin'],
      scope: 'merchant',
      params: ReferenceParams,
      body: PaymentRequest,
      example: { phone: '0711223344', country: 'KE', operator: 'MPESA_KE' },
      answers: { 202: json('The gateway accepted the payment', Started, { transaction: TRANSACTION_LINK }) },
      merchantOf: merchantOfOrder,
      handle: (call) => turns.take(call.params.ref, () => startPayment(call, table)),
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

async function startPayment(call: PaymentCall, table: AskedPayments): Promise<Answer> {
  const { parts, body } = call;
  const known = await knownOrder(call, call.params.ref);
  const { reference, order, claim } = known;
  call.names.push(reference);
  const now = parts.clock.now();
  demandOpen(known, now);
  const asked = table.of(reference);
  const before = earlierCall('payment', call, asked);
  const key = before?.key ?? gatewayKey('payment', call);
  demandFewerUnderWay(body.again === true ? parts.promptsMax() : 1, known, asked, key, now);
  const phone = phoneOf(body.phone, body.country ?? order.country);
  const gateway = demandCall(gatewayAgain(parts, order.merchant, before), 'initiate');
  // A provider without a list of operators checks the code itself.
  const operators = hasCall(gateway, 'operators') ? await gateway.operators(phone.country) : null;
  const operator = operators?.find(({ code }) => code === body.operator);
  const { currency } = order;
  // Of a whole, what its parts come to by now.
  const amount = formatMinor(order.amount, currency);
  if (operators !== null) demandOperator(operator, body.operator, currency);
  const sent = before?.amount ?? operatorAmount(operator, amount);
  const { fingerprint } = call.intent;
  table.add({ key, reference, account: sourceName(gateway), fingerprint, at: parts.clock.now(), amount: sent });
  let answer: GatewayAnswer;
  try {
    answer = await gateway.initiate({
      reference,
      orderNumber: claim.body.order_number,
      amount: sent,
      currency,
      phone: phone.number,
      operator: body.operator,
      idempotencyKey: key,
    });
  } catch (error) {
    if (before === undefined && beganNothing(error)) table.refused(key);
    throw error;
  }
  const { body: view, fact } = await started(call, answer, { reference, kind: 'payment', amount, currency });
  table.answered(key, fact.body.provider_transaction_id ?? fact.body.request_id);
  return { status: 202, body: view };
}

/** Only an order that still awaits its money can be paid. Throws HESABU_ORDER_CLOSED. */
function demandOpen({ reference, order, about }: KnownOrder, now: number): void {
  const closed = (found: string) => {
    return new HesabuError('HESABU_ORDER_CLOSED', { where: reference, expected: 'an order awaiting payment', found });
  };
  const { partOf } = about.sharing;
  if (partOf !== null) throw closed(`a part of ${partOf.parent}, which is paid as a whole`);
  if (order.status !== 'awaiting_payment') throw closed(`an order that is ${order.status}`);
  if (about.payments.some((payment) => payment.succeeded)) throw closed('an order that is paid');
  if (order.closedFrom !== null && now >= order.closedFrom) throw closed('an order that is expired');
}

/** The number in E.164, and its country. */
function phoneOf(written: string, home: string | null): { readonly number: string; readonly country: string } {
  const number = toE164(written, home);
  // A pseudonym contains the country too; here it is made without a key and only split again.
  const country = number === undefined ? null : phoneCountryOf(phonePseudonym((digits) => digits)(number) ?? '');
  if (number !== undefined && country !== null) return { number, country };
  // The number is personal data, so the answer does not repeat it.
  const expected = 'a phone number with its country code, or one of the given country';
  throw new HesabuError('HESABU_FIELD_INVALID', { where: 'phone', expected, found: 'another text' });
}

function demandOperator(operator: Operator | undefined, code: string, currency: string): void {
  if (operator?.currencies.includes(currency) === true) return;
  const expected = operator === undefined ? 'an operator of the country' : `an operator that takes ${currency}`;
  throw new HesabuError('HESABU_OPERATOR_UNKNOWN', { where: 'operator', expected, found: quoted(code) });
}

async function listOperators({ parts, caller, query }: Call<unknown, z.output<typeof OperatorQuery>>): Promise<Answer> {
  const gateway = demandCall(gatewayOf(parts, merchantOf(caller, query.merchant)), 'operators');
  const operators = await gateway.operators(query.country);
  return {
    status: 200,
    body: {
      operators: operators.map(({ amountDecimals, ...operator }) => ({ ...operator, amount_decimals: amountDecimals })),
    },
  };
}

/** The given merchant, otherwise the key's only one. */
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
