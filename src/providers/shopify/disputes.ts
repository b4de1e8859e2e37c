// Disputes of Shopify Payments. An inquiry takes no money.

import type { PaymentStatus } from '../../domain/fact.ts';
import type { BodyFacts } from '../../producers/bodies/body-facts.ts';
import { amountIn, currencyIn, instantIn, referenceIn } from '../../producers/bodies/field-values.ts';
import type { JsonFields } from '../../producers/bodies/json-fields.ts';
import { addPayment } from '../../producers/bodies/payment-facts.ts';

const STATUSES: ReadonlyMap<string, PaymentStatus> = new Map([
  ['needs_response', 'disputed'],
  ['under_review', 'disputed'],
  ['accepted', 'charged_back'],
  ['lost', 'charged_back'],
  ['won', 'succeeded'],
]);

export function addDispute(facts: BodyFacts, fields: JsonFields): void {
  const id = fields.id('id');
  if (fields.text('type') === 'inquiry') return facts.ignore(fields.path, id, 'an inquiry, which takes no money');
  const word = fields.text('status') ?? '';
  const status = STATUSES.get(word) ?? 'unclassified';
  const currency = currencyIn(fields, 'currency') ?? facts.context.settings.currency;
  addPayment(facts, fields, {
    ...{ via: 'callback', kind: 'chargeback', status, word, event: null, provider: id, currency },
    // Disputes have numbers of their own; ids without a series are those of an order's transactions.
    series: { provider: 'dispute' },
    // Where orders go by another reference, the dispute names none.
    reference: (facts.context.settings.reference ?? 'id') === 'id' ? referenceIn(fields, 'order_id') : null,
    amount: amountIn(fields, 'amount', currency),
    at: instantIn(fields, status === 'disputed' ? 'initiated_at' : ['finalized_on', 'initiated_at']),
  });
}
