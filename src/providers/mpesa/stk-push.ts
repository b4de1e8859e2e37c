// M-Pesa Express, the STK push: the answer to a request, the callback, and the query. None of them repeats the shop's
// reference; CheckoutRequestID is the request's id in all of them. Sources: developer.safaricom.co.ke, M-Pesa Express
// Simulate and Query; clients that recorded answers.

import type { BodyFacts } from '../../producers/bodies/body-facts.ts';
import type { JsonFields } from '../../producers/bodies/json-fields.ts';
import { addPayment } from '../../producers/bodies/payment-facts.ts';
import { DONE, statusOf } from './result-codes.ts';
import { COUNTRY, currencyOf, moneyIn, namedValues, phoneIn, receiptIn, timeIn, withValues } from './values.ts';

const REQUEST = 'CheckoutRequestID';
/** An id of the request too: M-Pesa's results call it `OriginatorConversationID`. */
export const MERCHANT_REQUEST = 'MerchantRequestID';

export function isOfStk(root: JsonFields): boolean {
  return root.has([REQUEST, MERCHANT_REQUEST]);
}

export function addCallback(callback: JsonFields, facts: BodyFacts): void {
  const fields = withValues(callback, namedValues(callback.value('CallbackMetadata.Item'), 'Name'));
  const word = fields.required('ResultCode', fields.text('ResultCode'), 'a code of the result');
  addPayment(facts, fields, {
    ...{ via: 'callback', kind: 'payment', status: statusOf(word), word, event: null, currency: currencyOf(facts) },
    ...idsOf(fields),
    reference: facts.body.about.transaction_reference ?? null,
    provider: receiptIn(fields, 'values.MpesaReceiptNumber'),
    amount: moneyIn(fields, 'values.Amount', facts),
    phone: phoneIn(fields, 'values.PhoneNumber'),
    country: COUNTRY,
    at: timeIn(fields, 'values.TransactionDate', facts),
  });
}

/** `ResponseCode` is of the query itself, `ResultCode` of what was asked about. */
export function addQueried(root: JsonFields, facts: BodyFacts): void {
  const [word, answered] = [root.text('ResultCode'), root.text('ResponseCode')];
  if (word === null || (answered !== null && answered !== DONE)) {
    facts.ignore('', root.id(REQUEST), `a query without a result: ${saidBy(root)}`);
    return;
  }
  addPayment(facts, root, {
    ...{ via: 'poll', kind: 'payment', status: statusOf(word), word, event: null },
    ...idsOf(root),
    reference: facts.body.about.transaction_reference ?? null,
    ...{ amount: null, currency: currencyOf(facts), at: null },
  });
}

/** The payer is asked for the PIN, and nothing is paid yet. */
export function addRequested(root: JsonFields, facts: BodyFacts): void {
  const { about } = facts.body;
  const code = root.text('ResponseCode');
  if (code !== DONE) {
    facts.ignore('', root.id(REQUEST), `the network began nothing: ${saidBy(root)}`);
    return;
  }
  addPayment(facts, root, {
    ...{ via: 'poll', kind: 'payment', status: 'initiated', word: null, event: null },
    ...idsOf(root),
    reference: about.transaction_reference ?? null,
    ...{ amount: null, currency: null, at: null },
    phone: about.phone ?? null,
    operatorName: about.operator ?? null,
  });
}

function idsOf(fields: JsonFields) {
  return { request: fields.id(REQUEST), aliases: { [MERCHANT_REQUEST]: fields.id(MERCHANT_REQUEST) } };
}

function saidBy(root: JsonFields): string {
  const told = [root.value('ResponseCode'), root.value('ResponseDescription')];
  return (
    told
      .filter((one) => typeof one === 'string')
      .join(' ')
      .slice(0, 200) || 'no code'
  );
}
