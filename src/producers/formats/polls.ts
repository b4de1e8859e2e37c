// Polls: responses to requests for a payment's status, one in each row.

import { PAYMENT_STATUSES, type PaymentObserved, type PaymentStatus, sourceName } from '../../domain/fact.ts';
import { contentHash } from './claim-id.ts';
import type { FileContext, Format, RowReader } from './format.ts';
import { keyOf, withSeries } from './payment-ids.ts';

const FIELDS = [
  'transaction_reference',
  'transaction_id',
  'status',
  'amount',
  'currency',
  'fee',
  'updated_at',
  'operator_transaction_id',
  'request_id',
] as const;
export const [REFERENCE, TRANSACTION_ID, STATUS, AMOUNT, CURRENCY, FEE, UPDATED_AT] = [0, 1, 2, 3, 4, 5, 6] as const;
export const [OPERATOR_ID, REQUEST_ID] = [7, 8] as const;
export const IDS = {
  reference: REFERENCE,
  provider: TRANSACTION_ID,
  request: REQUEST_ID,
  operator: OPERATOR_ID,
  original: -1,
};

/** Our statuses, and the raw statuses of gateways for them. */
const STATUSES: ReadonlyMap<string, PaymentStatus> = new Map([
  ...PAYMENT_STATUSES.map((status) => [status, status] as const),
  ['success', 'succeeded'],
  ['successful', 'succeeded'],
  ['completed', 'succeeded'],
  ['authorized', 'authorised'],
  ['MR101', 'succeeded'],
  ['MR102', 'inconclusive'],
  ['MR103', 'inconclusive'],
  ['TA', 'inconclusive'],
]);

/** Statuses that mean that money was received: the amount is required. */
export const MONEY: ReadonlySet<PaymentStatus> = new Set(['succeeded', 'reversed', 'refunded', 'charged_back']);

export const POLLS: Format = {
  topic: 'polls.v1',
  fields: FIELDS,
  required: FIELDS.slice(0, 5),
  words: { status: [...STATUSES.keys()] },
  linkedBy: [],
  open: pollReader,
};

function pollReader(context: FileContext): RowReader {
  const { provider, account, importId, receivedAt } = context;
  const source = sourceName(context);
  return (row) => {
    const reference = keyOf(row, IDS, provider, false);
    const transactionId = row.id(TRANSACTION_ID);
    const rawStatus = row.requiredText(STATUS);
    const status = pollStatusOf(rawStatus);
    const amount = MONEY.has(status)
      ? row.requiredAmount(AMOUNT, CURRENCY, 'zero')
      : row.amount(AMOUNT, CURRENCY, 'zero');
    const currency = row.cells[AMOUNT] !== null ? row.requiredCurrency(CURRENCY) : row.currency(CURRENCY);
    const fee = row.fee(FEE, CURRENCY, 'zero');
    const updatedAt = row.instant(UPDATED_AT);
    const operatorId = row.id(OPERATOR_ID);
    const requestId = row.id(REQUEST_ID);
    if (row.fault !== null) return null;
    const body: PaymentObserved = {
      type: 'PaymentObserved',
      via: 'poll',
      kind: 'payment',
      status,
      word: status === 'unclassified' ? rawStatus : null,
      provider_transaction_id: transactionId,
      original_transaction_id: null,
      operator_transaction_id: operatorId,
      request_id: requestId,
      amount,
      currency,
      fee,
      operator: null,
      msisdn: null,
    };
    const content = [reference, transactionId, rawStatus, amount, currency, fee, updatedAt, operatorId, requestId];
    return {
      id: `${source}:poll:#${contentHash(content)}`,
      provider,
      account,
      merchant: '',
      occurred_at: updatedAt,
      forwarded: false,
      stated_at: null,
      import_id: importId,
      body: withSeries(body, body.kind, context),
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
export function pollStatusOf(word: string): PaymentStatus {
  return STATUSES.get(word) ?? STATUSES.get(word.toLowerCase()) ?? 'unclassified';
}
