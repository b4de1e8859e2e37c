// How Tiny Pay writes payments: under names of its own, and in cents. Its settlement file has columns of its own.

import { currencyExponent } from '../../../../src/domain/currency.ts';
import { formatMinor } from '../../../../src/domain/money.ts';
import { isObject, type JsonObject } from '../../../../src/producers/files/json-text.ts';
import type { NamedExport } from '../../../../src/producers/files/named-export.ts';
import type { Format } from '../../../../src/producers/formats/format.ts';
import { CANONICAL_FORMATS } from '../../../../src/producers/formats/formats.ts';

/** A kind that is not here keeps its name, so that its fact is `unclassified`. */
const EVENTS: ReadonlyMap<unknown, string> = new Map([
  ['paid', 'payment.success'],
  ['refused', 'payment.failed'],
]);
const STATUSES: ReadonlyMap<unknown, string> = new Map([
  ['paid', 'succeeded'],
  ['refused', 'failed'],
  ['waiting', 'pending'],
]);

/** The body of a webhook: `{ event_id, kind, sent, payment }`. */
export const TINY_CALLBACKS: Format = {
  ...CANONICAL_FORMATS.callbacks,
  layOut: ({ event_id, kind, sent, payment }) => ({
    id: event_id,
    event: EVENTS.get(kind) ?? kind,
    created_at: sent,
    data: paymentOf(payment),
  }),
};

/** The answer to a status request: a payment with its `state`. */
export const TINY_POLLS: Format = {
  ...CANONICAL_FORMATS.polls,
  layOut: (row) => ({ ...paymentOf(row), status: STATUSES.get(row.state) ?? row.state, updated_at: row.changed }),
};

export const TINY_REPORT: NamedExport = {
  name: 'report',
  kind: 'settlements',
  marks: ['Ref', 'Paid', 'Fee'],
  mapping: `
settlements:
  separator: ";"
  columns:
    transaction_reference: Ref
    transaction_id: Payment
    amount_received: Paid
    currency: Currency
    fee_deduction: Fee
    settlement_date: Date
  constants: { type: payment }
`,
};

function paymentOf(value: unknown): JsonObject {
  const { ref, id, cents, currency }: JsonObject = isObject(value) ? value : {};
  return { transaction_reference: ref, transaction_id: id, amount: decimalOf(cents, currency), currency };
}

/** An amount that is not a whole number of cents is left out, and so refused: a guess would be another amount. */
function decimalOf(cents: unknown, currency: unknown): string | undefined {
  if (typeof cents !== 'string' || !/^\d{1,18}$/.test(cents)) return undefined;
  if (typeof currency !== 'string' || currencyExponent(currency) === undefined) return undefined;
  return formatMinor(BigInt(cents), currency);
}
