// Callbacks: the bodies of webhooks, one in each row. The event says what happened; `data.status` is ignored.

import { phonePseudonym } from '../../archive/privacy/phone.ts';
import { type PaymentKind, type PaymentObserved, type PaymentStatus, sourceName } from '../../domain/fact.ts';
import { contentHash } from './claim-id.ts';
import type { FileContext, Format, RowReader } from './format.ts';
import { keyOf, msisdnPseudonym, withSeries } from './payment-ids.ts';
import type { Row } from './row.ts';

const FIELDS = [
  'id',
  'event',
  'created_at',
  'transaction_reference',
  'transaction_id',
  'amount',
  'currency',
  'status',
  'fee',
  'operator',
  'msisdn',
  'completed_at',
  'original_transaction_id',
  'operator_transaction_id',
  'request_id',
] as const;
export const [ID, EVENT, CREATED_AT, REFERENCE, TRANSACTION_ID, AMOUNT, CURRENCY] = [0, 1, 2, 3, 4, 5, 6] as const;
export const [FEE, OPERATOR, MSISDN, COMPLETED_AT, ORIGINAL_ID, OPERATOR_ID, REQUEST_ID] = [
  8, 9, 10, 11, 12, 13, 14,
] as const;
export const IDS = {
  reference: REFERENCE,
  provider: TRANSACTION_ID,
  request: REQUEST_ID,
  operator: OPERATOR_ID,
  original: ORIGINAL_ID,
};

interface Meaning {
  readonly kind: PaymentKind;
  readonly status: PaymentStatus;
}

export const EVENTS: ReadonlyMap<string, Meaning> = new Map([
  ['payment.success', { kind: 'payment', status: 'succeeded' }],
  ['payment.failed', { kind: 'payment', status: 'failed' }],
  ['payment.pending', { kind: 'payment', status: 'pending' }],
  ['payment.expired', { kind: 'payment', status: 'expired' }],
  ['payment.authorized', { kind: 'payment', status: 'authorised' }],
  ['payment.voided', { kind: 'payment', status: 'voided' }],
  ['refund.success', { kind: 'refund', status: 'succeeded' }],
  ['refund.pending', { kind: 'refund', status: 'pending' }],
  ['refund.failed', { kind: 'refund', status: 'failed' }],
  ['payment.reversed', { kind: 'reversal', status: 'succeeded' }],
  ['chargeback.opened', { kind: 'chargeback', status: 'disputed' }],
  ['chargeback.won', { kind: 'chargeback', status: 'succeeded' }],
  ['chargeback.lost', { kind: 'chargeback', status: 'charged_back' }],
]);

export const CALLBACKS: Format = {
  topic: 'callbacks.v1',
  fields: FIELDS,
  required: ['event', 'transaction_reference', 'transaction_id', 'amount', 'currency'],
  words: { event: [...EVENTS.keys(), 'unclassified'] },
  outerFields: 3,
  linkedBy: [],
  open: callbackReader,
};

function callbackReader(context: FileContext): RowReader {
  const { provider, account, importId, receivedAt, pseudonym } = context;
  const source = sourceName(context);
  const phone = phonePseudonym(pseudonym);
  return (row) => {
    const id = row.id(ID);
    const event = eventOf(row.requiredText(EVENT));
    const meaning = EVENTS.get(event) ?? unknownMeaning(event);
    const createdAt = row.instant(CREATED_AT);
    const reference = keyOf(row, IDS, provider, meaning.kind !== 'payment');
    const transactionId = row.id(TRANSACTION_ID);
    const amount = amountOf(row, meaning);
    const currency = row.cells[AMOUNT] !== null ? row.requiredCurrency(CURRENCY) : row.currency(CURRENCY);
    const fee = row.fee(FEE, CURRENCY, 'zero');
    const operator = row.text(OPERATOR);
    const completedAt = row.instant(COMPLETED_AT);
    const body: PaymentObserved = {
      type: 'PaymentObserved',
      via: 'callback',
      kind: meaning.kind,
      status: meaning.status,
      word: meaning.status === 'unclassified' ? event : null,
      provider_transaction_id: transactionId,
      original_transaction_id: row.id(ORIGINAL_ID),
      operator_transaction_id: row.id(OPERATOR_ID),
      request_id: row.id(REQUEST_ID),
      amount,
      currency,
      fee,
      operator,
      msisdn: msisdnPseudonym(row, MSISDN, phone),
    };
    if (row.fault !== null) return null;
    return {
      id: `${source}:callback:${id ?? `#${identityHash(event, reference, body, createdAt, completedAt)}`}`,
      provider,
      account,
      merchant: '',
      occurred_at: completedAt ?? createdAt,
      forwarded: false,
      stated_at: null,
      import_id: importId,
      body: withSeries(body, meaning.kind, context),
      transaction_reference: reference,
      received_at: receivedAt,
      raw: `${importId}/${row.line}`,
      report: null,
      line: null,
      payout: null,
    };
  };
}

/** Whatever the case of a word that is known. */
export function eventOf(word: string): string {
  if (EVENTS.has(word)) return word;
  const lower = word.toLowerCase();
  return EVENTS.has(lower) ? lower : word;
}

/** An unknown event still belongs to a kind of payment, which its first word gives. */
function unknownMeaning(event: string): Meaning {
  const kind = event.startsWith('chargeback.') ? 'chargeback' : event.startsWith('refund.') ? 'refund' : 'payment';
  return { kind, status: 'unclassified' };
}

/** If money moved, the amount is required; a payment that failed or is pending can omit it. */
export function movesMoney(kind: PaymentKind, status: PaymentStatus): boolean {
  return status !== 'unclassified' && (kind !== 'payment' || status === 'succeeded');
}

function amountOf(row: Row, { kind, status }: Meaning): string | null {
  return movesMoney(kind, status) ? row.requiredAmount(AMOUNT, CURRENCY, 'zero') : row.amount(AMOUNT, CURRENCY, 'zero');
}

/** A hash of the event, the payment and the times; not of the amount, so that two different amounts conflict. */
function identityHash(
  event: string,
  reference: string,
  body: PaymentObserved,
  createdAt: number | null,
  completedAt: number | null,
): string {
  const { provider_transaction_id, request_id, operator_transaction_id, original_transaction_id } = body;
  const ids = [provider_transaction_id, request_id, operator_transaction_id, original_transaction_id];
  return contentHash([event, reference, ...ids, createdAt, completedAt]);
}
