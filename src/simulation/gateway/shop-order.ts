// The orders of a shop, as its side is played: what a payment's timeline means to the order that it pays. A shop knows
// of its own orders only, and what its payers did again is nothing to it.

import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Instant } from '../../domain/time.ts';
import { changeAt, type Payment, type Refund } from './payment.ts';
import { minorIn, type PaymentDesk } from './payment-desk.ts';
import type { Unknown } from './payment-outcome.ts';
import type { PaymentEvent } from './payment-timeline.ts';

/** A shop tells of no chargeback, and settles nothing. */
export const SHOP_WITHOUT: readonly Unknown[] = [
  ...(['twice', 'reversed', 'failed-settled', 'failed-then-paid', 'missing', 'doubled', 'amount', 'fee'] as const),
];

const ORDER = z.object({
  amount: z.string(),
  currency: z.string().regex(/^[A-Z]{3}$/),
  phone: z.string().default(''),
  /** The name of the gateway, as the shop shows it. */
  gateway: z.string().default('mobile money'),
});

/** `POST /sandbox/orders`: a payer orders, and pays or does not. Answers with the order's id. */
export async function placeOrder(desk: PaymentDesk, request: FastifyRequest, reply: FastifyReply, id: string) {
  const read = ORDER.safeParse(request.body);
  const minor = read.success ? minorIn(read.data.amount, read.data.currency) : null;
  if (!read.success || minor === null || minor <= 0n) return { answer: reply.code(400).send({ error: 'amount' }) };
  const { currency, phone, gateway: operator } = read.data;
  const payment = desk.start({ reference: id, minor, currency, operator, phone });
  return { payment, answer: reply.code(201).send({ id }) };
}

export type OrderState = 'pending' | 'paid' | 'failed' | 'cancelled' | 'refunded';

const STATES: Readonly<Record<string, OrderState>> = { succeeded: 'paid', failed: 'failed', expired: 'cancelled' };

export interface OrderAt {
  readonly state: OrderState;
  /** When it last changed. */
  readonly at: Instant;
  readonly refunds: readonly Refund[];
}

export function orderAt(payment: Payment, now: Instant): OrderAt {
  const change = changeAt(payment, now);
  const refunds = payment.refunds.filter(({ at }) => at <= now);
  const state = refunds.length > 0 ? 'refunded' : (STATES[change.status] ?? 'pending');
  return { state, at: Math.max(change.at, ...refunds.map(({ at }) => at)), refunds };
}

/** The order that an event is about; undefined for what a payer did again, and for what nobody ordered. */
export function orderOf(desk: PaymentDesk, { payment }: PaymentEvent): Payment | undefined {
  const [first] = desk.references.get(payment.reference) ?? [];
  return first?.id === payment.id ? first : undefined;
}

/** The orders that a shop has by now, the oldest first. */
export function orders(desk: PaymentDesk): readonly Payment[] {
  const first = [...desk.references.values()].flatMap(([one]) => one ?? []);
  return first.filter(({ createdAt }) => createdAt <= desk.now);
}
