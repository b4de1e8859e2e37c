// Refunds and chargebacks of Flutterwave. A refund of API v3 has neither a currency nor the merchant's reference: it
// names the charge by its id.

import type { Via } from '../../domain/fact.ts';
import type { BodyFacts } from '../../producers/bodies/body-facts.ts';
import { amountIn } from '../../producers/bodies/field-values.ts';
import type { JsonFields } from '../../producers/bodies/json-fields.ts';
import { addPayment } from '../../producers/bodies/payment-facts.ts';
import { merchantReference } from './charges.ts';
import { chargebackStatus, currencyOf, refundStatus, SERIES, timeIn } from './values.ts';

/** Where a refund has the id of its charge, its amount and what the merchant wrote to it; the list names them anew. */
export const CHARGE_ID = ['charge_id', 'tx_id', 'TransactionId', 'transaction_id'];
export const REFUNDED_AMOUNT = ['amount_refunded', 'AmountRefunded', 'amount'];
export const COMMENT = ['comment', 'comments', 'Comment', 'Comments'];

interface ReturnSaid {
  readonly via: Via;
  readonly event?: string | null;
}

export function isRefund(fields: JsonFields): boolean {
  return fields.has(['amount_refunded', 'AmountRefunded']) || /^rfd_/.test(fields.text('id') ?? '');
}

export function addRefund(facts: BodyFacts, fields: JsonFields, { via, event = null }: ReturnSaid): void {
  const word = fields.required(['status'], fields.text('status')) ?? '';
  const currency = currencyOf(fields, facts.body.about.currency ?? facts.context.settings.currency);
  addPayment(facts, fields, {
    ...{ via, kind: 'refund', status: refundStatus(word), word, event },
    reference: merchantReference(facts, fields),
    provider: fields.id('id'),
    original: fields.id(CHARGE_ID),
    series: { provider: SERIES.refund },
    amount: fields.required(REFUNDED_AMOUNT, amountIn(fields, REFUNDED_AMOUNT, currency), 'an amount'),
    currency,
    at: timeIn(fields, ['updated_datetime', 'created_datetime', 'created_at', 'CreatedAt', 'createdAt']),
  });
}

/** A stage of `invalid` is nobody's claim any more. */
export function isChargeback(fields: JsonFields): boolean {
  return fields.has('stage') || /^chb_/.test(fields.text('id') ?? '');
}

export function addChargeback(facts: BodyFacts, fields: JsonFields, { via, event = null }: ReturnSaid): void {
  const word = fields.required(['status'], fields.text('status')) ?? '';
  const currency = currencyOf(fields, facts.context.settings.currency);
  addPayment(facts, fields, {
    ...{ via, kind: 'chargeback', status: chargebackStatus(word), word, event },
    reference: merchantReference(facts, fields),
    provider: fields.id('id'),
    original: fields.id(['charge_id', 'transaction_id', 'tx_id']),
    series: { provider: SERIES.chargeback },
    amount: amountIn(fields, 'amount', currency),
    currency,
    at: timeIn(fields, ['updated_datetime', 'created_datetime', 'updated_at', 'created_at']),
  });
}
