// Statements of banks: what came in and went out, line by line. A line that names a payout of the provider is held
// against that payout; its text names people, so only a keyed hash of it is kept.

import { type BankLineReported, sourceName } from '../../domain/fact.ts';
import { payoutKey } from '../../domain/key.ts';
import { contentHash, RepeatCounter } from './claim-id.ts';
import type { FileContext, Format, RowReader } from './format.ts';
import type { Row } from './row.ts';

const FIELDS = ['account', 'bank_reference', 'value_date', 'amount', 'currency', 'narration', 'payout_id'] as const;
const [ACCOUNT, REFERENCE, DATE, AMOUNT, CURRENCY, NARRATION, PAYOUT_ID] = [0, 1, 2, 3, 4, 5, 6] as const;

export const BANK: Format = {
  topic: 'settlements.v1',
  fields: FIELDS,
  required: FIELDS.slice(0, 5),
  open: bankReader,
};

function bankReader(context: FileContext): RowReader {
  const { provider, account, importId, receivedAt, pseudonym } = context;
  const source = sourceName(context);
  const repeats = new RepeatCounter();
  return (row) => {
    const body = bodyOf(row, pseudonym);
    const payout = row.id(PAYOUT_ID);
    if (row.fault !== null) return null;
    const { narration: _, ...identified } = body;
    const hash = contentHash(Object.values(identified));
    return {
      id: `${source}:bank:#${hash}/${repeats.ordinal(hash)}`,
      provider,
      account,
      merchant: '',
      occurred_at: null,
      forwarded: false,
      stated_at: null,
      import_id: importId,
      body,
      payout,
      transaction_reference: payoutKey(source, payout ?? body.bank_reference),
      received_at: receivedAt,
      raw: `${importId}/${row.line}`,
      report: null,
      line: null,
    };
  };
}

function bodyOf(row: Row, pseudonym: FileContext['pseudonym']): BankLineReported {
  const bank_account = requiredId(row, ACCOUNT);
  const bank_reference = requiredId(row, REFERENCE);
  const value_date = row.date(DATE);
  const amount = row.requiredAmount(AMOUNT, CURRENCY, 'any');
  const currency = row.requiredCurrency(CURRENCY);
  // Of any length and form: it is never shown.
  const text = row.cells[NARRATION] ?? null;
  const narration = text === null || row.fault !== null ? null : pseudonym(text);
  return { type: 'BankLineReported', bank_account, amount, currency, value_date, bank_reference, narration };
}

function requiredId(row: Row, index: number): string {
  if (row.cells[index] === null) row.refuse(index, 'HESABU_FIELD_MISSING', 'a value');
  return row.id(index) ?? '';
}
