// What Paga sends and answers: payment requests of its Collect API, the status of one, the details of a transaction and
// the notification of an account that a payer pays into again and again. Sources: developer-docs.paga.com, Collect API
// operations and status codes, and Merchant Service operations; bodies that clients recorded.

import type { Via } from '../../domain/fact.ts';
import { type BodyContext, type BodyReaders, type BodyReading, unread } from '../../producers/bodies/body.ts';
import { type BodyFacts, jsonReader } from '../../producers/bodies/body-facts.ts';
import { amountIn, currencyIn, feeIn, instantIn, referenceIn } from '../../producers/bodies/field-values.ts';
import type { JsonFields, Path } from '../../producers/bodies/json-fields.ts';
import { addPayment } from '../../producers/bodies/payment-facts.ts';
import { timeReader } from '../../producers/files/time-forms.ts';
import { kindOf, statusOf } from './statuses.ts';

const CURRENCY = 'NGN';
const ACCEPTED: ReadonlySet<string> = new Set(['0', '1']);
const PARTLY = '2';
const UNTOLD_ERROR = '-1';
const TIMES = ['x', 'yyyy-MM-dd HH:mm:ss'];
const PAID = ['totalPaymentAmount', 'paymentAmount', 'amount'] as const;

export function pagaBodies(context: BodyContext): BodyReaders {
  return {
    webhook: jsonReader(context, addNotification),
    poll: jsonReader(context, addAnswer),
    initiation: jsonReader(context, addRequested),
  };
}

/** Of a persistent account, which has no order of its own, or of a payment request. */
function addNotification(root: JsonFields, facts: BodyFacts): BodyReading | undefined {
  if (!root.has(['statusCode', 'state'])) return unread('a notification of Paga with a status', 'another body');
  const isOfAccount = root.has('accountNumber') && !root.has('referenceNumber');
  addCollected(root, facts, 'callback', referenceOf(root, facts, isOfAccount ? [] : ['referenceNumber']));
  return undefined;
}

function addAnswer(root: JsonFields, facts: BodyFacts): BodyReading | undefined {
  const code = root.text(['responseCode', 'statusCode']);
  const items = root.each('items');
  if (root.has('responseCode') && code !== '0') facts.ignore('', root.id('referenceNumber'), refusal(root));
  else if (items.length > 0) for (const item of items) addTransaction(item, facts);
  else if (root.has(['transactionId', 'transactionType', 'status'])) addTransaction(root, facts);
  else if (code === UNTOLD_ERROR) facts.ignore('', root.id('referenceNumber'), refusal(root));
  else if (root.has(['statusCode', 'state', 'data.state'])) {
    addCollected(root, facts, 'poll', referenceOf(root, facts, ['referenceNumber', 'data.referenceNumber']));
  } else if (root.has(['responseCode', 'items']))
    facts.ignore('', root.id('referenceNumber'), 'an answer without payments');
  else return unread('a status or a transaction of Paga', 'another body');
  return undefined;
}

/** The payer is shown how to pay, and nothing is paid yet. A refund is begun by an answer of the same shape. */
function addRequested(root: JsonFields, facts: BodyFacts): BodyReading | undefined {
  const code = root.text(['statusCode', 'responseCode']);
  const { about } = facts.body;
  if (code === null) return unread('an answer of Paga with a status code', 'another body');
  if (!ACCEPTED.has(code)) {
    facts.ignore('', root.id('referenceNumber'), refusal(root));
    return undefined;
  }
  const isRefund = (about.endpoint ?? '').endsWith('/refund');
  addPayment(facts, root, {
    ...{ via: 'poll', kind: isRefund ? 'refund' : 'payment', status: 'initiated', word: null, event: null },
    reference: referenceIn(root, 'referenceNumber') ?? about.transaction_reference ?? null,
    provider: isRefund ? null : transactionIn(root),
    original: about.original_transaction_id ?? null,
    ...{ amount: null, currency: null, at: null },
    phone: about.phone ?? null,
    operatorName: about.operator ?? null,
  });
  return undefined;
}

/** `requestAmount` is what was asked for: of money, only what was paid is said. */
function addCollected(root: JsonFields, facts: BodyFacts, via: Via, reference: string | null): void {
  const fields = root;
  const word = fields.text(['data.state', 'state', 'statusCode']);
  const currency = currencyOf(fields, facts);
  const status = statusOf(word);
  const paid = amountIn(fields, [...PAID, ...PAID.map((name) => `data.${name}`)], currency);
  const isPaid = status === 'succeeded';
  const isUnpaid = isPaid && (paid === null ? word === PARTLY : !/[1-9]/.test(paid));
  addPayment(facts, fields, {
    ...{ via, kind: 'payment', word, event: null, reference, currency },
    status: isUnpaid ? 'pending' : status,
    provider: transactionIn(fields),
    aliases: {
      fundingTransactionReference: fields.id('fundingTransactionReference'),
      fundingPaymentReference: fields.id('fundingPaymentReference'),
    },
    amount: isUnpaid
      ? null
      : (paid ?? (isPaid ? amountIn(fields, ['requestAmount', 'data.requestAmount'], currency) : null)),
    fee: feeIn(fields, ['clearingFeeAmount', 'fee', 'data.fee'], currency),
    phone: fields.text('payer.phoneNumber'),
    country: 'NG',
    at: timeIn(fields, ['paidOnUTC', 'paymentDateTimeUTC', 'dateTimeUTC', 'dateUTC'], facts),
  });
}

function addTransaction(fields: JsonFields, facts: BodyFacts): void {
  const word = fields.text('status');
  const currency = currencyOf(fields, facts);
  const usual = ['referenceNumber', 'merchantReference', 'merchantTransactionReference'];
  addPayment(facts, fields, {
    ...{
      via: 'poll',
      kind: kindOf(fields.text('transactionType')),
      status: statusOf(word),
      word,
      event: null,
      currency,
    },
    reference: referenceOf(fields, facts, usual),
    provider: transactionIn(fields),
    amount: amountIn(fields, 'amount', currency),
    fee: feeIn(fields, 'fee', currency),
    at: timeIn(fields, ['dateTimeUTC', 'dateUTC'], facts),
  });
}

function transactionIn(fields: JsonFields): string | null {
  return fields.id(['transactionId', 'transactionReference', 'data.transactionId', 'data.transactionReference']);
}

function referenceOf(fields: JsonFields, { context, body }: BodyFacts, usual: readonly string[]): string | null {
  const path: Path = context.settings.reference ?? usual;
  return referenceIn(fields, path) ?? body.about.transaction_reference ?? null;
}

function currencyOf(fields: JsonFields, { context }: BodyFacts): string {
  return currencyIn(fields, ['currency', 'data.currency']) ?? context.settings.currency ?? CURRENCY;
}

/** Milliseconds since 1970, or a time in UTC. */
function timeIn(fields: JsonFields, path: Path, { context }: BodyFacts) {
  return instantIn(fields, path, timeReader(TIMES, context.settings.zone ?? 'UTC'));
}

function refusal(root: JsonFields): string {
  const code = root.value(['responseCode', 'statusCode']);
  const message = root.value(['statusMessage', 'message']);
  const text = typeof message === 'string' ? message.slice(0, 200) : 'no text';
  return `the network answered ${typeof code === 'string' ? code : 'no code'}: ${text}`;
}
