// Payments of the first product: money that goes out to one person, or to several under one id. Source:
// beyonic/api-docs, sending_funds/_payments.

import type { PaymentStatus } from '../../domain/fact.ts';
import type { BodyFacts } from '../../producers/bodies/body-facts.ts';
import { amountIn, feeIn } from '../../producers/bodies/field-values.ts';
import type { JsonFields } from '../../producers/bodies/json-fields.ts';
import { addPayment } from '../../producers/bodies/payment-facts.ts';
import { type Given, phoneOf } from './collections.ts';
import { currencyOf, referenceOf, SERIES, timeIn } from './values.ts';

const STATES: ReadonlyMap<string, PaymentStatus> = new Map([
  ['new', 'pending'],
  ['validated', 'pending'],
  ['approval_needed', 'pending'],
  ['approval_requested', 'pending'],
  ['approved', 'pending'],
  ['scheduled', 'pending'],
  ['processed', 'succeeded'],
  ['completed', 'succeeded'],
  ['processed_with_errors', 'inconclusive'],
  ['error', 'failed'],
  ['rejected', 'failed'],
  ['cancelled', 'failed'],
]);

export function addPayout(object: JsonFields, facts: BodyFacts, given: Given): void {
  const currency = currencyOf(object, facts);
  const word = given.unknown ?? object.text(['state', 'status']) ?? given.event;
  const status = statusOf(word, object);
  const { about } = facts.body;
  addPayment(facts, object, {
    ...{ via: given.via, kind: 'payout', word, event: null, currency },
    status: given.isStart === true && status === 'pending' ? 'initiated' : status,
    reference: referenceOf(given.root, [object], facts) ?? about.transaction_reference ?? null,
    provider: object.id('id'),
    operator: object.id('remote_transaction_id'),
    series: { provider: SERIES.payout, operator: SERIES.operator },
    amount: amountIn(object, 'amount', currency),
    fee: feeIn(object, 'charged_fee', currency),
    phone: about.phone ?? receiverOf(object),
    operatorName: about.operator ?? null,
    at: timeIn(object, ['modified', 'created'], facts),
  });
}

/** Of several people some may have got their money: only where each one failed, none did. */
function statusOf(word: string | null, object: JsonFields): PaymentStatus {
  const status = STATES.get(word?.toLowerCase() ?? '') ?? 'unclassified';
  if (status !== 'inconclusive') return status;
  const people = object.value('phone_nos');
  const states = object.each('phone_nos').map((one) => one.text('state'));
  const haveAllFailed = states.length > 0 && states.every((state) => state === 'error' || state === 'failed');
  const isOne = Array.isArray(people) && people.length === 1;
  return haveAllFailed || (isOne && states.length === 0) ? 'failed' : status;
}

/** `phone_nos` is a list of texts in a webhook, and of objects in an answer since v5. Several have no one number. */
function receiverOf(object: JsonFields): string | null {
  const people = object.value('phone_nos');
  if (!Array.isArray(people) || people.length !== 1) return phoneOf(object);
  return typeof people[0] === 'string' ? people[0] : object.text('phone_nos.0.phonenumber');
}
