// The assessment of a plain case as bytes: those of assessment-codec.ts and finding-codec.ts, from amounts and names
// as they lie in the claims.

import type { Standing } from '../../domain/assessment.ts';
import { writePart, writeText } from '../../domain/byte-texts.ts';
import { ByteWriter } from '../../domain/bytes.ts';
import { ENTRY_KINDS, STAGES, type Stage } from '../../domain/reasons.ts';
import { codeOfStanding } from '../../domain/standing-codes.ts';
import type { ClaimPlaces } from '../../log/claim-places.ts';
import type { PlainFacts, PlainStage } from './plain-facts.ts';

/** The most findings that a plain case has. */
export const FINDINGS_MAX = 2;
/** The stages of which a plain case finds that they agree: before its order, money agrees with its line alone. */
const AGREED: Readonly<Record<PlainStage, readonly Stage[]>> = {
  ...{ early: ['settlement'], placed: [], paid: ['payment'], settled: ['payment', 'settlement'] },
};
const NONE: readonly Stage[] = [];
const MATCHED = ENTRY_KINDS.indexOf('matched');
const [ZERO, DOT] = [48, 46];
/** Nothing is different, by the number of decimals. */
const NO_DIFFERENCE = ['0', '0.0', '0.00', '0.000', '0.0000'].map((text) => Buffer.from(text));

export interface PlainAssessment {
  /** Its bytes, until the next one is written. */
  readonly writer: ByteWriter;
  /** Where the merchant and the provider lie in it, one after the other. */
  namesFrom: number;
  namesTo: number;
  findings: number;
  /** Where each finding begins, and where the last one ends. */
  readonly places: Int32Array;
}

export function newPlainAssessment(): PlainAssessment {
  const writer = new ByteWriter(1024);
  return { writer, namesFrom: 0, namesTo: 0, findings: 0, places: new Int32Array(FINDINGS_MAX + 1) };
}

function paymentStandingOf({ stage }: PlainFacts): Standing {
  return stage === 'placed' || stage === 'early' ? 'pending' : 'matched';
}

function settlementStandingOf({ stage, line, isUnreported }: PlainFacts): Standing {
  if (line !== null) return 'matched';
  return stage !== 'placed' && !isUnreported ? 'pending' : 'closed';
}

export function writePlainAssessment(facts: PlainFacts, into: PlainAssessment): void {
  const { writer, places } = into;
  const { order, money, shown, stage, line } = facts;
  writer.length = 0;
  writer.long(codeOfStanding(paymentStandingOf(facts)));
  writer.long(codeOfStanding(settlementStandingOf(facts)));
  if (stage === 'placed') writer.long(0);
  else writeReceived(writer, money);
  into.namesFrom = writer.length;
  if (order === null) writer.string('');
  else writeText(writer, order.bytes, order.merchant.from, order.merchant.to);
  writeText(writer, shown.bytes, shown.provider.from, shown.provider.to);
  into.namesTo = writer.length;
  const agreed = stage === 'early' && line === null ? NONE : AGREED[stage];
  into.findings = agreed.length;
  // None of them is open.
  writer.long(0);
  writer.long(into.findings);
  for (let at = 0; at < agreed.length; at++) {
    places[at] = writer.length;
    writeMatched(writer, facts, agreed[at]!);
  }
  places[agreed.length] = writer.length;
}

/** One sum of money: that of all claims, and nothing returned. */
function writeReceived(writer: ByteWriter, { bytes, currency, amount }: ClaimPlaces): void {
  writer.long(1);
  writeText(writer, bytes, currency.from, currency.to);
  // The minor units are the digits of the amount, without zeros before them.
  let { from } = amount;
  let hasDot = false;
  for (let at = from; at < amount.to; at++) hasDot ||= bytes[at] === DOT;
  let size = amount.to - from - (hasDot ? 1 : 0);
  for (; size > 1 && (bytes[from] === ZERO || bytes[from] === DOT); from++) if (bytes[from] === ZERO) size--;
  writer.long(size);
  writer.reserve(size);
  for (let at = from; at < amount.to; at++) if (bytes[at] !== DOT) writer.buffer[writer.length++] = bytes[at]!;
  writer.string('');
}

function writeMatched(writer: ByteWriter, { money, exponent, paidAt, settledAt }: PlainFacts, stage: Stage): void {
  const { bytes, amount, currency } = money;
  const nothing = NO_DIFFERENCE[exponent]!;
  writer.long(MATCHED);
  writer.long(STAGES.indexOf(stage));
  // No reason, and about the key as a whole.
  writer.optionalString(null);
  writer.string('');
  // Expected and observed are the same.
  for (let side = 0; side < 2; side++) writePresent(writer, bytes, amount.from, amount.to);
  writePresent(writer, nothing, 0, nothing.length);
  writePresent(writer, bytes, currency.from, currency.to);
  writer.optionalLong(stage === 'payment' ? paidAt : settledAt);
}

/** The byte of the second branch of a union with null. */
const PRESENT = Buffer.of(2);

function writePresent(writer: ByteWriter, bytes: Uint8Array, from: number, to: number): void {
  writePart(writer, PRESENT, 0, 1);
  writeText(writer, bytes, from, to);
}
