// What all bodies of Paystack have in common: amounts in hundredths whatever the currency, XOF too, ids as numbers, and
// times in UTC. Sources: paystack.com/docs/payments/webhooks, paystack.com/docs/api/transaction, and the events and
// answers in PaystackOSS/doc-code-snippets.

import type { PaymentStatus } from '../../domain/fact.ts';
import { amountIn, currencyIn } from '../../producers/bodies/field-values.ts';
import type { JsonFields, Path } from '../../producers/bodies/json-fields.ts';

/**
 * Each kind of thing is counted by itself, so that a refund may have the number of another order's transaction. Ids
 * without a series are those of transactions: files and `transaction` name them.
 */
export const SERIES = { refund: 'refund', dispute: 'dispute', transfer: 'transfer', bank: 'bank' } as const;

/**
 * The statuses of a transaction. One that is not paid yet is `abandoned` from its first moment on, and may still be
 * paid: so it is not final. The words of a charge that waits for its payer are not final either.
 */
const STATUSES: ReadonlyMap<string, PaymentStatus> = new Map([
  ['success', 'succeeded'],
  ['failed', 'failed'],
  ['reversed', 'reversed'],
  ...[
    ...['abandoned', 'ongoing', 'pending', 'processing', 'queued', 'pay_offline', 'open_url', 'send_otp'],
    ...['send_pin', 'send_phone', 'send_birthday', 'send_address'],
  ].map((word) => [word, 'pending'] as const),
]);

export function statusOf(word: string): PaymentStatus {
  return STATUSES.get(word.toLowerCase()) ?? 'unclassified';
}

/** In XOF, which has no subunit, a fraction is ignored, as the network does. */
export function hundredthsIn(fields: JsonFields, path: Path, currency: string | null): string | null {
  if (currency !== 'XOF') return amountIn(fields, path, currency, 'hundredths');
  const text = fields.text(path);
  if (text === null || !/^\d{1,30}$/.test(text)) return amountIn(fields, path, currency, 'hundredths');
  return String(BigInt(text) / 100n);
}

/** The currency of an object, otherwise the account's. */
export function currencyOf(fields: JsonFields, account: string | null): string | null {
  return currencyIn(fields, 'currency') ?? account;
}

/** Of money that goes out. */
export function negative(amount: string): string {
  return /[1-9]/.test(amount) ? `-${amount}` : amount;
}
