// The bodies of Flutterwave by their shapes: webhooks of API v4 (`type`), v3 (`event`) and v2 (flat), answers,
// settlements.

import {
  type Body,
  type BodyContext,
  type BodyReaders,
  type BodyReading,
  unread,
} from '../../producers/bodies/body.ts';
import { type BodyFacts, jsonReader, readEach } from '../../producers/bodies/body-facts.ts';
import { amountIn } from '../../producers/bodies/field-values.ts';
import type { JsonFields } from '../../producers/bodies/json-fields.ts';
import { addPayment } from '../../producers/bodies/payment-facts.ts';
import { addCharge, addTransfer, askedReference, merchantReference } from './charges.ts';
import { addChargeback, addRefund, CHARGE_ID, isChargeback, isRefund, REFUNDED_AMOUNT } from './returns.ts';
import { addSettlement } from './settlements.ts';
import { currencyOf, SERIES, timeIn } from './values.ts';

export function flutterwaveBodies(context: BodyContext): BodyReaders {
  return {
    webhook: jsonReader(context, readWebhook),
    poll: jsonReader(context, (root, facts) => eachPart(root, facts, addAnswered)),
    settlement: jsonReader(context, (root, facts) => eachPart(root, facts, addSettlement)),
    initiation: jsonReader(context, readInitiation),
  };
}

function readWebhook(root: JsonFields, facts: BodyFacts): BodyReading | undefined {
  const event = root.text(['type', 'event']);
  const data = root.within('data');
  if (event === null) return readFlat(root, facts);
  if (Object.keys(data.object).length === 0) return unread('an event with its data', 'a body without them');
  // Only version 4 gives an event an id of its own.
  const id = root.has('type') ? root.id(['webhook_id', 'id']) : null;
  addEvent(facts, data, event, id);
  return undefined;
}

function addEvent(facts: BodyFacts, data: JsonFields, event: string, id: string | null): void {
  const word = data.text('status') ?? '';
  const said = { via: 'callback', word, event: id } as const;
  const kind = event.split('.')[0];
  if (kind === 'refund' || isRefund(data)) addRefund(facts, data, said);
  else if (kind === 'chargeback' || isChargeback(data)) addChargeback(facts, data, said);
  else if (event === 'charge.completed' || event === 'charge.failed') addCharge(facts, data, said);
  else if (event === 'transfer.reversal') addTransfer(facts, data, { ...said, word: 'reversed' });
  else if (kind === 'transfer') addTransfer(facts, data, said);
  else if (/^(?:subscription|virtual_account|order)\b/.test(event)) {
    facts.ignore('', data.id('id'), `the event ${event} is about no charge`);
  } else addCharge(facts, data, { ...said, word: event, status: 'unclassified' });
}

/** Rave, as version 2 was called; a transfer stands in its own member. */
function readFlat(root: JsonFields, facts: BodyFacts): BodyReading | undefined {
  const type = root.text('event.type');
  const transfer = root.within('transfer');
  if (Object.keys(transfer.object).length > 0) {
    addTransfer(facts, transfer, { via: 'callback', word: transfer.text('status') ?? '' });
  } else if (root.has(['txRef', 'flwRef', 'tx_ref'])) {
    const word = root.text('status');
    const status = word === null ? ({ status: 'unclassified', word: type ?? '' } as const) : { word };
    addCharge(facts, root, { via: 'callback', ...status });
  } else return unread('an event with its data', 'a body without them');
  return undefined;
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
  else if (root.text(['status', 'message']) === null) return unread('an answer with its data', 'a body without them');
  else facts.ignore('', null, root.text(['message', 'error.message']) ?? 'an answer without data');
  return undefined;
}

function addAnswered(facts: BodyFacts, fields: JsonFields): void {
  const said = { via: 'poll', word: fields.text('status') ?? '' } as const;
  if (isRefund(fields)) addRefund(facts, fields, said);
  else if (isChargeback(fields)) addChargeback(facts, fields, said);
  else if (isTransfer(fields)) addTransfer(facts, fields, said);
  else if (!fields.has('status')) facts.ignore(fields.path, fields.id('id'), 'a part that is no charge');
  else addCharge(facts, fields, said);
}

function isTransfer(fields: JsonFields): boolean {
  return fields.has(['complete_message', 'bank_code', 'account_number']) || /^trf_/.test(fields.text('id') ?? '');
}

/**
 * The payer is yet to agree, whatever the status of the answer. Some ways of paying answer with a link alone. A refund
 * of version 3 has neither a currency nor a reference: those of the request count.
 */
function readInitiation(root: JsonFields, facts: BodyFacts, { about }: Body): BodyReading | undefined {
  const data = root.within('data');
  const status = root.text('status');
  if (status === null) return unread('an answer with its status', 'a body without one');
  if (status !== 'success') return void facts.ignore('', null, root.text(['message', 'error.message']) ?? status);
  const isReturn = isRefund(data) || about.original_transaction_id !== undefined;
  const currency = currencyOf(data, about.currency ?? facts.context.settings.currency);
  const asked = about.transaction_reference;
  const reference = asked === undefined ? merchantReference(facts, data) : (askedReference(data) ?? asked);
  if (reference === null && data.id('id') === null) {
    return void facts.ignore('', null, 'an answer with a link alone, which names no payment');
  }
  addPayment(facts, data, {
    ...{ via: 'poll', kind: isReturn ? 'refund' : 'payment', status: 'initiated', word: null, event: null, reference },
    provider: data.id('id'),
    original: isReturn ? (about.original_transaction_id ?? data.id(CHARGE_ID)) : null,
    series: isReturn ? { provider: SERIES.refund } : {},
    aliases: isReturn ? {} : { flw_ref: data.id('flw_ref') },
    amount: amountIn(data, isReturn ? REFUNDED_AMOUNT : 'amount', currency),
    currency,
    operatorName: about.operator ?? null,
    phone: about.phone ?? null,
    at: timeIn(data, ['created_datetime', 'created_at']),
  });
  return undefined;
}
