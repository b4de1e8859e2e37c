// The ledger of an account, `GET /transactions`: each row is what came into the account or went out of it. Fees are
// rows of their own. A row names its account and no currency. Source: beyonic/api-docs, methods/_transactions.

import type { LineType } from '../../domain/fact.ts';
import type { BodyFacts } from '../../producers/bodies/body-facts.ts';
import { signedAmountIn } from '../../producers/bodies/field-values.ts';
import type { JsonFields } from '../../producers/bodies/json-fields.ts';
import { addLine } from '../../producers/bodies/payment-facts.ts';
import { currencyOf, dayIn, referenceOf, SERIES, timeIn } from './values.ts';

const TYPES: ReadonlyMap<string, LineType> = new Map([
  ['mobile_collection', 'payment'],
  ['service_charge', 'fee'],
  ['mobile_withdrawal', 'payout'],
  ['bank_withdrawal', 'payout'],
  // Money that the merchant brought in, or sent on to others: it settles no payment.
  ['funds_deposit', 'transfer'],
  ['admin_funds_transfer', 'transfer'],
  ['mobile_payment', 'transfer'],
  ['airtime_topup', 'transfer'],
  ['funds_adjustment', 'adjustment'],
  ['admin_funds_update', 'adjustment'],
  ['mobile_funds_update', 'adjustment'],
]);

/** Whether it is a row of the ledger: it has a type and an account, and no status. */
export function isLedgerRow(object: JsonFields): boolean {
  return object.has('type') && object.has('amount') && !object.has(['status', 'state', 'data']);
}

export function addRows(rows: readonly JsonFields[], facts: BodyFacts): void {
  const charged = new Map(rows.flatMap((row) => feeIdsOf(row)));
  for (const row of rows) addRow(row, facts, charged);
}

/** The ids of the fee row that a row names, and its own. */
function feeIdsOf(row: JsonFields): [fee: string, of: string][] {
  const [fee, id] = [idOrObject(row, 'fee_transaction'), row.id('id')];
  return fee === null || id === null ? [] : [[fee, id]];
}

function addRow(row: JsonFields, facts: BodyFacts, charged: ReadonlyMap<string, string>): void {
  const word = row.required('type', row.text('type'));
  const type = TYPES.get(word?.toLowerCase() ?? '') ?? 'unclassified';
  const line = row.required('id', row.id('id'));
  const currency = currencyOf(row, facts);
  const at = timeIn(row, 'created', facts);
  const amount = signedAmountIn(row, 'amount', currency);
  const isFee = type === 'fee';
  addLine(facts, row, {
    ...{ type, word, line, payout: null, currency, fee: null, at },
    reference: referenceOf(row, [row], facts),
    // A fee goes by the payment that it was taken for, and by no id of its own.
    provider: isFee ? null : line,
    operator: row.id('remote_transaction_id'),
    original: isFee ? (idOrObject(row, 'transaction') ?? charged.get(line ?? '') ?? null) : null,
    aliases: { collection: idOrObject(row, 'collection') },
    series: { provider: SERIES.transaction, operator: SERIES.operator, original: SERIES.transaction },
    // What was taken, below zero as in every settlement, whichever sign the ledger has.
    gross: isFee && amount !== null && /^[^-]*[1-9]/.test(amount) ? `-${amount}` : amount,
    date: dayIn(at),
  });
}

function idOrObject(row: JsonFields, name: string): string | null {
  return typeof row.value(name) === 'string' ? row.id(name) : row.id(`${name}.id`);
}
