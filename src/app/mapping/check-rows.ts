// A fact as a row for people: our fields, and the word that says what became of it.

import type { Fact } from '../../domain/fact.ts';
import { isIdentityKey, isPayoutKey } from '../../domain/key.ts';
import { formatInstant } from '../../domain/time.ts';

export interface FactRow {
  /** Its type of line, its status, or what happened to the payment. */
  readonly word: string;
  readonly fields: Readonly<Record<string, string>>;
}

type Fields = Readonly<Record<string, string | number | null | undefined>>;

export function afterOf({ transaction_reference: key, merchant, occurred_at, payout, body }: Fact): FactRow {
  // A line of the account, and a row that only names an id, have keys that people do not know.
  const transaction_reference = isIdentityKey(key) || isPayoutKey(key) ? null : key;
  const at = occurred_at === null ? null : formatInstant(occurred_at);
  switch (body.type) {
    case 'OrderPlaced': {
      const { amount, currency, status, order_number } = body;
      return rowOf(status, { transaction_reference, merchant, amount, currency, placed_at: at, status, order_number });
    }
    case 'PaymentObserved': {
      const { kind, amount, currency, fee, provider_transaction_id, word } = body;
      const status = word ?? `${kind} ${body.status}`;
      const ids = { transaction_reference, transaction_id: provider_transaction_id };
      return rowOf(status, { ...ids, status, amount, currency, fee, occurred_at: at });
    }
    case 'SettlementLineReported': {
      const { gross, currency, fee, settlement_date, provider_transaction_id, original_transaction_id, word } = body;
      const type = word ?? body.line_type;
      const ids = { transaction_reference, transaction_id: provider_transaction_id, original_transaction_id };
      const amounts = { amount_received: gross, currency, fee_deduction: fee };
      return rowOf(word === null ? type : `unclassified: ${word}`, {
        ...ids,
        type,
        ...amounts,
        settlement_date,
        payout,
      });
    }
    case 'BankLineReported': {
      const { amount, currency, value_date, bank_reference } = body;
      const word = amount.startsWith('-') ? 'debit' : 'credit';
      return rowOf(word, { bank_reference, amount, currency, value_date, payout });
    }
    default:
      return rowOf(body.type, { transaction_reference });
  }
}

function rowOf(word: string, fields: Fields): FactRow {
  const filled = Object.entries(fields).filter(([, value]) => value !== null && value !== undefined && value !== '');
  return { word, fields: Object.fromEntries(filled.map(([name, value]) => [name, String(value)])) };
}
