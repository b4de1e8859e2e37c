// What M-Pesa's Daraja API sends and answers: which members a body has decides who reads it. See stk-push.ts,
// customer-payments.ts and results.ts for the sources of each.

import { type BodyContext, type BodyReaders, type BodyReading, unread } from '../../producers/bodies/body.ts';
import { type BodyFacts, jsonReader } from '../../producers/bodies/body-facts.ts';
import type { JsonFields } from '../../producers/bodies/json-fields.ts';
import { addPayment } from '../../producers/bodies/payment-facts.ts';
import type { TakenWebhook, WebhookReply } from '../../producers/provider.ts';
import { addConfirmation, addPulled, isOfCustomer, isPulled } from './customer-payments.ts';
import { endpointOf } from './endpoints.ts';
import { type DarajaError, meaningOf, wordsOf } from './errors.ts';
import { addAccepted, addResult, isAccepted } from './results.ts';
import { addCallback, addQueried, addRequested, isOfStk } from './stk-push.ts';
import { currencyOf } from './values.ts';

const CALLBACK = 'Body.stkCallback';
const RESULT = 'Result';

export function mpesaBodies(context: BodyContext): BodyReaders {
  return {
    webhook: jsonReader(context, addWebhook),
    poll: jsonReader(context, addAnswer),
    initiation: jsonReader(context, addStart),
  };
}

function addWebhook(root: JsonFields, facts: BodyFacts): BodyReading | undefined {
  if (root.has(CALLBACK)) addCallback(root.within(CALLBACK), facts);
  else if (root.has('stkCallback')) addCallback(root.within('stkCallback'), facts);
  else if (root.has(RESULT)) addResult(root, facts, 'callback');
  else if (isOfCustomer(root)) addConfirmation(root, facts);
  else if (endpointOf(facts) === 'timeout') {
    facts.ignore('', null, 'a request timed out in the queue of M-Pesa: nobody knows what became of it');
  } else return unread('a callback, a confirmation or a result of M-Pesa', 'another body');
  return undefined;
}

function addAnswer(root: JsonFields, facts: BodyFacts): BodyReading | undefined {
  if (root.has('errorCode')) addQueryError(root, facts);
  else if (isPulled(root)) addPulled(root, facts);
  else if (root.has(RESULT)) addResult(root, facts, 'poll');
  else if (isOfStk(root)) addQueried(root, facts);
  else if (isAccepted(root)) addAccepted(root, facts);
  else if (root.has(['ResponseRefID', 'ResponseMessage', 'ResponseStatus'])) {
    facts.ignore('', root.id('ResponseRefID'), 'an answer without payments');
  } else return unread('a query, a list of payments or a result of M-Pesa', 'another body');
  return undefined;
}

function addStart(root: JsonFields, facts: BodyFacts): BodyReading | undefined {
  if (root.has('errorCode')) ignoreError(errorOf(root), facts);
  else if (isOfStk(root)) addRequested(root, facts);
  else if (isAccepted(root)) addAccepted(root, facts);
  else return unread('an answer of M-Pesa to a request', 'another body');
  return undefined;
}

/**
 * `{requestId, errorCode, errorMessage}`, whose id is of the call, not of a payment. Only in the answer to a query does
 * an error say that the payment is under way: a request that is refused with the same code began nothing.
 */
function addQueryError(root: JsonFields, facts: BodyFacts): void {
  const error = errorOf(root);
  const { CheckoutRequestID: request = null, transaction_reference: reference = null } = facts.body.about;
  if (meaningOf(error) === 'pending' && (request !== null || reference !== null)) {
    addPayment(facts, root, {
      ...{ via: 'poll', kind: 'payment', status: 'pending', word: error.code, event: null, reference, request },
      ...{ amount: null, currency: currencyOf(facts), at: null },
    });
  } else ignoreError(error, facts);
}

function ignoreError(error: DarajaError, facts: BodyFacts): void {
  facts.ignore('', null, `the network answered ${wordsOf(error)}`);
}

function errorOf(root: JsonFields): DarajaError {
  const [code, message] = [root.value('errorCode'), root.value('errorMessage')];
  return {
    code: typeof code === 'string' ? code.slice(0, 50) : 'an error',
    message: typeof message === 'string' ? message : null,
  };
}

/** Each is taken: what is not ours is found afterwards, and a payer is never refused for a misspelt reference. */
export function mpesaReply({ reading }: TakenWebhook): WebhookReply | undefined {
  if (reading.unread !== null) return undefined;
  return { contentType: 'application/json', body: '{"ResultCode":"0","ResultDesc":"Accepted"}' };
}
