// The bodies of Paystack by their shapes: webhooks, the answers about transactions, refunds and disputes, settlements.

import {
  type Body,
  type BodyContext,
  type BodyReaders,
  type BodyReading,
  unread,
} from '../../producers/bodies/body.ts';
import { type BodyFacts, jsonReader, readEach } from '../../producers/bodies/body-facts.ts';
import { instantIn, referenceIn } from '../../producers/bodies/field-values.ts';
import type { JsonFields } from '../../producers/bodies/json-fields.ts';
import { addPayment } from '../../producers/bodies/payment-facts.ts';
import { addDispute, addRefund, chargeOf, isRefund } from './returns.ts';
import { addSettlementPart } from './settlements.ts';
import { addReservation, addTransaction, addTransfer, PREAUTHORISATION } from './transactions.ts';
import { currencyOf, hundredthsIn, SERIES, statusOf } from './values.ts';

export function paystackBodies(context: BodyContext): BodyReaders {
  return {
    webhook: jsonReader(context, readWebhook),
    poll: jsonReader(context, (root, facts) => eachPart(root, facts, addAnswered)),
    settlement: jsonReader(context, (root, facts) => eachPart(root, facts, addSettlementPart)),
    initiation: jsonReader(context, readInitiation),
  };
}

const WITHOUT_PAYMENT =
  /^(?:subscription|invoice|paymentrequest|customeridentification|dedicatedaccount|direct_debit)\./;

function readWebhook(root: JsonFields, facts: BodyFacts): BodyReading | undefined {
  const event = root.text('event');
  const data = root.within('data');
  if (event !== null && WITHOUT_PAYMENT.test(event)) {
    facts.ignore('', data.id('id'), `the event ${event} is about no payment`);
    return undefined;
  }
  if (event === null || Object.keys(data.object).length === 0) {
    return unread('an event with its data', 'a body without them');
  }
  if (event === 'bank.transfer.rejected') {
    facts.ignore('', data.id('bank_transfer.transaction_id'), 'a transfer of another amount, which was given back');
  } else if (event === 'charge.success') addTransaction(facts, data, 'callback', data.text('status') ?? 'success');
  else if (event === 'charge.failed') addTransaction(facts, data, 'callback', data.text('status') ?? 'failed');
  else if (/^charge\.dispute\.(?:create|remind|resolve)$/.test(event)) addDispute(facts, data, 'callback');
  else if (event.startsWith('refund.')) addRefund(facts, data, 'callback', event.slice('refund.'.length));
  else if (event.startsWith(PREAUTHORISATION) && addReservation(facts, data, event)) return undefined;
  else if (!addTransfer(facts, data, event)) addUnknown(facts, data, event);
  return undefined;
}

function addUnknown(facts: BodyFacts, data: JsonFields, event: string): void {
  const currency = currencyOf(data, facts.context.settings.currency);
  addPayment(facts, data, {
    ...{ via: 'callback', kind: 'payment', status: 'unclassified', word: event, event: null },
    reference: referenceIn(data, ['reference', 'transaction.reference', 'transaction_reference']),
    provider: data.id('id'),
    amount: hundredthsIn(data, 'amount', currency),
    currency,
    at: instantIn(data, ['paid_at', 'created_at', 'createdAt']),
  });
}

/** The outer `status` says whether the call was understood, and nothing of a payment. */
function eachPart(
  root: JsonFields,
  facts: BodyFacts,
  add: (facts: BodyFacts, fields: JsonFields) => void,
): BodyReading | undefined {
  if (readEach(facts, root, 'data', add)) return undefined;
  const fields = root.within('data');
  if (Object.keys(fields.object).length > 0) add(facts, fields);
  else if (root.text('status') === null) return unread('an answer with its data', 'a body without them');
  else facts.ignore('', null, root.text('message') ?? 'an answer without data');
  return undefined;
}

function addAnswered(facts: BodyFacts, fields: JsonFields): void {
  if (isRefund(fields)) {
    addRefund(facts, fields, 'poll', fields.required('status', fields.text('status')) ?? '');
  } else if ('resolution' in fields.object || 'refund_amount' in fields.object) addDispute(facts, fields, 'poll');
  else if (fields.has('start_time')) facts.ignore(fields.path, null, 'a timeline, which names no payment');
  else addTransaction(facts, fields, 'poll', fields.required('status', fields.text('status')) ?? '');
}

/** The payer is yet to pay, whatever the status of the answer. */
function readInitiation(root: JsonFields, facts: BodyFacts, { about }: Body): BodyReading | undefined {
  const data = root.within('data');
  if (root.text('status') === null) return unread('an answer with its data', 'a body without them');
  const isRefused = root.text('status') === 'false' || statusOf(data.text('status') ?? '') === 'failed';
  if (isRefused) return void facts.ignore('', null, root.text('message') ?? 'the request was refused');
  const currency = currencyOf(data, facts.context.settings.currency);
  const isRefund =
    data.has(['deducted_amount', 'fully_deducted', 'refunded_by']) || about.original_transaction_id !== undefined;
  const charge = isRefund ? chargeOf(facts, data) : { reference: referenceIn(data, 'reference'), original: null };
  const original = charge.original ?? about.original_transaction_id ?? null;
  addPayment(facts, data, {
    ...{ via: 'poll', kind: isRefund ? 'refund' : 'payment', status: 'initiated', word: null, event: null },
    reference: charge.reference ?? about.transaction_reference ?? null,
    provider: data.id('id'),
    original: isRefund ? original : null,
    series: isRefund ? { provider: SERIES.refund } : {},
    amount: hundredthsIn(data, 'amount', currency),
    currency,
    operatorName: about.operator ?? null,
    phone: about.phone ?? null,
    at: instantIn(data, ['created_at', 'createdAt', 'transaction_date']),
  });
  return undefined;
}
