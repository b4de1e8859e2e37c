// Customer To Business (C2B): what a payer sent to a till or a pay bill number, as its confirmation, and as the Pull
// API lists it again. The reference is what the payer typed. Sources: developer.safaricom.co.ke, Customer To Business
// and Pull Transaction; answers that clients recorded.

import { normaliseReference } from '../../domain/key.ts';
import type { BodyFacts } from '../../producers/bodies/body-facts.ts';
import { JsonFields, type Path } from '../../producers/bodies/json-fields.ts';
import { addPayment } from '../../producers/bodies/payment-facts.ts';
import { isObject } from '../../producers/files/json-text.ts';
import { endpointOf } from './endpoints.ts';
import { COUNTRY, currencyOf, moneyIn, phoneIn, pulledTimeIn, receiptIn, timeIn } from './values.ts';

/** Types of payments that came from customers, as the Pull API and the portal write them. */
const FROM_CUSTOMER = /^(?:c2b\b|pay ?bill|buy ?goods|pay merchant|pay utility|customer|merchant payment)/i;
const PULLED = '1000';

export function isOfCustomer(root: JsonFields): boolean {
  return root.has('TransID');
}

export function addConfirmation(root: JsonFields, facts: BodyFacts): void {
  if (endpointOf(facts) === 'validation') {
    facts.ignore('', root.id('TransID'), 'a question before the money is taken: no payment yet');
    return;
  }
  addPayment(facts, root, {
    ...{ via: 'callback', kind: 'payment', status: 'succeeded', word: null, event: null, currency: currencyOf(facts) },
    reference: typedReference(root, facts.context.settings.reference ?? 'BillRefNumber'),
    provider: receiptIn(root, 'TransID'),
    amount: moneyIn(root, 'TransAmount', facts),
    phone: phoneIn(root, 'MSISDN'),
    country: COUNTRY,
    at: timeIn(root, 'TransTime', facts),
  });
}

export function isPulled(root: JsonFields): boolean {
  return Array.isArray(root.value('Response'));
}

/** The rows stand in a list of lists. Null where there is no list. */
export function pulledRows({ Response: list }: Readonly<Record<string, unknown>>) {
  if (!Array.isArray(list)) return null;
  const pages = list.map((page: unknown, at) => ({ page, place: `Response[${at}]` }));
  return pages.flatMap(({ page, place }) =>
    Array.isArray(page) ? page.map((row: unknown, at) => ({ row, place: `${place}[${at}]` })) : [{ row: page, place }],
  );
}

export function addPulled(root: JsonFields, facts: BodyFacts): void {
  const code = root.text(['ResponseCode', 'ResponseStatus']);
  const rows = pulledRows(root.object) ?? [];
  if (code !== null && code !== PULLED) {
    const message = root.value(['ResponseMessage', 'ResponseDescription']);
    facts.ignore(
      '',
      null,
      `the network answered ${code}${typeof message === 'string' ? `: ${message.slice(0, 200)}` : ''}`,
    );
  } else if (rows.length === 0) facts.ignore('', null, 'a page without payments');
  for (const { row, place } of rows) {
    if (isObject(row)) addRow(new JsonFields(row, place), facts);
    else facts.ignore(place, null, 'no object');
  }
}

function addRow(row: JsonFields, facts: BodyFacts): void {
  const word = row.text('transactiontype');
  const isPayment = word === null || FROM_CUSTOMER.test(word);
  addPayment(facts, row, {
    ...{ via: 'poll', kind: 'payment', status: isPayment ? 'succeeded' : 'unclassified', word, event: null },
    reference: typedReference(row, facts.context.settings.reference ?? 'billreference'),
    provider: receiptIn(row, ['transactionId', 'transactionid', 'TransactionId']),
    amount: moneyIn(row, 'amount', facts),
    currency: currencyOf(facts),
    phone: phoneIn(row, 'msisdn'),
    country: COUNTRY,
    at: pulledTimeIn(row, 'trxDate', facts),
  });
}

/** A payer may type anything: what has not the form of a reference is left, and the money came all the same. */
function typedReference(fields: JsonFields, path: Path): string | null {
  const value = fields.value(path);
  return typeof value === 'string' ? (normaliseReference(value.trim()) ?? null) : null;
}
