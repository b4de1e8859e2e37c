// The results of what M-Pesa does later: reversals, payments to customers (B2C), questions about a transaction or a
// balance. All have one shape, and name what they are of by their values, by the queue of the request, or by the URL
// that they came to. Sources: developer.safaricom.co.ke, Reversal, Business To Customer, Transaction Status and Account
// Balance.

import type { PaymentKind, PaymentStatus } from '../../domain/fact.ts';
import type { BodyFacts } from '../../producers/bodies/body-facts.ts';
import { feeIn } from '../../producers/bodies/field-values.ts';
import { JsonFields } from '../../producers/bodies/json-fields.ts';
import { addPayment, type PaymentSaid } from '../../producers/bodies/payment-facts.ts';
import { endpointOf } from './endpoints.ts';
import { DONE, statusOf } from './result-codes.ts';
import { COUNTRY, currencyOf, moneyIn, namedValues, phoneIn, receiptIn, timeIn, withValues } from './values.ts';

type Purpose = 'reversal' | 'refund' | 'payout' | 'status' | 'balance';
type Via = PaymentSaid['via'];

const TRANSACTION_STATUSES: ReadonlyMap<string, PaymentStatus> = new Map([
  ['completed', 'succeeded'],
  ['pending', 'pending'],
  ['initiated', 'pending'],
  ['submitted', 'pending'],
  ['authorized', 'pending'],
  ['failed', 'failed'],
  ['declined', 'failed'],
  ['cancelled', 'failed'],
  ['canceled', 'failed'],
  ['expired', 'expired'],
  ['reversed', 'reversed'],
]);
const REQUEST = 'OriginatorConversationID';
const CONVERSATION = 'ConversationID';
const TRANSACTION = 'TransactionID';

export function addResult(root: JsonFields, facts: BodyFacts, via: Via): void {
  const result = root.within('Result');
  const fields = withValues(result, namedValues(result.value('ResultParameters.ResultParameter'), 'Key'));
  const id = receiptIn(fields, TRANSACTION) ?? fields.id([CONVERSATION, REQUEST]);
  const word = fields.text('ResultCode');
  const endpoint = endpointOf(facts);
  const purpose = purposeOf(fields, endpoint, facts.body.about.endpoint ?? '');
  if (endpoint === 'timeout') {
    facts.ignore(result.path, id, 'a request timed out in the queue of M-Pesa: nobody knows what became of it');
  } else if (purpose === 'balance') facts.ignore(result.path, id, 'a balance is no payment');
  else if (purpose === 'status') addStatus(fields, facts, via, word);
  else if (purpose === null) {
    const said = word === DONE ? 'done' : `refused with ${word ?? 'no code'}`;
    facts.ignore(result.path, id, `a request, of which the result does not say what it was for, was ${said}`);
  } else if (purpose === 'payout') addPayout(fields, facts, via, word);
  else addReversal(fields, facts, via, word, purpose);
}

/** An accepted request: its result comes later. Only the address tells what it is for. */
export function addAccepted(root: JsonFields, facts: BodyFacts): void {
  const { about } = facts.body;
  const endpoint = about.endpoint ?? '';
  const id = root.id([CONVERSATION, REQUEST]);
  const code = root.text('ResponseCode');
  const kind: PaymentKind | null = /reversal|refund/.test(endpoint) ? 'refund' : /b2c/.test(endpoint) ? 'payout' : null;
  if (code !== DONE) {
    facts.ignore('', id, `the network began nothing: ${code ?? 'no code'}`);
  } else if (kind === null) facts.ignore('', id, 'a request was accepted, and its result comes later');
  else {
    addPayment(facts, root, {
      ...{ via: 'poll', kind, status: 'initiated', word: null, event: null },
      ...idsOf(root),
      reference: about.transaction_reference ?? null,
      original: about.original_transaction_id ?? null,
      ...{ amount: null, currency: null, at: null },
    });
  }
}

export function isAccepted(root: JsonFields): boolean {
  return root.has([CONVERSATION, REQUEST, 'OriginatorCoversationID']) && root.has('ResponseCode');
}

