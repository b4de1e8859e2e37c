// Settlements of Paystack: their heads, their transactions, the refunds that were taken from them, and the rows of the
// balance ledger. A head says what was paid out; the transactions of a settlement say nothing of it, so its id and date
// come from beside.

import type { LineType } from '../../domain/fact.ts';
import { isDate } from '../../domain/time.ts';
import type { BodyFacts } from '../../producers/bodies/body-facts.ts';
import { dateIn, feeIn, instantIn, ownReferenceIn, signedAmountIn } from '../../producers/bodies/field-values.ts';
import type { JsonFields } from '../../producers/bodies/json-fields.ts';
import { addLine } from '../../producers/bodies/payment-facts.ts';
import { addRefundLine, isRefund } from './returns.ts';
import { currencyOf, hundredthsIn, negative, statusOf } from './values.ts';

export function addSettlementPart(facts: BodyFacts, fields: JsonFields): void {
  if (fields.has(['total_amount', 'total_processed', 'effective_amount'])) addHead(facts, fields);
  else if (fields.has('difference')) addLedgerRow(facts, fields);
  else if (isRefund(fields)) addRefundLine(facts, fields);
  else addSettled(facts, fields);
}

function addHead(facts: BodyFacts, fields: JsonFields): void {
  const status = fields.text('status');
  const id = fields.required('id', fields.id('id'), 'the id of the settlement');
  if (status !== 'success') return facts.ignore(fields.path, id, `a settlement that is ${status ?? 'of no status'}`);
  const currency = currencyOf(fields, facts.context.settings.currency);
  const paid = ['effective_amount', 'total_amount'];
  const amount = fields.required(paid, hundredthsIn(fields, paid, currency), 'an amount');
  addLine(facts, fields, {
    ...{ type: 'payout', word: null, line: id, payout: id, reference: null, fee: null },
    gross: amount === null ? null : negative(amount),
    currency,
    date: dateIn(fields, 'settlement_date'),
  });
}

function addSettled(facts: BodyFacts, fields: JsonFields): void {
  const { settlement_id: payout = null, settlement_date: date } = facts.body.about;
  const word = fields.text('status');
  const status = statusOf(word ?? '');
  const id = fields.id('id');
  const isSettled = status === 'succeeded' || status === 'reversed';
  if (!isSettled && (word === null || status !== 'unclassified')) {
    return facts.ignore(fields.path, id, `a transaction that is ${word ?? 'of no status'}`);
  }
  if (date === undefined || !isDate(date.slice(0, 10))) {
    fields.refuse('settlement_date', 'HESABU_FIELD_MISSING', 'the date of the settlement', date ?? 'none');
  }
  const currency = currencyOf(fields, facts.context.settings.currency);
  addLine(facts, fields, {
    ...{ type: isSettled ? 'payment' : 'unclassified', word, line: null, payout },
    reference: ownReferenceIn(fields, facts.context.settings, 'reference'),
    provider: id,
    gross: fields.required('amount', hundredthsIn(fields, 'amount', currency), 'an amount'),
    currency,
    fee: feeIn(fields, 'fees', currency, 'hundredths'),
    date: date?.slice(0, 10) ?? null,
  });
}

const OF_LEDGER: Readonly<Record<string, LineType>> = {
  Transaction: 'payment',
  Refund: 'refund',
  Transfer: 'transfer',
};

function addLedgerRow(facts: BodyFacts, fields: JsonFields): void {
  const word = fields.text('model_responsible');
  const type = OF_LEDGER[word ?? ''] ?? 'unclassified';
  const currency = currencyOf(fields, facts.context.settings.currency);
  const row = fields.id('model_row');
  const created = ['createdAt', 'created_at'];
  addLine(facts, fields, {
    ...{ type, word, line: fields.id('id'), payout: null, reference: null, provider: row, fee: null },
    // A row names a thing of its own kind.
    series: type === 'payment' || word === null ? {} : { provider: word.toLowerCase() },
    gross: fields.required('difference', signedAmountIn(fields, 'difference', currency, 'hundredths'), 'an amount'),
    currency,
    date: dateIn(fields, created),
    at: instantIn(fields, created),
  });
}
