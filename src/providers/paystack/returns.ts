// Refunds and disputes of Paystack. A refund has no id until it is processed, and its webhooks name the charge by the
// reference alone; in lists it has an id, and names the charge by its id alone. A dispute has it in its `transaction`.
// Sources: paystack.com/docs/payments/refunds and paystack.com/docs/api/refund.

import type { PaymentStatus, Via } from '../../domain/fact.ts';
import { isDate } from '../../domain/time.ts';
import type { BodyFacts } from '../../producers/bodies/body-facts.ts';
import { instantIn, referenceIn } from '../../producers/bodies/field-values.ts';
import type { JsonFields } from '../../producers/bodies/json-fields.ts';
import { addLine, addPayment } from '../../producers/bodies/payment-facts.ts';
import { isObject } from '../../producers/files/json-text.ts';
import { contentHash } from '../../producers/formats/claim-id.ts';
import { ownPath } from './settings.ts';
import { currencyOf, hundredthsIn, negative, SERIES } from './values.ts';

/** One that needs attention waits for the merchant: the bank did not take it. */
const REFUNDS: ReadonlyMap<string, PaymentStatus> = new Map([
  ['pending', 'pending'],
  ['processing', 'pending'],
  ['needs-attention', 'pending'],
  ['processed', 'succeeded'],
  ['failed', 'failed'],
]);

export function isRefund(fields: JsonFields): boolean {
  return fields.has(['deducted_amount', 'fully_deducted', 'refunded_by', 'refund_reference']);
}

export interface Charge {
  readonly reference: string | null;
  readonly original: string | null;
}

const REFERENCES = ['transaction.reference', 'transaction_reference', 'merchant_transaction_reference'];

/**
 * The charge of a return. Where the merchant's references are others than Paystack's, the latter is a further id of the
 * charge, by which a return finds it that has nothing else.
 */
export function chargeOf(facts: BodyFacts, fields: JsonFields): Charge {
  const path = ownPath(facts.context.settings);
  const isWhole = isObject(fields.value('transaction'));
  const id = idIn(fields, 'transaction');
  if (path === null) return { reference: referenceIn(fields, REFERENCES), original: id };
  const own =
    path === 'id' && !isWhole ? referenceIn(fields, 'transaction') : referenceIn(fields, `transaction.${path}`);
  const reference = own ?? facts.body.about.transaction_reference ?? null;
  return { reference, original: id ?? fields.id(REFERENCES) };
}

/** A member that is an object with an id, or its id alone. */
function idIn(fields: JsonFields, name: string): string | null {
  return fields.id(isObject(fields.value(name)) ? `${name}.id` : name);
}

/**
 * `word` is the status; in an answer `transaction` is the charge, or its id. What is given back for a dispute is the
 * money of the dispute, and no refund beside it.
 */
export function addRefund(facts: BodyFacts, fields: JsonFields, via: Via, word: string): void {
  const currency = currencyOf(fields, facts.context.settings.currency);
  const { reference, original } = chargeOf(facts, fields);
  const at = instantIn(fields, ['refunded_at', 'updated_at', 'updatedAt', 'created_at', 'createdAt']);
  const dispute = idIn(fields, 'dispute');
  if (dispute !== null) {
    const status = DISPUTED.get(word) ?? 'unclassified';
    const amount = hundredthsIn(fields, 'amount', currency);
    const said = { via, kind: 'chargeback', status, word, event: null } as const;
    const series = { provider: SERIES.dispute };
    addPayment(facts, fields, { ...said, reference, original, provider: dispute, series, amount, currency, at });
    return;
  }
  const [id, own] = [fields.id('refund_reference'), fields.id('id')];
  const amount = fields.required('amount', hundredthsIn(fields, 'amount', currency), 'an amount');
  // Two parts of one refund differ in nothing but their amounts until they have ids.
  const isNameless = id === null && own === null;
  const event = isNameless ? `#${contentHash(['refund', word, reference, amount, currency])}` : null;
  addPayment(facts, fields, {
    ...{ via, kind: 'refund', status: REFUNDS.get(word) ?? 'unclassified', word, event, reference },
    provider: id ?? own,
    original,
    aliases: { id: own, bank_reference: fields.id('bank_reference') },
    series: { provider: SERIES.refund, id: SERIES.refund, bank_reference: SERIES.bank },
    amount,
    currency,
    at,
  });
}