/** By the values, otherwise by the URL of ours, otherwise by the queue of the network. */
function purposeOf(fields: JsonFields, endpoint: string | null, address: string): Purpose | null {
  const isOurs = endpoint === 'refund';
  if (fields.has('values.AccountBalance')) return 'balance';
  if (fields.has('values.OriginalTransactionID')) return isOurs ? 'refund' : 'reversal';
  if (fields.has(['values.ReceiptNo', 'values.TransactionStatus'])) return 'status';
  if (fields.has(['values.TransactionReceipt', 'values.TransactionCompletedDateTime'])) return 'payout';
  if (isOurs) return 'refund';
  if (endpoint === 'status') return 'status';
  if (/^R0{4}/i.test(fields.text('ResultCode') ?? '')) return 'reversal';
  const items = namedValues(fields.value('ReferenceData.ReferenceItem'), 'Key');
  const queue = `${items.QueueTimeoutURL ?? items.QueueTimeOutURL ?? ''} ${address}`.toLowerCase();
  if (queue.includes('reversal')) return 'reversal';
  if (queue.includes('b2c') || queue.includes('b2pochi')) return 'payout';
  if (queue.includes('transactionstatus')) return 'status';
  return /abresults|balance/.test(queue) ? 'balance' : null;
}

/** A reversal is a transaction of its own. */
function addReversal(fields: JsonFields, facts: BodyFacts, via: Via, word: string | null, kind: PaymentKind): void {
  const currency = currencyOf(facts);
  addPayment(facts, fields, {
    ...{ via, kind, status: statusOf(word), word, event: null, currency },
    ...idsOf(fields),
    reference: facts.body.about.transaction_reference ?? null,
    provider: receiptIn(fields, TRANSACTION),
    original: receiptIn(fields, 'values.OriginalTransactionID'),
    amount: moneyIn(fields, 'values.Amount', facts),
    fee: feeIn(fields, 'values.Charge', currency),
    at: timeIn(fields, 'values.TransCompletedTime', facts),
  });
}

function addPayout(fields: JsonFields, facts: BodyFacts, via: Via, word: string | null): void {
  addPayment(facts, fields, {
    ...{ via, kind: 'payout', status: statusOf(word), word, event: null, currency: currencyOf(facts) },
    ...idsOf(fields),
    reference: null,
    provider: receiptIn(fields, ['values.TransactionReceipt', TRANSACTION]),
    amount: moneyIn(fields, ['values.TransactionAmount', 'values.Amount'], facts),
    phone: phoneIn(fields, 'values.ReceiverPartyPublicName'),
    country: COUNTRY,
    at: timeIn(fields, 'values.TransactionCompletedDateTime', facts),
  });
}

/** The ids of the result are those of the question: the payment's stand among the values. */
function addStatus(fields: JsonFields, facts: BodyFacts, via: Via, code: string | null): void {
  const word = fields.text('values.TransactionStatus');
  const receipt = receiptIn(fields, 'values.ReceiptNo');
  if (code !== DONE || (word === null && receipt === null)) {
    const why = `a question about a transaction was refused with ${code ?? 'no code'}: nothing is said of a payment`;
    facts.ignore(fields.path, fields.id([CONVERSATION, REQUEST]), why);
    return;
  }
  const values = fields.within('values');
  const kind = kindOf(fields.text('values.ReasonType') ?? '');
  addPayment(facts, fields, {
    ...{ via, kind, word, event: null, currency: currencyOf(facts) },
    status: TRANSACTION_STATUSES.get(word?.toLowerCase() ?? '') ?? 'unclassified',
    ...idsOf(values),
    reference: facts.body.about.transaction_reference ?? null,
    provider: receipt,
    amount: moneyIn(fields, 'values.Amount', facts),
    fee: chargesIn(fields, kind === 'payout' ? 'DebitPartyCharges' : 'CreditPartyCharges', facts),
    phone: phoneIn(fields, kind === 'payout' ? 'values.CreditPartyName' : 'values.DebitPartyName'),
    country: COUNTRY,
    at: timeIn(fields, ['values.FinalisedTime', 'values.InitiatedTime'], facts),
  });
}

function kindOf(reason: string): PaymentKind {
  if (/revers/i.test(reason)) return 'reversal';
  return /^(?:business payment|salary|promotion|b2c)|to customer/i.test(reason) ? 'payout' : 'payment';
}

/** What our party paid: `Fee For B2C Payment|KES|22.40`. What the other one paid is not ours. */
function chargesIn(fields: JsonFields, name: string, facts: BodyFacts): string | null {
  const text = fields.text(`values.${name}`);
  const [, currency, amount] = text?.split('|') ?? [];
  if (text === null || currency !== currencyOf(facts) || amount === undefined) return null;
  return feeIn(new JsonFields({ amount }, fields.path), 'amount', currency);
}

function idsOf(fields: JsonFields) {
  return { request: fields.id(REQUEST), aliases: { [CONVERSATION]: fields.id(CONVERSATION) } };
}
