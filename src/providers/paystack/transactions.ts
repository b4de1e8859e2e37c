// Transactions of Paystack, from webhooks and from answers: charges, pre-authorisations and transfers.

import type { PaymentKind, PaymentStatus, Via } from '../../domain/fact.ts';
import type { BodyFacts } from '../../producers/bodies/body-facts.ts';
import { feeIn, instantIn, ownReferenceIn, referenceIn } from '../../producers/bodies/field-values.ts';
import type { JsonFields, Path } from '../../producers/bodies/json-fields.ts';
import { addPayment } from '../../producers/bodies/payment-facts.ts';
import { ownPath } from './settings.ts';
import { currencyOf, hundredthsIn, SERIES, statusOf } from './values.ts';

const PAID_AT = ['paid_at', 'paidAt'];
const CREATED_AT = ['created_at', 'createdAt', 'transaction_date'];

/** A charge. What the payer was asked for may differ from what he paid, where he bears the fee: the latter counts. */
export function addTransaction(facts: BodyFacts, fields: JsonFields, via: Via, word: string): void {
  const status = statusOf(word);
  const currency = currencyOf(fields, facts.context.settings.currency);
  const isPaid = status === 'succeeded' || status === 'reversed';
  const amount = hundredthsIn(fields, 'amount', currency);
  addPayment(facts, fields, {
    ...{ via, kind: 'payment', status, word, event: null },
    reference: merchantReference(facts, fields),
    provider: fields.id('id'),
    aliases: furtherIds(facts, fields),
    amount: isPaid ? fields.required('amount', amount, 'an amount') : amount,
    currency,
    fee: feeIn(fields, 'fees', currency, 'hundredths'),
    operatorName: fields.text('channel') === 'mobile_money' ? fields.text('authorization.bank') : null,
    phone: fields.text('authorization.mobile_money_number'),
    country: /^[A-Z]{2}$/.exec(fields.text('authorization.country_code') ?? '')?.[0] ?? null,
    at: instantIn(fields, isPaid ? [...PAID_AT, ...CREATED_AT] : CREATED_AT),
  });
}

/** The usual place, unless the account says another one. */
function merchantReference(facts: BodyFacts, fields: JsonFields): string | null {
  return ownReferenceIn(fields, facts.context.settings, 'reference');
}

/** Where the account's references are others, that of Paystack is an id: refunds and disputes name nothing else. */
function furtherIds(facts: BodyFacts, fields: JsonFields): Readonly<Record<string, string | null>> {
  return ownPath(facts.context.settings) === null ? {} : { reference: fields.id('reference') };
}

interface Reservation {
  readonly kind: PaymentKind;
  readonly status: PaymentStatus;
  readonly amount: Path;
  readonly at: Path;
}

/** By the end of the event's name; these are of cards in South Africa only. */
const RESERVATIONS: Readonly<Record<string, Reservation>> = {
  'reserve.success': { kind: 'authorisation', status: 'authorised', amount: 'amount', at: CREATED_AT },
  'capture.success': { kind: 'capture', status: 'succeeded', amount: 'captured_amount', at: 'captured_at' },
  'capture.failed': { kind: 'capture', status: 'failed', amount: 'captured_amount', at: 'captured_at' },
  'release.success': { kind: 'authorisation', status: 'voided', amount: 'amount', at: ['expired_at', ...CREATED_AT] },
};

export const PREAUTHORISATION = 'preauthorization.';

/** False for an event that nobody knows. A capture is a transaction as well, with a fee of its own. */
export function addReservation(facts: BodyFacts, fields: JsonFields, event: string): boolean {
  const step = event.slice(PREAUTHORISATION.length);
  if (step === 'release.failed') {
    facts.ignore(fields.path, fields.id('id'), 'a release that failed changes nothing');
    return true;
  }
  const reservation = RESERVATIONS[step];
  if (reservation === undefined) return false;
  const { kind, status, amount, at } = reservation;
  const currency = currencyOf(fields, facts.context.settings.currency);
  addPayment(facts, fields, {
    ...{ via: 'callback', kind, status, word: event, event: null },
    reference: merchantReference(facts, fields),
    provider: fields.id('id'),
    aliases: { transaction_id: fields.id(['transaction_id', 'transaction.id']), ...furtherIds(facts, fields) },
    amount: hundredthsIn(fields, amount, currency),
    currency,
    fee:
      kind === 'capture' && status === 'succeeded'
        ? feeIn(fields, ['transaction.fees', 'fees'], currency, 'hundredths')
        : null,
    at: instantIn(fields, at),
  });
  return true;
}

const TRANSFERS: Readonly<Record<string, PaymentStatus>> = {
  'transfer.success': 'succeeded',
  'transfer.failed': 'failed',
  'transfer.reversed': 'reversed',
};

/** Money that the merchant sends to somebody. False for an event that nobody knows. */
export function addTransfer(facts: BodyFacts, fields: JsonFields, event: string): boolean {
  const status = TRANSFERS[event];
  if (status === undefined) return false;
  const currency = currencyOf(fields, facts.context.settings.currency);
  addPayment(facts, fields, {
    ...{ via: 'callback', kind: 'payout', status, word: event, event: null },
    reference: referenceIn(fields, 'reference'),
    provider: fields.id('id'),
    aliases: { transfer_code: fields.id('transfer_code') },
    series: { provider: SERIES.transfer },
    amount: hundredthsIn(fields, 'amount', currency),
    currency,
    fee: feeIn(fields, 'fee_charged', currency, 'hundredths'),
    at: instantIn(fields, ['updated_at', 'updatedAt', 'transferred_at', ...CREATED_AT]),
  });
  return true;
}
