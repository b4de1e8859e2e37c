// The routes of orders: placing and cancelling.

import { z } from 'zod';
import { HesabuError } from '../../../domain/errors.ts';
import type { Claim, OrderPlaced } from '../../../domain/fact.ts';
import { formatInstant } from '../../../domain/time.ts';
import { contentHash } from '../../../matching/evolve.ts';
import { returnsOf } from '../../../matching/returns.ts';
import { OneRow } from '../../../producers/files/one-row.ts';
import { CANONICAL_FORMATS } from '../../../producers/formats/formats.ts';
import { hasAllMerchants, mayTouch } from '../../access/api-key.ts';
import type { LedgerPort } from '../../ledger-port.ts';
import { FreshOrders, knownOrder, knownReferences, merchantOfOrder, orderFact, orderView } from '../known-order.ts';
import { type Answer, type Call, json, type Route, route } from '../route.ts';
import { reference } from '../schemas/basic.ts';
import { CancelRequest, Order, OrderRequest } from '../schemas/orders.ts';
import type { Turns } from '../turns.ts';

/** From an answer that names an order. */
export const TRANSACTION_LINK = { to: 'GET /v1/transactions/:id', by: { id: '$response.body#/transaction_reference' } };
const ORDER_LINKS = {
  transaction: TRANSACTION_LINK,
  payment: { to: 'POST /v1/orders/:ref/payments', by: { ref: '$response.body#/transaction_reference' } },
  refund: { to: 'POST /v1/orders/:ref/refunds', by: { ref: '$response.body#/transaction_reference' } },
  cancellation: { to: 'POST /v1/orders/:ref/cancel', by: { ref: '$response.body#/transaction_reference' } },
};

export const ReferenceParams = z.strictObject({ ref: reference });

export function orderRoutes(ledger: LedgerPort, turns: Turns): readonly Route[] {
  const orders = new FreshOrders(ledger);
  return [
    route({
      method: 'POST',
      url: '/v1/orders',
      summary: 'Place an order',
      description: 'Answers when the order is on disk. The same order sent again is not a fault: the answer is 200.',
      roles: ['shop', 'admin'],
      scope: 'merchant',
      body: OrderRequest,
      example: {
        merchant: 'savanna-crafts',
        transaction_reference: 'SC-1042',
        amount: '1250.00',
        currency: 'KES',
        order_number: '1042',
        msisdn: '+254711223344',
        country: 'KE',
      },
      answers: {
        201: json('The order was placed', Order, ORDER_LINKS),
        200: json('The order had been placed before', Order, ORDER_LINKS),
      },
      merchantOf: async (call) => merchantOfRequest(call),
      handle: (call) => turns.take(call.body.transaction_reference, () => placeOrder(call, orders)),
    }),
    route({
      method: 'POST',
      url: '/v1/orders/:ref/cancel',
      summary: 'Cancel an order',
      description: 'Refused if the order has money that was not returned: refund it instead.',
      roles: ['shop', 'operator', 'admin'],
      scope: 'merchant',
      params: ReferenceParams,
      body: CancelRequest,
      example: {},
      answers: { 200: json('The order is cancelled', Order, { transaction: TRANSACTION_LINK }) },
      merchantOf: merchantOfOrder,
      handle: (call) => turns.take(call.params.ref, () => cancelOrder(call)),
    }),
  ];
}

type PlaceCall = Call<unknown, unknown, z.output<typeof OrderRequest>>;

/** Throws HESABU_FORBIDDEN. */
function merchantOfRequest({ body, caller }: PlaceCall): string {
  if (mayTouch(caller, body.merchant)) return body.merchant;
  throw new HesabuError('HESABU_FORBIDDEN', { where: 'merchant', expected: 'a merchant of the key' });
}

async function placeOrder(call: PlaceCall, orders: FreshOrders): Promise<Answer> {
  const { parts, body, names } = call;
  const before = await orders.claims(body.transaction_reference);
  // An order that is sent again without its time has the time of its first placement.
  const placedAt = body.placed_at ?? formatInstant(before[0]?.body.placed_at ?? parts.clock.now());
  const provider = parts.gateways(body.merchant)?.provider ?? parts.defaultProvider;
  const { pseudonym, ledger } = parts;
  const reservations = ledger.loop.rules.merchants;
  const row = new OneRow(CANONICAL_FORMATS.orders, { provider, account: null, pseudonym, reservations });
  const reading = row.read(JSON.stringify({ ...body, placed_at: placedAt }), call.exchange, parts.clock.now());
  if ('fault' in reading) {
    const { code, field, expected, found } = reading.fault;
    throw new HesabuError(code, { where: field, expected, found });
  }
  const { fact } = reading;
  const reference = fact.transaction_reference;
  names.push(reference, ...(body.order_number === undefined ? [] : [body.order_number]));
  if (before.length === 0) {
    if (body.parent !== undefined) await requireOwnWhole(call, body.parent);
    await orders.place(fact);
    call.facts.push(fact);
    return { status: 201, body: orderView(reference, fact as Claim<OrderPlaced>) };
  }
  const content = contentHash(fact);
  if (!before.some((claim) => contentHash(claim) === content)) {
    throw new HesabuError('HESABU_ORDER_EXISTS', { where: reference });
  }
  const { claim, order } = await knownOrder(call, reference);
  return { status: 200, body: orderView(reference, claim, order) };
}

/**
 * A part changes what the payer of the whole owes, and gets its share of the payment. So only who may touch the whole
 * adds parts to it, and the merchants of its marketplace. Throws HESABU_FORBIDDEN.
 */
async function requireOwnWhole({ parts, caller, body }: PlaceCall, parent: string): Promise<void> {
  if (hasAllMerchants(caller)) return;
  const { ledger } = parts;
  await ledger.loop.catchUp();
  const holders = await knownReferences(ledger).holdersOf(parent, body.merchant);
  if (holders.every((holder) => mayTouch(caller, holder))) return;
  const expected = 'a whole order of merchants of the key';
  throw new HesabuError('HESABU_FORBIDDEN', { where: 'parent', expected });
}

async function cancelOrder(call: Call<z.output<typeof ReferenceParams>>): Promise<Answer> {
  const { parts, names } = call;
  const { reference, about, claim, order } = await knownOrder(call, call.params.ref);
  names.push(reference);
  if (order.status === 'cancelled') return { status: 200, body: orderView(reference, claim, order) };
  const isPaid = about.payments.some((payment) => payment.succeeded && !returnsOf(about.returns, payment).inFull);
  if (isPaid || order.status !== 'awaiting_payment') {
    const found = isPaid ? 'a payment' : `an order that is ${order.status}`;
    throw new HesabuError('HESABU_ORDER_CLOSED', { where: reference, expected: 'an order without money', found });
  }
  const cancelled: Claim<OrderPlaced> = {
    ...claim,
    body: { ...claim.body, status: 'cancelled', status_at: parts.clock.now() },
  };
  const fact = orderFact(call, reference, cancelled);
  await parts.ledger.writer.append([fact]);
  call.facts.push(fact);
  return { status: 200, body: orderView(reference, cancelled) };
}