/**
 * A refund that was taken from a settlement, as the line that the settlement's own list lacks. It has no id of the
 * refund: the webhooks know that under another one, so the line is the return's of this payment and amount.
 */
export function addRefundLine(facts: BodyFacts, fields: JsonFields): void {
  const id = fields.required('id', fields.id('id'), 'the id of the refund');
  const payout = idIn(fields, 'settlement');
  const date = payout === null ? undefined : datesOf(facts.body.about).get(payout);
  if (fields.fault === null && date === undefined) {
    return facts.ignore(fields.path, id, `a refund of ${payout === null ? 'no' : 'another'} settlement`);
  }
  const currency = currencyOf(fields, facts.context.settings.currency);
  const taken = ['deducted_amount', 'amount'];
  const amount = fields.required(taken, hundredthsIn(fields, taken, currency), 'an amount');
  if (amount !== null && !/[1-9]/.test(amount)) return facts.ignore(fields.path, id, 'a refund that took nothing yet');
  const dispute = idIn(fields, 'dispute');
  addLine(facts, fields, {
    ...{ type: dispute === null ? 'refund' : 'chargeback', word: null, line: `refund:${id}`, payout, fee: null },
    ...chargeOf(facts, fields),
    provider: dispute,
    series: { provider: SERIES.dispute },
    gross: amount === null ? null : negative(amount),
    currency,
    date: date ?? null,
  });
}

/** The dates of settlements by their ids: of several that were read before, or of the one that is known beside. */
function datesOf(about: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  const { settlements = '', settlement_id, settlement_date } = about;
  const known = settlement_id === undefined ? [] : [[settlement_id, settlement_date ?? '']];
  const pairs = [...known, ...settlements.split(' ').map((one) => one.split('@'))];
  return new Map(
    pairs.flatMap(([id = '', date = '']) => (isDate(date.slice(0, 10)) ? [[id, date.slice(0, 10)] as const] : [])),
  );
}

/** What became of a dispute, by the refund that it led to. */
const DISPUTED: ReadonlyMap<string, PaymentStatus> = new Map([
  ['pending', 'disputed'],
  ['processing', 'disputed'],
  ['needs-attention', 'disputed'],
  ['processed', 'charged_back'],
]);

const RESOLUTIONS: ReadonlyMap<string, PaymentStatus> = new Map([
  ['merchant-accepted', 'charged_back'],
  ['auto-accepted', 'charged_back'],
  // The bank refused the payer's claim: the payment stands.
  ['declined', 'succeeded'],
]);
const OPEN: ReadonlySet<string> = new Set(['awaiting-merchant-feedback', 'awaiting-bank-feedback', 'pending']);

export function addDispute(facts: BodyFacts, fields: JsonFields, via: Via): void {
  const [word, resolution] = [fields.text('status'), fields.text('resolution')];
  const isOpen = word !== null && OPEN.has(word);
  const resolved = resolution === null ? 'unclassified' : (RESOLUTIONS.get(resolution) ?? 'unclassified');
  const currency =
    currencyOf(fields, null) ?? currencyOf(fields.within('transaction'), facts.context.settings.currency);
  addPayment(facts, fields, {
    ...{ via, kind: 'chargeback', status: isOpen ? 'disputed' : resolved, word: resolution ?? word, event: null },
    ...chargeOf(facts, fields),
    provider: fields.id('id'),
    series: { provider: SERIES.dispute },
    amount: hundredthsIn(fields, 'refund_amount', currency),
    currency,
    at: instantIn(
      fields,
      isOpen ? ['created_at', 'createdAt'] : ['resolvedAt', 'resolved_at', 'updated_at', 'updatedAt'],
    ),
  });
}
