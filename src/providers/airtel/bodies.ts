// What Airtel Money sends and answers. A callback has no amount but in its text for people, which is never read as
// money: the enquiry decides. Sources: copies of the developer portal (developers.airtel.africa, Collection-APIs
// Version 2.0: USSD Push, Enquiry, Callback, Refund); recorded answers of clients.

import type { PaymentKind, PaymentStatus, Via } from '../../domain/fact.ts';
import {
  type Body,
  type BodyContext,
  type BodyReaders,
  type BodyReading,
  unread,
} from '../../producers/bodies/body.ts';
import { type BodyFacts, jsonReader } from '../../producers/bodies/body-facts.ts';
import { amountIn, currencyIn, referenceIn } from '../../producers/bodies/field-values.ts';
import type { JsonFields } from '../../producers/bodies/json-fields.ts';
import { addPayment } from '../../producers/bodies/payment-facts.ts';

const STATUSES: ReadonlyMap<string, PaymentStatus> = new Map([
  ['TS', 'succeeded'],
  ['TF', 'failed'],
  ['TA', 'inconclusive'],
  ['TIP', 'pending'],
  ['TE', 'expired'],
  ['TR', 'reversed'],
]);
/** Words of an answer to our request: each says only that the payer is asked for the PIN. */
const ACCEPTED: ReadonlySet<string> = new Set(['TS', 'TIP', 'TA', 'SUCCESS', 'SUCCESS.', 'IN PROGRESS', 'ACCEPTED']);

export function airtelBodies(context: BodyContext): BodyReaders {
  return {
    webhook: jsonReader(context, (root, facts) => addCallback(root, facts)),
    poll: jsonReader(context, (root, facts) => addEnquiry(root, facts)),
    initiation: jsonReader(context, (root, facts) => addInitiation(root, facts)),
  };
}

function addCallback(root: JsonFields, facts: BodyFacts): BodyReading | undefined {
  // Some accounts get it without the object around it.
  const transaction = root.has('transaction') ? root.within('transaction') : root;
  const word = transaction.text(['status_code', 'status']);
  if (word === null && !transaction.has('id'))
    return unread('a transaction with an id and a status_code', 'another body');
  addTransaction(root, transaction, facts, { via: 'callback', word: transaction.required('status_code', word) });
  return undefined;
}

/** Only `data.transaction.status` decides: `response_code` and `success` were met beside every outcome. */
function addEnquiry(root: JsonFields, facts: BodyFacts): BodyReading | undefined {
  const transaction = root.within('data.transaction');
  const word = transaction.text('status');
  if (word === null) return withoutTransaction(root, facts);
  addTransaction(root, transaction, facts, { via: 'poll', word });
  return undefined;
}

/** The network takes the request before the payer typed a PIN, also where it says TS already. */
function addInitiation(root: JsonFields, facts: BodyFacts): BodyReading | undefined {
  const transaction = root.within('data.transaction');
  const word = transaction.text('status');
  const code = root.text('status.code');
  const isTaken = code === null || code.startsWith('2');
  if (!isTaken || (word === null && !transaction.has('id'))) return withoutTransaction(root, facts);
  const status = word === null || ACCEPTED.has(word.toUpperCase()) ? 'initiated' : statusOf(word);
  addTransaction(root, transaction, facts, { via: 'poll', word, status });
  return undefined;
}

interface Said {
  readonly via: Via;
  readonly word: string | null;
  readonly status?: PaymentStatus;
}

function addTransaction(root: JsonFields, transaction: JsonFields, facts: BodyFacts, said: Said): void {
  const { body, context } = facts;
  const currency = currencyIn(transaction, 'currency') ?? context.settings.currency;
  addPayment(facts, transaction, {
    ...{ via: said.via, word: said.word, status: said.status ?? statusOf(said.word), kind: kindOf(body), event: null },
    reference: referenceOf(root, transaction, body, context),
    provider: transaction.id('airtel_money_id'),
    original: body.about.original_transaction_id ?? null,
    amount: amountIn(transaction, 'amount', currency),
    currency,
    phone: body.about.phone ?? null,
    operatorName: body.about.operator ?? null,
    at: null,
  });
}

function statusOf(word: string | null): PaymentStatus {
  return STATUSES.get(word?.toUpperCase() ?? '') ?? 'unclassified';
}

function kindOf({ about }: Body): PaymentKind {
  const endpoint = about.endpoint ?? '';
  if (endpoint.includes('/refund')) return 'refund';
  return endpoint.includes('/disbursements') ? 'payout' : 'payment';
}

/** Our own id of the transaction is the reference. An answer may have `false` for it: then its address has it. */
function referenceOf(root: JsonFields, transaction: JsonFields, body: Body, { settings }: BodyContext): string | null {
  const { transaction_reference: asked, endpoint = '' } = body.about;
  // The answer to a refund has an id of the refund only.
  if (kindOf(body) === 'refund') return asked ?? null;
  const path = settings.reference === 'id' ? null : settings.reference;
  const own = path === null ? referenceIn(transaction, 'id') : referenceIn(root.has(path) ? root : transaction, path);
  return own ?? asked ?? /\/payments\/([A-Za-z0-9]+)\/?$/.exec(endpoint)?.[1] ?? null;
}

/** Errors come with HTTP 200 too: `{status: {code: "400", message, response_code}}`. */
function withoutTransaction(root: JsonFields, facts: BodyFacts): BodyReading | undefined {
  const status = root.within('status');
  const code = status.text(['response_code', 'result_code', 'code']) ?? root.text(['code', 'error', 'status_code']);
  if (code === null) return unread('a body of Airtel Money with data.transaction', 'none');
  const text = status.text('message') ?? root.text(['message', 'error_description', 'status_message']) ?? 'no text';
  facts.ignore('', null, `the network answered ${code}: ${text}`);
  return undefined;
}
