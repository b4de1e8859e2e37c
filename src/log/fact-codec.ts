// Facts as bytes: Avro after schemas/fact.avsc, written by hand because this runs twice for every fact. The claim is
// last in the record, so that a key's state can store the tail of a value without decoding it.

import { ByteScan, newSpan } from '../domain/byte-scan.ts';
import { ByteReader, type ByteWriter } from '../domain/bytes.ts';
import type { Claim, Fact, PaymentStatus } from '../domain/fact.ts';
import { type LineFee, readBody, readBodyFee, readBodyStatus, writeBody } from './body-codec.ts';

/** Appends a fact: the envelope, then the claim. */
export function writeFact(writer: ByteWriter, fact: Fact): void {
  writer.string(fact.transaction_reference);
  writer.long(fact.received_at);
  writer.string(fact.raw);
  writer.optionalString(fact.report);
  writer.optionalString(fact.line);
  writeClaim(writer, fact);
}

export function writeClaim(writer: ByteWriter, claim: Claim): void {
  writer.string(claim.id);
  writer.string(claim.provider);
  writer.string(claim.merchant);
  writer.optionalLong(claim.occurred_at);
  writer.boolean(claim.forwarded);
  writeBody(writer, claim.body);
  writer.optionalString(claim.account);
  writer.optionalString(claim.payout);
  writer.optionalLong(claim.stated_at);
  writer.long(claim.import_id);
}

/** The fact in `buffer` from `at` to `end`. Throws a RangeError for invalid bytes. */
export function readFact(buffer: Buffer, at: number, end: number): Fact {
  const reader = new ByteReader(buffer, at, end);
  const envelope = {
    transaction_reference: reader.string(),
    received_at: reader.long(),
    raw: reader.string(),
    report: reader.optionalString(),
    line: reader.optionalString(),
  };
  return { ...envelope, ...readClaimFrom(reader) };
}

/** The transaction_reference of the fact at `at`. */
export function readKey(buffer: Buffer, at: number): string {
  return new ByteReader(buffer, at).string();
}

/** Where the fact at `at` came from: an import, or an exchange. */
export function readRaw(buffer: Buffer, at: number): string {
  const reader = new ByteReader(buffer, at);
  reader.skipString();
  reader.long();
  return reader.string();
}

/** The positions of the parts of an encoded fact. */
export interface FactPlace {
  keyFrom: number;
  keyTo: number;
  claimFrom: number;
}

/** Finds the parts of the fact at `at`; the envelope is skipped, not decoded. */
export function locateFact(buffer: Buffer, at: number, place: FactPlace): void {
  scan.begin(buffer, at);
  scan.text(keySpan);
  place.keyFrom = keySpan.from;
  place.keyTo = keySpan.to;
  scan.skipLong();
  scan.skipText();
  scan.skipOptionalText();
  scan.skipOptionalText();
  place.claimFrom = scan.at;
  if (scan.at > buffer.length) throw new RangeError('the bytes end too early');
}

const scan = new ByteScan();
const keySpan = newSpan();

/** The position of the claim of the fact at `at`. */
export function claimStart(buffer: Buffer, at: number): number {
  const place = { keyFrom: 0, keyTo: 0, claimFrom: 0 };
  locateFact(buffer, at, place);
  return place.claimFrom;
}

/** The claim in `buffer` from `at` (see claimStart) to `end`. Throws a RangeError for invalid bytes. */
export function readClaim(buffer: Buffer, at: number, end: number): Claim {
  return readClaimFrom(new ByteReader(buffer, at, end));
}

/** The occurred_at of the claim at `at`; null if its source gave no time. */
export function readClaimTime(buffer: Buffer, at: number): number | null {
  const reader = new ByteReader(buffer, at);
  skipNames(reader);
  return reader.optionalLong();
}

/** The status that the claim that begins at `at` gives a payment: as `readBodyStatus` has it. */
export function readClaimStatus(buffer: Buffer, at: number, which?: 'any' | 'usual'): PaymentStatus | null {
  const reader = new ByteReader(buffer, at);
  skipNames(reader);
  reader.optionalLong();
  reader.boolean();
  return readBodyStatus(reader, which);
}

/** The provider of the claim that begins at `at`, and what it took as a fee: as `readBodyFee` has it. */
export function readClaimFee(buffer: Buffer, at: number): ClaimFee | null | undefined {
  const reader = new ByteReader(buffer, at);
  reader.skipString();
  const providerAt = reader.at;
  reader.skipString();
  reader.skipString();
  reader.optionalLong();
  reader.boolean();
  const line = readBodyFee(reader);
  return line == null ? line : { provider: new ByteReader(buffer, providerAt).string(), line };
}

export interface ClaimFee {
  readonly provider: string;
  readonly line: LineFee;
}

/** The claim's id, provider and merchant. */
function skipNames(reader: ByteReader): void {
  reader.skipString();
  reader.skipString();
  reader.skipString();
}

function readClaimFrom(reader: ByteReader): Claim {
  const claim = {
    id: reader.string(),
    provider: reader.string(),
    merchant: reader.string(),
    occurred_at: reader.optionalLong(),
    forwarded: reader.boolean(),
    body: readBody(reader),
    account: reader.optionalString(),
    payout: reader.optionalString(),
    stated_at: reader.optionalLong(),
    import_id: reader.long(),
  };
  if (reader.at !== reader.end) throw new RangeError('the claim ends before its value does');
  return claim;
}
