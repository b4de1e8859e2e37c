// Collections and collection requests: one payment under two ids. The request has the id that we asked under, the
// collection the one under which the money came; each names the other where it knows it. Sources: beyonic/api-docs,
// collecting_funds/_collection_requests and _collections.

import type { PaymentStatus, Via } from '../../domain/fact.ts';
import type { BodyFacts } from '../../producers/bodies/body-facts.ts';
import { amountIn, signedAmountIn } from '../../producers/bodies/field-values.ts';
import type { JsonFields } from '../../producers/bodies/json-fields.ts';
import { addPayment } from '../../producers/bodies/payment-facts.ts';
import { currencyOf, referenceOf, SERIES, timeIn } from './values.ts';

const STATUSES: ReadonlyMap<string, PaymentStatus> = new Map([
  ['new', 'pending'],
  ['pending', 'pending'],
  ['pending_dispatched', 'pending'],
  ['instructions_sent', 'pending'],
  ['processing_started', 'pending'],
  ['successful', 'succeeded'],
  ['completed', 'succeeded'],
  // The network has paid the collection on.
  ['cashed_out', 'succeeded'],
  ['failed', 'failed'],
  ['expired', 'expired'],
  ['reversed', 'reversed'],
]);

/** How an object came: its root, and the word of its event where one names it. */
export interface Given {
  readonly root: JsonFields;
  readonly via: Via;
  readonly event: string | null;
  /** An event that nobody knows: whatever the object's own status is, it is not what happened. */
  readonly unknown?: string;
  /** Whether an answer to our own request begins the payment; then only a bad end is more than that. */
  readonly isStart?: boolean;
}

export function addCollection(object: JsonFields, facts: BodyFacts, given: Given): void {
  const request = object.within('collection_request');
  const currency = currencyOf(object, facts);
  const transaction = object.within('transaction');
  // The event `collection.received` says by its name that the money came, and so does its row in the ledger.
  const isReceived = given.event === 'collection.received' || transaction.has('id');
  const word = given.unknown ?? object.text('status') ?? (isReceived ? 'successful' : given.event);
  addPayment(facts, object, {
    ...{ via: given.via, kind: 'payment', word, event: null, currency },
    status: statusOf(word),
    reference: referenceOf(given.root, [object, request], facts) ?? facts.body.about.transaction_reference ?? null,
    provider: object.id('id'),
    request: requestIn(object),
    operator: object.id('remote_transaction_id'),
    aliases: { transaction: transaction.id('id') },
    series: { request: SERIES.request, operator: SERIES.operator, transaction: SERIES.transaction },
    amount: amountIn(object, 'amount', currency),
    fee: feeOf(transaction, currency),
    phone: phoneOf(object),
    at: timeIn(object, ['payment_date', 'modified', 'created'], facts),
  });
}

export function addRequest(object: JsonFields, facts: BodyFacts, given: Given): void {
  const currency = currencyOf(object, facts);
  const word = given.unknown ?? object.text('status') ?? given.event;
  const status = statusOf(word);
  const isBadEnd = status === 'failed' || status === 'expired' || status === 'reversed';
  const { about } = facts.body;
  addPayment(facts, object, {
    ...{ via: given.via, kind: 'payment', word, event: null, currency },
    status: given.isStart === true && !isBadEnd ? 'initiated' : status,
    reference: referenceOf(given.root, [object], facts) ?? about.transaction_reference ?? null,
    provider: typeof object.value('collection') === 'string' ? object.id('collection') : object.id('collection.id'),
    request: object.id('id'),
    operator: object.id(['remote_transaction_id', 'collection.remote_transaction_id']),
    series: { request: SERIES.request, operator: SERIES.operator },
    amount: amountIn(object, 'amount', currency),
    phone: about.phone ?? phoneOf(object),
    operatorName: about.operator ?? null,
    at: timeIn(object, given.isStart === true ? ['created', 'modified'] : ['modified', 'created'], facts),
  });
}

function statusOf(word: string | null): PaymentStatus {
  return STATUSES.get(word?.toLowerCase() ?? '') ?? 'unclassified';
}

/** An id before v3, an object since. */
function requestIn(object: JsonFields): string | null {
  const isPlain = typeof object.value('collection_request') === 'string';
  return object.id(isPlain ? 'collection_request' : 'collection_request.id');
}

/** A text, or since v5 an object with it. */
export function phoneOf(object: JsonFields): string | null {
  const expanded = object.within('phonenumber');
  if (Object.keys(expanded.object).length > 0) return expanded.text(['phonenumber', 'phone_number', 'number']);
  return object.text(['phonenumber', 'phone_number', 'contact.phone_number']);
}

/** The row of the ledger with the fee, where it is expanded: money that went out. */
function feeOf(transaction: JsonFields, currency: string | null): string | null {
  const row = transaction.within('fee_transaction');
  return row.has('amount') ? (signedAmountIn(row, 'amount', currency)?.replace(/^-/, '') ?? null) : null;
}
