// Settlement reports: the gateway's payouts, line by line.

import { LINE_TYPES, type LineType, type SettlementLineReported, sourceName } from '../../domain/fact.ts';
import { contentHash, RepeatCounter } from './claim-id.ts';
import type { FileContext, Format, RowReader } from './format.ts';
import { keyOf, withSeries } from './payment-ids.ts';
import type { Row } from './row.ts';
import { accountLineKey, isOfAccount, lineSignFault } from './settlement-lines.ts';

const FIELDS = [
  'transaction_reference',
  'transaction_id',
  'type',
  'amount_received',
  'currency',
  'fee_deduction',
  'settlement_date',
  'line_id',
  'payout_id',
  'settlement_currency',
  'settlement_amount',
  'fx_rate',
  'original_transaction_id',
  'operator_transaction_id',
  'request_id',
  'report_id',
  'completed_at',
] as const;
export const [REFERENCE, TRANSACTION_ID, TYPE, AMOUNT, CURRENCY, FEE, DATE, LINE_ID] = [
  0, 1, 2, 3, 4, 5, 6, 7,
] as const;
export const [PAYOUT_ID, SETTLEMENT_CURRENCY, SETTLEMENT_AMOUNT, FX_RATE] = [8, 9, 10, 11] as const;
export const [ORIGINAL_ID, OPERATOR_ID, REQUEST_ID, REPORT_ID, COMPLETED_AT] = [12, 13, 14, 15, 16] as const;
export const IDS = {
  reference: REFERENCE,
  provider: TRANSACTION_ID,
  request: REQUEST_ID,
  operator: OPERATOR_ID,
  original: ORIGINAL_ID,
};

const TYPES: ReadonlySet<string> = new Set(LINE_TYPES);

export const SETTLEMENTS: Format = {
  topic: 'settlements.v1',
  fields: FIELDS,
  required: FIELDS.slice(0, 7),
  words: { type: LINE_TYPES },
  open: settlementReader,
};

function settlementReader(context: FileContext, repeats = new RepeatCounter()): RowReader {
  const { provider, account, importId, receivedAt } = context;
  const source = sourceName(context);
  return (row) => {
    const type = lineTypeOf(row.cells[TYPE] ?? '');
    const payout = payoutOf(row, type);
    const reference = accountKeyOf(row, source, type, payout) ?? keyOf(row, IDS, provider, type !== 'payment');
    const body = bodyOf(row, type);
    const lineId = row.id(LINE_ID);
    const report = row.id(REPORT_ID, true);
    const completedAt = row.instant(COMPLETED_AT);
    if (row.fault !== null) return null;
    return {
      id: `${source}:line:${lineId ?? repeatedId(repeats, reference, body, payout)}`,
      provider,
      account,
      merchant: '',
      occurred_at: completedAt,
      forwarded: false,
      stated_at: null,
      import_id: importId,
      body: withSeries(body, type, context),
      transaction_reference: reference,
      received_at: receivedAt,
      raw: `${importId}/${row.line}`,
      report,
      line: lineId,
      payout,
    };
  };
}

/** Whatever the case of the word. */
export function lineTypeOf(word: string): LineType {
  if (TYPES.has(word)) return word as LineType;
  const lower = word.toLowerCase();
  return TYPES.has(lower) ? (lower as LineType) : 'unclassified';
}

/** A payout's own line may name the payout by its id alone. */
function payoutOf(row: Row, type: string): string | null {
  if (row.cells[PAYOUT_ID] !== null || type !== 'payout') return row.id(PAYOUT_ID);
  if (row.cells[TRANSACTION_ID] !== null) return row.id(TRANSACTION_ID);
  if (row.cells[REFERENCE] === null) row.refuse(PAYOUT_ID, 'HESABU_FIELD_MISSING', 'the id of the payout');
  return row.id(REFERENCE);
}

function accountKeyOf(row: Row, source: string, type: LineType, payout: string | null): string | undefined {
  const [reference, original] = [row.cells[REFERENCE]!, row.cells[ORIGINAL_ID]!];
  if (!isOfAccount({ type, reference, original })) return undefined;
  const date = type === 'payout' || payout !== null ? '' : row.date(DATE);
  return accountLineKey(source, { type, payout, date });
}

function bodyOf(row: Row, lineType: LineType): SettlementLineReported {
  const transactionId = row.id(TRANSACTION_ID);
  const rawType = row.requiredText(TYPE);
  const gross = row.requiredAmount(AMOUNT, CURRENCY, 'any');
  const sign = lineSignFault(lineType, gross);
  if (sign !== undefined) row.refuse(AMOUNT, 'HESABU_AMOUNT_SIGN', sign);
  const currency = row.requiredCurrency(CURRENCY);
  const fee = row.fee(FEE, CURRENCY, 'zero');
  const date = row.date(DATE);
  const hasSettlementAmount = row.cells[SETTLEMENT_AMOUNT] !== null;
  return {
    type: 'SettlementLineReported',
    line_type: lineType,
    word: lineType === 'unclassified' ? rawType : null,
    provider_transaction_id: transactionId,
    gross,
    currency,
    fee,
    settlement_date: date,
    settlement_currency: hasSettlementAmount
      ? row.requiredCurrency(SETTLEMENT_CURRENCY)
      : row.currency(SETTLEMENT_CURRENCY),
    settlement_amount: row.amount(SETTLEMENT_AMOUNT, SETTLEMENT_CURRENCY, 'any'),
    fx_rate: row.rate(FX_RATE),
    original_transaction_id: row.id(ORIGINAL_ID),
    operator_transaction_id: row.id(OPERATOR_ID),
    request_id: row.id(REQUEST_ID),
  };
}

/**
 * The id of a line without one: a hash of its content and its payout, and the number of identical lines before it in
 * the file.
 */
function repeatedId(
  repeats: RepeatCounter,
  reference: string,
  body: SettlementLineReported,
  payout: string | null,
): string {
  const parts = [reference, ...Object.values(body)];
  const hash = contentHash(payout === null ? parts : [...parts, payout]);
  return `#${hash}/${repeats.ordinal(hash)}`;
}
