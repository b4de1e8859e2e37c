// Refunds and disputes of Paystack. A refund has no id until it is processed, and its webhooks name the charge by the
// reference alone. A dispute names it in its `transaction`.

import type { PaymentStatus, Via } from '../../domain/fact.ts';
import type { BodyFacts } from '../../producers/bodies/body-facts.ts';
import { instantIn, referenceIn } from '../../producers/bodies/field-values.ts';
import type { JsonFields } from '../../producers/bodies/json-fields.ts';
import { addPayment } from '../../producers/bodies/payment-facts.ts';
import { contentHash } from '../../producers/formats/claim-id.ts';
import { currencyOf, hundredthsIn } from './values.ts';

/** One that needs attention waits for the merchant: the bank did not take it. */
const REFUNDS: ReadonlyMap<string, PaymentStatus> = new Map([
  ['pending', 'pending'],
  ['processing', 'pending'],
  ['needs-attention', 'pending'],
  ['processed', 'succeeded'],
  ['failed', 'failed'],
]);

/** `word` is the status; in an answer `transaction` is the charge, or its id. */
export function addRefund(facts: BodyFacts, fields: JsonFields, via: Via, word: string): void {
  const currency = currencyOf(fields, facts.context.settings.currency);
  const reference = referenceIn(fields, ['transaction_reference', 'transaction.reference']);
  const [id, own] = [fields.id('refund_reference'), fields.id('id')];
  const amount = fields.required('amount', hundredthsIn(fields, 'amount', currency), 'an amount');
  // Two parts of one refund differ in nothing but their amounts until they have ids.
  const isNameless = id === null && own === null;
  const event = isNameless ? `#${contentHash(['refund', word, reference, amount, currency])}` : null;
  addPayment(facts, fields, {
    ...{ via, kind: 'refund', status: REFUNDS.get(word) ?? 'unclassified', word, event, reference },
    provider: id ?? own,
    original: fields.id(['transaction.id', 'transaction']),
    aliases: { id: own },
    amount,
    currency,
    at: instantIn(fields, ['refunded_at', 'updated_at', 'updatedAt', 'created_at', 'createdAt']),
  });
}

const RESOLUTIONS: ReadonlyMap<string, PaymentStatus> = new Map([
  ['merchant-accepted', 'charged_back'],
  ['auto-accepted', 'charged_back'],
  // The bank refused the payer's claim: the payment stands.
  ['declined', 'succeeded'],
]);
const OPEN: ReadonlySet<string> = new Set(['awaiting-merchant-feedback', 'awaiting-bank-feedback', 'pending']);

export function addDispute(facts: BodyFacts, fields: JsonFields, via: Via): void {
  const [word, resolution] = [fields.text('status'), fields.text('resolution')];
  const isOpen = word !== null && OPEN.has(word);
  const resolved = resolution === null ? 'unclassified' : (RESOLUTIONS.get(resolution) ?? 'unclassified');
  const currency =
    currencyOf(fields, null) ?? currencyOf(fields.within('transaction'), facts.context.settings.currency);
  addPayment(facts, fields, {
    ...{ via, kind: 'chargeback', status: isOpen ? 'disputed' : resolved, word: resolution ?? word, event: null },
    reference: referenceIn(fields, [
      'transaction.reference',
      'transaction_reference',
      'merchant_transaction_reference',
    ]),
    provider: fields.id('id'),
    original: fields.id('transaction.id'),
    amount: hundredthsIn(fields, 'refund_amount', currency),
    currency,
    at: instantIn(
      fields,
      isOpen ? ['created_at', 'createdAt'] : ['resolvedAt', 'resolved_at', 'updated_at', 'updatedAt'],
    ),
  });
}
