// What MTN MoMo sends and answers. A callback has the body of a status answer, and neither has a time. The id of a
// request, X-Reference-Id, is chosen by the merchant and stands in no body. Sources: momodeveloper.mtn.com,
// /api-documentation/callback and the Collection operations requesttopay and requesttopay-referenceId; the shapes that
// clients met (sparkplug/momoapi-node).

import type { PaymentKind, PaymentStatus, Via } from '../../domain/fact.ts';
import {
  type Body,
  type BodyContext,
  type BodyReaders,
  type BodyReading,
  unread,
} from '../../producers/bodies/body.ts';
import { BodyFacts, jsonReader } from '../../producers/bodies/body-facts.ts';
import { amountIn, currencyIn, referenceIn } from '../../producers/bodies/field-values.ts';
import { JsonFields } from '../../producers/bodies/json-fields.ts';
import { addPayment } from '../../producers/bodies/payment-facts.ts';

const STATUSES: ReadonlyMap<string, PaymentStatus> = new Map([
  ['PENDING', 'pending'],
  ['SUCCESSFUL', 'succeeded'],
  ['FAILED', 'failed'],
]);
/** Why a request FAILED, where the payer did not answer in time. */
const EXPIRED = 'EXPIRED';
/** An accepted request has no body; some gates put an empty object there. */
const NOTHING = /^\s*(?:\{\s*\}\s*)?$/;
const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;
/** A mandate to collect later: no money is held or moved by it. */
const PREAPPROVAL = 'a preapproval is a mandate, no payment';

export function mtnBodies(context: BodyContext): BodyReaders {
  const payments = (via: Via) =>
    jsonReader(context, (root, facts, body) => {
      if (isPreapproval(root, body)) facts.ignore('', requestId(root, body), PREAPPROVAL);
      else if (root.has('status')) addStatus(root, facts, via);
      else return withoutStatus(root, facts);
      return undefined;
    });
  const answer = jsonReader(context, (root, facts) => withoutStatus(root, facts));
  return {
    webhook: payments('callback'),
    poll: payments('poll'),
    initiation: (body) => (NOTHING.test(body.text) ? accepted(context, body) : answer(body)),
  };
}

function addStatus(root: JsonFields, facts: BodyFacts, via: Via): void {
  const { body, context } = facts;
  const word = root.required('status', root.text('status'));
  const currency = currencyIn(root, 'currency') ?? context.settings.currency;
  const kind = kindOf(root, body);
  addPayment(facts, root, {
    ...{ via, kind, word, event: null, currency, at: null },
    status: statusOf(word, reasonIn(root)),
    reference: referenceOf(root, body, context),
    provider: root.id('financialTransactionId'),
    request: requestId(root, body),
    amount: amountIn(root, 'amount', currency),
    phone: phoneIn(root),
  });
}

function statusOf(word: string | null, reason: string | null): PaymentStatus {
  const status = STATUSES.get(word?.toUpperCase() ?? '') ?? 'unclassified';
  return status === 'failed' && reason?.toUpperCase() === EXPIRED ? 'expired' : status;
}

/** An object with a code by the specification, and the code itself on the wire. */
function reasonIn(root: JsonFields): string | null {
  const reason = root.value('reason');
  if (typeof reason === 'string') return reason;
  const { code } = (reason ?? {}) as { code?: unknown };
  return typeof code === 'string' ? code : null;
}

function phoneIn(root: JsonFields): string | null {
  const party = root.has('payer') ? root.within('payer') : root.within('payee');
  const type = party.text('partyIdType');
  const phone = type === null || type.toUpperCase() === 'MSISDN' ? party.text('partyId') : null;
  return phone === null || phone.startsWith('+') ? phone : `+${phone}`;
}

/** The products share their bodies: one that pays out names a payee, and a refund is told by its address only. */
function kindOf(root: JsonFields, { about }: Body): PaymentKind {
  const endpoint = about.endpoint ?? '';
  if (endpoint.includes('/refund')) return 'refund';
  return endpoint.includes('/disbursement') || root.has('payee') ? 'payout' : 'payment';
}

function isPreapproval(root: JsonFields, { about }: Body): boolean {
  return (about.endpoint ?? '').includes('/preapproval') || root.has(['payerCurrency', 'validityTime']);
}

/** What the address or the request itself told; some clients write it into the body. */
function requestId(root: JsonFields, { about, header }: Body): string | null {
  const told = about['X-Reference-Id'] ?? header('x-reference-id');
  return told ?? root.id(['referenceId', 'X-Reference-Id']) ?? idInPath(about.endpoint);
}

function idInPath(endpoint: string | undefined): string | null {
  return endpoint?.match(UUID)?.at(-1) ?? null;
}

function referenceOf(root: JsonFields, body: Body, { settings }: BodyContext): string | null {
  if (settings.reference === 'id') return requestId(root, body);
  return referenceIn(root, settings.reference ?? 'externalId') ?? body.about.transaction_reference ?? null;
}

/** An answer of 202 has no body: the request is accepted, and the payer has yet to approve it. */
function accepted(context: BodyContext, body: Body): BodyReading {
  const { about } = body;
  const status = about.http_status ?? '202';
  if (status !== '202') return unread('a body, or the status 202 of an accepted request', `the status ${status}`);
  const fields = new JsonFields({});
  const facts = new BodyFacts(context, body);
  addPayment(facts, fields, {
    ...{ via: 'poll', kind: kindOf(fields, body), status: 'initiated', word: null, event: null },
    reference: about.transaction_reference ?? null,
    request: requestId(fields, body),
    original: about.original_transaction_id ?? null,
    ...{ amount: null, currency: null, at: null },
    phone: about.phone ?? null,
    operatorName: about.operator ?? null,
  });
  const { rejects } = facts.reading;
  return rejects.length === 0 ? facts.reading : unread('an id of the request, X-Reference-Id', 'an empty body');
}

/** Errors are `{code, message}`, or `{statusCode, message}` of the gate before the API. */
function withoutStatus(root: JsonFields, facts: BodyFacts): BodyReading | undefined {
  const code = root.text(['code', 'statusCode', 'error']);
  if (code === null) return unread('a body of MTN MoMo with a status', 'none');
  facts.ignore('', null, `the network answered ${code}: ${root.text(['message', 'error_description']) ?? 'no text'}`);
  return undefined;
}
