// Orders, payments and refunds: requests and answers.

import { z } from 'zod';
import { ORDER_STATUSES, PAYMENT_STATUSES } from '../../../domain/fact.ts';
import {
  amount,
  askedAmount,
  country,
  currency,
  instant,
  merchantName,
  named,
  reference,
  text,
  time,
} from './basic.ts';

export const OrderRequest = named(
  'OrderRequest',
  z.strictObject({
    merchant: merchantName,
    transaction_reference: reference,
    amount: askedAmount,
    currency,
    /** When the order was placed; if absent, now. */
    placed_at: time.optional(),
    expires_at: time.optional(),
    order_number: text.optional(),
    msisdn: text.optional(),
    country: country.optional(),
    operator: text.optional(),
    ip: z.union([z.ipv4(), z.ipv6()], 'expected an IP address').optional(),
    device_id: text.optional(),
    /** Of one merchant's part of an order that is paid as a whole: the reference of the whole. */
    parent: reference.optional(),
  }),
);

export const Order = named(
  'Order',
  z.strictObject({
    transaction_reference: z.string(),
    merchant: z.string(),
    provider: z.string(),
    amount,
    currency,
    status: z.enum(ORDER_STATUSES),
    status_at: instant,
    placed_at: instant,
    /** As given; if null, the rules decide when the order expires. */
    expires_at: instant.nullable(),
    order_number: z.string().nullable(),
    country: z.string().nullable(),
    operator: z.string().nullable(),
    /** Only of a part: the reference of the whole. */
    parent: z.string().optional(),
  }),
);

export const CancelRequest = named('CancelRequest', z.strictObject({}));

export const PaymentRequest = named(
  'PaymentRequest',
  z.strictObject({
    /** In E.164, or as dialled in `country`. */
    phone: text,
    operator: text,
    country: country.optional(),
    /** Starts the payment beside others of the order, at most `limits.prompts` at once: the customer may pay twice. */
    again: z.boolean().optional(),
  }),
);

export const RefundRequest = named(
  'RefundRequest',
  z.strictObject({
    /** Any id of the payment; optional if the order has only one payment. */
    payment: text.optional(),
    /** If absent, everything that is left. */
    amount: askedAmount.optional(),
    reason: text.optional(),
  }),
);

/** The request that the gateway accepted. The transaction shows its result. */
export const Started = named(
  'Started',
  z.strictObject({
    transaction_reference: z.string(),
    kind: z.enum(['payment', 'refund']),
    /** The gateway's own id. */
    transaction_id: z.string().nullable(),
    request_id: z.string().nullable(),
    /** For a refund: the gateway's id of the payment. */
    original_transaction_id: z.string().nullable(),
    status: z.enum(PAYMENT_STATUSES),
    amount,
    currency,
    /** Where the payer goes on, of a payment that nobody asks for on the phone. */
    link: z.url().optional(),
  }),
);

export const Operators = named(
  'Operators',
  z.strictObject({
    operators: z.array(
      z.strictObject({
        code: z.string(),
        name: z.string(),
        country,
        currencies: z.array(z.string()),
        amount_decimals: z.int().nullable(),
      }),
    ),
  }),
);
