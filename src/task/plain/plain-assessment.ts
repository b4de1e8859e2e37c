// The assessment of a plain case as bytes: those of assessment-codec.ts and finding-codec.ts, from amounts and names
// as they lie in the claims.

import type { Standing } from '../../domain/assessment.ts';
import { writePart, writeText } from '../../domain/byte-texts.ts';
import { ByteWriter } from '../../domain/bytes.ts';
import { ENTRY_KINDS, STAGES, type Stage } from '../../domain/reasons.ts';
import { codeOfStanding } from '../../domain/standing-codes.ts';
import type { Instant } from '../../domain/time.ts';
import type { ClaimPlaces } from '../../log/claim-places.ts';
import type { PlainFacts, PlainStage } from './plain-case.ts';

/** The most findings that a plain case has. */
const FINDINGS_MAX = 2;
/** How many findings a plain case has: that the payment agrees, and then that the settlement does. */
const FINDINGS: Readonly<Record<PlainStage, number>> = { placed: 0, paid: 1, settled: FINDINGS_MAX };
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
  return stage === 'placed' ? 'pending' : 'matched';
}

function settlementStandingOf({ stage, isUnreported }: PlainFacts): Standing {
  if (stage === 'settled') return 'matched';
  return stage === 'paid' && !isUnreported ? 'pending' : 'closed';
}

export function writePlainAssessment(facts: PlainFacts, into: PlainAssessment): void {
  const { writer, places } = into;
  const { order, shown, stage } = facts;
  writer.length = 0;
  writer.long(codeOfStanding(paymentStandingOf(facts)));
  writer.long(codeOfStanding(settlementStandingOf(facts)));
  if (stage === 'placed') writer.long(0);
  else writeReceived(writer, order);
  into.namesFrom = writer.length;
  writeText(writer, order.bytes, order.merchant.from, order.merchant.to);
  writeText(writer, shown.bytes, shown.provider.from, shown.provider.to);
  into.namesTo = writer.length;
  into.findings = FINDINGS[stage];
  // None of them is open.
  writer.long(0);
  writer.long(into.findings);
  places[0] = writer.length;
  if (into.findings > 0) writeMatched(writer, facts, 'payment', facts.paidAt);
  places[1] = writer.length;
  if (into.findings > 1) writeMatched(writer, facts, 'settlement', facts.settledAt);
  places[2] = writer.length;
}

/** One sum of money: that of the order, and nothing returned. */
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

function writeMatched(writer: ByteWriter, { order, exponent }: PlainFacts, stage: Stage, openedAt: Instant): void {
  const { bytes, amount, currency } = order;
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
  writer.optionalLong(openedAt);
}

/** The byte of the second branch of a union with null. */
const PRESENT = Buffer.of(2);

function writePresent(writer: ByteWriter, bytes: Uint8Array, from: number, to: number): void {
  writePart(writer, PRESENT, 0, 1);
  writeText(writer, bytes, from, to);
}
