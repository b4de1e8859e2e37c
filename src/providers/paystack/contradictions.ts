// What was asked of Paystack, and whether an answer is about that: another reference, amount or currency is another
// transaction. Its words for what it does not know, and for what it knows already:
// PaystackOSS/openapi, errors/api-errors.json.

import { currencyExponent } from '../../domain/currency.ts';
import { minorOf } from '../../domain/money.ts';
import { quoted } from '../../domain/quotation.ts';
import type { OutgoingAnswer } from '../../outbound/client/client.ts';
import type { JsonFields, Path } from '../../producers/bodies/json-fields.ts';
import type { Fault } from '../../producers/formats/row.ts';
import { dataIn, wordsIn } from './calls.ts';

/** What an answer must not contradict. What it leaves out, it does not contradict. */
export interface Asked {
  /** The reference of the charge; undefined where the answer is not about one. */
  readonly reference?: string;
  /** The ids of the transaction that is given back. */
  readonly transactions?: readonly string[];
  /** Hundredths. */
  readonly amount: string;
  readonly currency: string;
}

/** Hundredths of the main unit as a text, whatever the currency's own decimals. */
export function hundredthsOf(amount: string, currency: string): string {
  const exponent = currencyExponent(currency) ?? 2;
  const minor = minorOf(amount, currency);
  return String(exponent <= 2 ? minor * 10n ** BigInt(2 - exponent) : minor / 10n ** BigInt(exponent - 2));
}

/** The first part of an answer that contradicts what was asked. */
export function contradiction(answer: Pick<OutgoingAnswer, 'body'>, asked: Asked): Fault | null {
  const data = dataIn(answer);
  if (data === undefined) return null;
  const { reference, transactions = [], amount, currency } = asked;
  const ids = transactions.filter((id) => /^\d+$/.test(id));
  // Where the payer bears the fee, `amount` has it, and `requested_amount` is what was asked for.
  return (
    (reference === undefined ? null : otherThan(data, ['reference'], [reference])) ??
    (ids.length === 0 ? null : otherThan(data, ['transaction.id', 'transaction'], transactions)) ??
    otherThan(data, ['currency'], [currency]) ??
    (isAmount(data, 'requested_amount', amount) ? null : otherThan(data, ['amount'], [amount], isSameAmount))
  );
}

function isAmount(data: JsonFields, path: string, amount: string): boolean {
  const text = data.value(path);
  return typeof text === 'string' && isSameAmount(text, amount);
}

function isSameAmount(left: string, right: string): boolean {
  return /^\d{1,30}$/.test(left) && BigInt(left) === BigInt(right);
}

function otherThan(
  data: JsonFields,
  path: Path,
  expected: readonly string[],
  isSame = (left: string, right: string) => left === right,
): Fault | null {
  const found = [path].flat().map((one) => data.value(one));
  const value = found.find((one) => typeof one === 'string');
  if (typeof value !== 'string' || expected.some((one) => isSame(value, one))) return null;
  const [field] = [path].flat();
  return {
    field: `data.${field}`,
    code: 'HESABU_FIELD_INVALID',
    expected: expected.map(quoted).join(' or '),
    found: quoted(value),
  };
}

/** Nobody tried to pay under this reference: the network says so with 400 or 404, which mean other things too. */
export function isNotFound(answer: OutgoingAnswer): boolean {
  if (answer.status !== 400 && answer.status !== 404) return false;
  const { message, code } = wordsIn(answer);
  return code === 'transaction_not_found' || /^transaction (?:reference )?not found\.?$/i.test(message);
}

/** A reference is taken once. */
export function isDuplicate(answer: OutgoingAnswer): boolean {
  if (answer.status < 400 || answer.status >= 500) return false;
  const { message, code } = wordsIn(answer);
  return code === 'duplicate_reference' || /^duplicate\b.*\breference\b/i.test(message);
}
