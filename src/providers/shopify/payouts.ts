// What Shopify Payments paid out: balance transactions with the payout of each, or the payouts alone. In countries
// without Shopify Payments there are none.

import type { LineType } from '../../domain/fact.ts';
import { type BodyReading, unread } from '../../producers/bodies/body.ts';
import { type BodyFacts, readEach } from '../../producers/bodies/body-facts.ts';
import {
  currencyIn,
  dateIn,
  feeIn,
  instantIn,
  referenceIn,
  signedAmountIn,
} from '../../producers/bodies/field-values.ts';
import type { JsonFields } from '../../producers/bodies/json-fields.ts';
import { addLine } from '../../producers/bodies/payment-facts.ts';

const TYPES: ReadonlyMap<string, LineType> = new Map([
  ['charge', 'payment'],
  ['refund', 'refund'],
  ['dispute', 'chargeback'],
  ['refund_failure', 'return_failed'],
  ['adjustment', 'adjustment'],
  ['credit', 'adjustment'],
  ['debit', 'adjustment'],
  ['payout', 'payout'],
  ['payout_failure', 'payout'],
  ['payout_cancellation', 'payout'],
]);

export function addPayouts(root: JsonFields, facts: BodyFacts): BodyReading | undefined {
  const hasLines = readEach(facts, root, 'transactions', addTransaction);
  const hasPayouts = readEach(facts, root, 'payouts', addPayout);
  return hasLines || hasPayouts ? undefined : unread('balance transactions, or payouts', 'another body');
}

function addTransaction(facts: BodyFacts, fields: JsonFields): void {
  const id = fields.id('id');
  const [status, word] = [fields.text('payout_status'), fields.text('type') ?? ''];
  if (fields.text('test') === 'true') return facts.ignore(fields.path, id, 'a test');
  if (status !== null && status !== 'paid') return facts.ignore(fields.path, id, `of a payout that is ${status}`);
  const currency = currencyIn(fields, 'currency') ?? facts.context.settings.currency;
  const gross = fields.required('amount', signedAmountIn(fields, 'amount', currency), 'an amount');
  const isReserved = word === 'reserve';
  const type = isReserved ? (gross?.startsWith('-') ? 'reserve' : 'release') : (TYPES.get(word) ?? 'unclassified');
  addLine(facts, fields, {
    ...{ type, word, line: id, payout: fields.id('payout_id'), gross, currency },
    reference: referenceIn(fields, 'source_order_id'),
    provider: fields.id(['source_order_transaction_id', 'source_id']),
    fee: feeIn(fields, 'fee', currency),
    date: fields.required('processed_at', dateIn(fields, 'processed_at'), 'a date'),
    at: instantIn(fields, 'processed_at'),
  });
}

function addPayout(facts: BodyFacts, fields: JsonFields): void {
  const [id, status] = [fields.id('id'), fields.text('status')];
  if (status !== 'paid') return facts.ignore(fields.path, id, `a payout that is ${status ?? 'of no status'}`);
  const currency = currencyIn(fields, 'currency') ?? facts.context.settings.currency;
  const amount = fields.required('amount', signedAmountIn(fields, 'amount', currency), 'an amount');
  addLine(facts, fields, {
    ...{ type: 'payout', word: null, line: id, payout: id, reference: null, currency, fee: null },
    gross: amount === null || !/[1-9]/.test(amount) ? amount : amount.startsWith('-') ? amount.slice(1) : `-${amount}`,
    date: fields.required('date', dateIn(fields, 'date'), 'a date'),
  });
}
