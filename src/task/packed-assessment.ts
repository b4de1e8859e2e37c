// The assessment of a key that agrees to the cent, written from the few numbers and names that are its own.

import { ByteWriter, putLong } from '../domain/bytes.ts';
import { ENTRY_KINDS, STAGES } from '../domain/reasons.ts';
import { codeOfStanding } from '../domain/standing-codes.ts';

/** Whole numbers of so many digits are exact as numbers, and so is the sum of two. */
export const DIGITS_MAX = 15;
export const CURRENCY_SIZE = 3;

/** What assessment-codec.ts writes first, and before the amounts of each finding: see finding-codec.ts. */
export const BEGINNING = written((writer) => {
  writer.long(codeOfStanding('matched'));
  writer.long(codeOfStanding('matched'));
  writer.long(1);
});
export const [PAYMENT_AGREES, SETTLEMENT_AGREES] = (['payment', 'settlement'] as const).map((stage) =>
  written((writer) => {
    writer.long(ENTRY_KINDS.indexOf('matched'));
    writer.long(STAGES.indexOf(stage));
    writer.optionalString(null);
    writer.string('');
  }),
) as [Buffer, Buffer];
/** Which branch of a union with null follows. */
const PRESENT = 2;

function written(write: (writer: ByteWriter) => void): Buffer {
  const writer = new ByteWriter(16);
  write(writer);
  return writer.take();
}

/** An assessment has no more bytes than this, beside its name. */
export const PACKED_SIZE_MAX = 256;

/** Writes the assessment's bytes where there is room for them, and returns where they end. */
export function writePackedAssessment(
  into: Uint8Array,
  from: number,
  name: Uint8Array,
  minor: number,
  paymentAt: number,
  settlementAt: number,
): number {
  const exponent = name[0]!;
  let at = put(into, from, BEGINNING, 0, BEGINNING.length);
  at = putCurrency(into, at, name);
  at = putDecimal(into, at, minor, 0);
  into[at++] = 0;
  at = put(into, at, name, 1 + CURRENCY_SIZE, name.length);
  // No open finding among two.
  into[at++] = 0;
  into[at++] = 2 << 1;
  at = put(into, at, PAYMENT_AGREES, 0, PAYMENT_AGREES.length);
  const textsFrom = at;
  into[at++] = PRESENT;
  at = putDecimal(into, at, minor, exponent);
  const amountTo = at;
  at = put(into, at, into, textsFrom, amountTo);
  into[at++] = PRESENT;
  at = putDecimal(into, at, 0, exponent);
  into[at++] = PRESENT;
  at = putCurrency(into, at, name);
  const textsTo = at;
  into[at++] = PRESENT;
  at = putLong(into, at, paymentAt);
  at = put(into, at, SETTLEMENT_AGREES, 0, SETTLEMENT_AGREES.length);
  at = put(into, at, into, textsFrom, textsTo);
  into[at++] = PRESENT;
  return putLong(into, at, settlementAt);
}

/** Copies a few bytes: for these a loop is faster than a call out of JavaScript. */
function put(into: Uint8Array, at: number, source: Uint8Array, from: number, to: number): number {
  for (let next = from; next < to; next++) into[at++] = source[next]!;
  return at;
}

function putCurrency(into: Uint8Array, at: number, name: Uint8Array): number {
  into[at] = CURRENCY_SIZE << 1;
  return put(into, at + 1, name, 1, 1 + CURRENCY_SIZE);
}

const digits = new Uint8Array(DIGITS_MAX + 1);
const [ZERO, DOT] = [48, 46];

/** A whole number of minor units as an Avro string, with so many decimals. */
function putDecimal(into: Uint8Array, at: number, minor: number, decimals: number): number {
  let first = digits.length;
  let rest = minor;
  // Above 31 bits arithmetic; below, whole numbers of the machine, which are faster.
  while (rest > 0x7fff_ffff) {
    const next = Math.floor(rest / 10);
    digits[--first] = ZERO + rest - next * 10;
    rest = next;
  }
  for (let small = rest | 0; small > 0; ) {
    const next = (small / 10) | 0;
    digits[--first] = ZERO + small - next * 10;
    small = next;
  }
  while (digits.length - first < decimals + 1) digits[--first] = ZERO;
  const dot = digits.length - decimals;
  into[at] = (digits.length - first + (decimals > 0 ? 1 : 0)) << 1;
  let end = put(into, at + 1, digits, first, dot);
  if (decimals === 0) return end;
  into[end++] = DOT;
  return put(into, end, digits, dot, digits.length);
}
