// What a shop says of an order, as facts.

import type { OrderStatus } from '../../domain/fact.ts';
import type { Instant } from '../../domain/time.ts';
import { contentHash } from '../formats/claim-id.ts';
import type { BodyFacts } from './body-facts.ts';
import type { JsonFields } from './json-fields.ts';

export interface OrderSaid {
  readonly reference: string | null;
  readonly amount: string | null;
  readonly currency: string | null;
  readonly placedAt: Instant | null;
  readonly expiresAt?: Instant | null;
  readonly status: OrderStatus;
  readonly statusAt: Instant | null;
  /** When the shop said so. */
  readonly statedAt: Instant | null;
  readonly merchant?: string | null;
  readonly number?: string | null;
  readonly country?: string | null;
  readonly operator?: string | null;
  readonly phone?: string | null;
  readonly ip?: string | null;
  readonly device?: string | null;
  readonly parent?: string | null;
}

/** An order as the shop has it now. */
export function addOrder(facts: BodyFacts, fields: JsonFields, said: OrderSaid): void {
  const { merchant: own, pseudonym, settings } = facts.context;
  const merchant = said.merchant ?? own;
  const currency = said.currency ?? settings.currency;
  if (said.reference === null) fields.refuse('', 'HESABU_FIELD_MISSING', 'the reference of the order', 'none');
  if (said.amount === null) fields.refuse('', 'HESABU_FIELD_MISSING', 'an amount', 'none');
  if (currency === null) fields.refuse('', 'HESABU_FIELD_MISSING', 'a currency', 'none');
  if (said.placedAt === null) fields.refuse('', 'HESABU_FIELD_MISSING', 'the time of the order', 'none');
  if (said.parent != null && said.parent === said.reference) {
    fields.refuse('', 'HESABU_FIELD_INVALID', 'the reference of the whole order, not of this part', said.parent);
  }
  if (facts.isRefused(fields)) return;
  const hidden = (text: string | null | undefined) => (text == null ? null : pseudonym(text));
  const body = {
    type: 'OrderPlaced' as const,
    amount: said.amount!,
    currency: currency!,
    placed_at: said.placedAt!,
    expires_at: said.expiresAt ?? null,
    status: said.status,
    status_at: said.statusAt,
    order_number: said.number ?? null,
    country: said.country ?? null,
    operator: said.operator ?? null,
    msisdn: said.phone == null ? null : facts.phone(said.phone, said.country ?? null),
    ip: hidden(said.ip),
    device: hidden(said.device),
    ...(said.parent == null ? {} : { parent: said.parent }),
  };
  const stated_at = said.statedAt ?? facts.body.readAt;
  facts.add(`order:${said.reference}`, said.reference!, said.placedAt, body, { account: null, merchant, stated_at });
}

/** A status that a shop tells of an order without the order itself; `event` is the shop's own id of the event. */
export function addOrderStatus(
  facts: BodyFacts,
  fields: JsonFields,
  said: {
    reference: string | null;
    status: OrderStatus;
    at: Instant | null;
    event: string | null;
    /** Whose order it is; of another merchant's order it says nothing. */
    merchant?: string | null;
  },
): void {
  if (said.reference === null) fields.refuse('', 'HESABU_FIELD_MISSING', 'the reference of the order', 'none');
  if (facts.isRefused(fields)) return;
  const at = said.at ?? facts.body.readAt;
  const body = { type: 'OrderStatusChanged' as const, status: said.status, at };
  const id = said.event ?? `#${contentHash([said.reference, said.status, said.at])}`;
  facts.add(`order-status:${id}`, said.reference!, at, body, { merchant: said.merchant ?? facts.context.merchant });
}

/** A refund as the shop tells it: what it gives back, not what a network did. */
export function addRefundRequest(
  facts: BodyFacts,
  fields: JsonFields,
  said: {
    reference: string | null;
    refund: string | null;
    amount: string | null;
    currency: string | null;
    at: Instant | null;
    merchant?: string | null;
  },
): void {
  const currency = said.currency ?? facts.context.settings.currency;
  if (said.reference === null) fields.refuse('', 'HESABU_FIELD_MISSING', 'the reference of the order', 'none');
  if (said.amount === null) fields.refuse('', 'HESABU_FIELD_MISSING', 'an amount', 'none');
  if (currency === null) fields.refuse('', 'HESABU_FIELD_MISSING', 'a currency', 'none');
  if (facts.isRefused(fields)) return;
  const { refund: refund_id, amount, at } = said;
  const body = { type: 'RefundRequested' as const, refund_id, amount: amount!, currency: currency!, at };
  const id = refund_id ?? `#${contentHash([said.reference, amount, currency, at])}`;
  facts.add(`refund-request:${id}`, said.reference!, at ?? facts.body.readAt, body, {
    merchant: said.merchant ?? facts.context.merchant,
  });
}
