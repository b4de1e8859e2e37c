// What Onafriq sends and answers, of its two products: which object a body holds decides who reads it. Sources:
// beyonic/api-docs, methods/_webhooks, _events and _transactions, _pagination, _errors; see collections.ts, payouts.ts,
// ledger.ts and hub.ts.

import { type BodyContext, type BodyReaders, type BodyReading, unread } from '../../producers/bodies/body.ts';
import { type BodyFacts, jsonReader } from '../../producers/bodies/body-facts.ts';
import { exactJson, JsonFields } from '../../producers/bodies/json-fields.ts';
import { isObject } from '../../producers/files/json-text.ts';
import type { WebhookReply } from '../../producers/provider.ts';
import { addCollection, addRequest, type Given } from './collections.ts';
import { addHubStatus, batchOf, isOfHub } from './hub.ts';
import { addRows, isLedgerRow } from './ledger.ts';
import { addPayout } from './payouts.ts';

type Add = (object: JsonFields, facts: BodyFacts, given: Given) => void;

const EVENTS: ReadonlyMap<string, Add> = new Map([
  ['collection.received', addCollection],
  ['collectionrequest.status.changed', addRequest],
  ['payment.status.changed', addPayout],
]);
const CONTACT = 'contact.created';
const NO_OBJECT = 'a collection, a collection request, a payment, or a status of the hub';

export function onafriqBodies(context: BodyContext): BodyReaders {
  return {
    webhook: jsonReader(context, (root, facts) => addWebhook(root, facts)),
    poll: jsonReader(context, (root, facts) => addAnswer(root, facts, false)),
    initiation: jsonReader(context, (root, facts) => addAnswer(root, facts, true)),
    settlement: jsonReader(context, (root, facts) => addLedger(root, facts)),
  };
}

function addWebhook(root: JsonFields, facts: BodyFacts): BodyReading | undefined {
  const asked = questionOf(root);
  if (asked !== null) facts.ignore('', asked, 'a question before the money is taken');
  else if (isOfHub(root)) addHubStatus(root, facts, { root, via: 'callback', event: null });
  else if (root.has('hook') || root.has('data.id')) addEvent(root, root.text(['hook.event', 'event', 'type']), facts);
  else return addObject(root, facts, { root, via: 'callback', event: null });
  return undefined;
}

/** The network may ask whether it should take money, by the operator's id: nothing has happened yet. */
function questionOf(root: JsonFields): string | null {
  return root.has('currency_code') && !root.has(['id', 'hook', 'data']) ? root.id('remote_transaction_id') : null;
}

/** Each collection is accepted, as by an account that is not asked: what is not ours is found afterwards. */
export function onafriqReply({ text }: { readonly text: string }): WebhookReply | undefined {
  const json = exactJson(text);
  const asked = 'value' in json && isObject(json.value) ? questionOf(new JsonFields(json.value)) : null;
  return asked === null ? undefined : { contentType: 'text/plain; charset=utf-8', body: `ACCEPT ${asked}` };
}

/** An event, as a webhook or in the list of events: it is the same claim. */
function addEvent(root: JsonFields, event: string | null, facts: BodyFacts): void {
  const object = root.within('data');
  const name = event?.toLowerCase() ?? '';
  if (name.startsWith('contact.')) {
    facts.ignore(object.path, object.id('id'), `${CONTACT === name ? CONTACT : name}: a contact is no payment`);
    return;
  }
  const add = EVENTS.get(name);
  const given: Given = { root, via: 'callback', event };
  if (add !== undefined) add(object, facts, given);
  else addOther(object, event, facts, given);
}

function addOther(object: JsonFields, event: string | null, facts: BodyFacts, given: Given): void {
  const add = adderOf(object, '');
  if (add === undefined)
    facts.ignore(object.path, object.id('id'), `the event ${event ?? 'without a name'}: not ${NO_OBJECT}`);
  else add(object, facts, event === null ? given : { ...given, unknown: event });
}

/** An object, or a page of them: `{count, next, previous, results}`. */
function addAnswer(root: JsonFields, facts: BodyFacts, isStart: boolean): BodyReading | undefined {
  const given: Given = { root, via: 'poll', event: null, isStart };
  const batch = batchOf(root);
  for (const one of batch) addHubStatus(one, facts, given);
  const results = root.value('results');
  if (batch.length > 0) return undefined;
  if (!Array.isArray(results)) return addObject(root, facts, given);
  const rows: JsonFields[] = [];
  for (const one of root.each('results')) {
    if (one.has('data')) addEvent(one, one.text('type'), facts);
    else if (isLedgerRow(one)) rows.push(one);
    else if (adderOf(one, endpointOf(facts)) === undefined) facts.ignore(one.path, one.id('id'), `not ${NO_OBJECT}`);
    else addObject(one, facts, { ...given, root: one });
  }
  addRows(rows, facts);
  for (const [at, one] of results.entries()) {
    if (!isObject(one)) facts.ignore(`results[${at}]`, null, 'no object');
  }
  return undefined;
}

function addObject(object: JsonFields, facts: BodyFacts, given: Given): BodyReading | undefined {
  if (isLedgerRow(object)) addRows([object], facts);
  else {
    const add = adderOf(object, endpointOf(facts));
    if (add === undefined) return withoutObject(object, facts);
    add(object, facts, given);
  }
  return undefined;
}

function addLedger(root: JsonFields, facts: BodyFacts): BodyReading | undefined {
  return isLedgerRow(root) || Array.isArray(root.value('results'))
    ? addAnswer(root, facts, false)
    : withoutObject(root, facts);
}

/** By the address that was asked, otherwise by the members that only one kind of object has. */
function adderOf(object: JsonFields, endpoint: string): Add | undefined {
  if (isOfHub(object)) return addHubStatus;
  if (!object.has('id')) return undefined;
  if (endpoint.includes('/collectionrequests')) return addRequest;
  if (endpoint.includes('/collections')) return addCollection;
  if (endpoint.includes('/payments') || object.has(['phone_nos', 'payment_type', 'state'])) return addPayout;
  if (object.has(['payment_date', 'collection_request', 'remote_transaction_id', 'transaction'])) return addCollection;
  return object.has(['status', 'phonenumber', 'metadata', 'expiry_date']) && object.has('amount')
    ? addRequest
    : undefined;
}

function endpointOf({ body }: BodyFacts): string {
  return body.about.endpoint ?? '';
}

/** Refusals are `{"detail": "…"}`, or the fields with what is wrong with each. */
function withoutObject(object: JsonFields, facts: BodyFacts): BodyReading | undefined {
  const status = facts.body.about.http_status ?? '';
  const detail = object.value('detail');
  if (typeof detail !== 'string' && !/^[45]\d\d$/.test(status)) return unread(NO_OBJECT, 'another body');
  const why = typeof detail === 'string' ? detail : `a refusal of ${Object.keys(object.object).join(', ')}`;
  facts.ignore('', null, `the network answered ${status === '' ? '' : `${status}: `}${why.slice(0, 200)}`);
  return undefined;
}
