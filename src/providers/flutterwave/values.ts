// What the bodies of Flutterwave have in common, over its API versions: amounts in major units, fees that may be finer
// than their currency, and times as ISO 8601 or as seconds or milliseconds since 1970. Sources:
// developer.flutterwave.com/docs/webhooks and /reference, and Flutterwave/Node-v3.

import { currencyExponent } from '../../domain/currency.ts';
import { addDecimal, type Decimal, decimalOf, normalDecimal } from '../../domain/decimal.ts';
import type { PaymentStatus } from '../../domain/fact.ts';
import type { Instant } from '../../domain/time.ts';
import { currencyIn, feeIn, instantIn } from '../../producers/bodies/field-values.ts';
import type { JsonFields, Path } from '../../producers/bodies/json-fields.ts';
import { timeReader } from '../../producers/files/time-forms.ts';

/**
 * Version 3 counts each kind of thing by itself, so that a refund may have the number of another order's charge. Ids
 * without a series are those of charges: files and `tx_id` name charges by them.
 */
export const SERIES = { refund: 'refund', chargeback: 'chargeback', transfer: 'transfer' } as const;

const TIMES = timeReader(['x', 'X'], 'UTC');

export function timeIn(fields: JsonFields, path: Path): Instant | null {
  return instantIn(fields, path, TIMES);
}

/** The statuses of a charge in API v2, v3 and v4. */
const CHARGES: ReadonlyMap<string, PaymentStatus> = new Map([
  ['successful', 'succeeded'],
  ['succeeded', 'succeeded'],
  ['completed', 'succeeded'],
  ['failed', 'failed'],
  ['error', 'failed'],
  ['cancelled', 'failed'],
  ['pending', 'pending'],
  ['processing', 'pending'],
  ['new', 'pending'],
  ['initiated', 'pending'],
  ['pending-capture', 'authorised'],
  ['authorized', 'authorised'],
  ['captured', 'succeeded'],
  ['voided', 'voided'],
  ['reversed', 'reversed'],
  ['refunded', 'refunded'],
]);

/** A cancelled refund gives nothing back. Version 3 says by which way it was completed: `completed-momo`. */
const REFUNDS: ReadonlyMap<string, PaymentStatus> = new Map([
  ['completed', 'succeeded'],
  ['succeeded', 'succeeded'],
  ['successful', 'succeeded'],
  ['failed', 'failed'],
  ['cancelled', 'failed'],
  ['pending', 'pending'],
  ['processing', 'pending'],
  ['requires_action', 'pending'],
  ['new', 'pending'],
]);

/** One that the merchant declined is with the bank again. */
const CHARGEBACKS: ReadonlyMap<string, PaymentStatus> = new Map([
  ['won', 'succeeded'],
  ['lost', 'charged_back'],
  ['accepted', 'charged_back'],
  ['pending', 'disputed'],
  ['initiated', 'disputed'],
  ['declined', 'disputed'],
  ['new', 'disputed'],
]);

export const chargeStatus = (word: string) => CHARGES.get(word.toLowerCase()) ?? 'unclassified';
export const chargebackStatus = (word: string) => CHARGEBACKS.get(word.toLowerCase()) ?? 'unclassified';
export function refundStatus(word: string): PaymentStatus {
  const plain = word.toLowerCase();
  return REFUNDS.get(plain.startsWith('completed-') ? 'completed' : plain) ?? 'unclassified';
}

/** The currency of an object, otherwise the account's. */
export function currencyOf(fields: JsonFields, account: string | null): string | null {
  return currencyIn(fields, 'currency') ?? account;
}

/** The sum of the fees at these paths; null where the first, which is the network's own, is not known. */
export function feesIn(fields: JsonFields, paths: readonly string[], currency: string | null): string | null {
  if (!fields.has(paths[0]!)) return null;
  const fees = paths.flatMap((path) => feeIn(fields, path, currency) ?? []);
  return sumOf(fees, currency);
}

export function sumOf(amounts: readonly string[], currency: string | null): string | null {
  if (amounts.length === 0) return null;
  const sum = amounts.map(decimalOf).reduce((left: Decimal, right) => addDecimal(left, right));
  return normalDecimal(sum, currencyExponent(currency ?? '') ?? 0);
}
