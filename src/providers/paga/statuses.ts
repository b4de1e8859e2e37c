// What Paga's codes and words say of a payment. Sources: developer-docs.paga.com, Collect API Status Codes and Payment
// Request States; the words of the merchant service and of the business API.

import type { PaymentKind, PaymentStatus } from '../../domain/fact.ts';

const CODES: ReadonlyMap<string, PaymentStatus> = new Map([
  ['0', 'succeeded'],
  ['1', 'pending'],
  // Part of what was asked for has come: the amount tells how much.
  ['2', 'succeeded'],
  // An error on the way: nobody knows.
  ['-1', 'inconclusive'],
  ['-2', 'expired'],
  ['-3', 'failed'],
]);

const WORDS: ReadonlyMap<string, PaymentStatus> = new Map([
  ['SUCCESSFUL', 'succeeded'],
  ['SUCCESS', 'succeeded'],
  ['COMPLETED', 'succeeded'],
  ['CHARGEABLE', 'succeeded'],
  ['CONSUMED', 'succeeded'],
  ['FULFILLED', 'succeeded'],
  ['PENDING', 'pending'],
  ['IN_PROCESS', 'pending'],
  ['IN_PROGRESS', 'pending'],
  ['PROCESSING', 'pending'],
  ['FAILED', 'failed'],
  ['FAILURE', 'failed'],
  ['DECLINED', 'failed'],
  ['REJECTED', 'failed'],
  ['CANCELLED', 'failed'],
  ['CANCELED', 'failed'],
  ['EXPIRED', 'expired'],
  ['REVERSED', 'reversed'],
]);

/** Of a code of the Collect API, or of a word of its states. */
export function statusOf(word: string | null): PaymentStatus {
  const text = word?.toUpperCase() ?? '';
  return CODES.get(text) ?? WORDS.get(text) ?? 'unclassified';
}

/** Of a type of transactions, such as CUSTOMER_BILL_PAY. */
export function kindOf(type: string | null): PaymentKind {
  if (/REVERSAL/i.test(type ?? '')) return 'reversal';
  if (/REFUND/i.test(type ?? '')) return 'refund';
  return /TO_BANK|SEND_CASH|MONEY_TRANSFER/i.test(type ?? '') ? 'payout' : 'payment';
}
