// The key whose payment and settlement agree to the cent, as numbers: most keys stand so in the end. What decides is
// the bytes of its record: it is packed only if the numbers give these very bytes again.

import type { Span } from '../domain/byte-scan.ts';
import { ByteReader, ByteWriter } from '../domain/bytes.ts';
import { currencyExponent } from '../domain/currency.ts';
import { readClaimFee } from '../log/fact-codec.ts';
import { type LogPlace, NO_PLACE, topicAt } from '../log/log-place.ts';
import { CLAIM_HEAD_SIZE } from './key-record.ts';
import {
  BEGINNING,
  CURRENCY_SIZE,
  DIGITS_MAX,
  PACKED_SIZE_MAX,
  PAYMENT_AGREES,
  SETTLEMENT_AGREES,
  writePackedAssessment,
} from './packed-assessment.ts';
import type { RecordPlace } from './record-place.ts';

/** A key with more claims keeps its record. */
export const PACKED_CLAIMS_MAX = 6;
/** The version of its entries is below this. */
const VERSIONS = 256;
const UINT32 = 2 ** 32;
const DECIMALS_MAX = 4;
const [ZERO, POINT] = [48, 46];

/** A packed key. One object is filled anew for each. */
export interface PackedKey {
  /** What was ordered, paid and settled, in minor units. */
  minor: number;
  /** The times of its two findings. */
  paymentAt: number;
  settlementAt: number;
  /** The fee of its line is this number at so many decimals; NaN where the line has none. */
  fee: number;
  feeScale: number;
  /** The currency's decimals (1 byte), the currency, then merchant and provider as Avro strings. */
  readonly name: ByteWriter;
  /** The version of its entries, and their places. */
  version: number;
  paymentHeight: number;
  paymentIndex: number;
  settlementHeight: number;
  settlementIndex: number;
  /** The places of its claims in the log; only the first `count` are its own. */
  readonly claims: Uint32Array;
  count: number;
}

export function newPackedKey(): PackedKey {
  return {
    ...{ minor: 0, paymentAt: 0, settlementAt: 0, fee: Number.NaN, feeScale: 0 },
    ...{ name: new ByteWriter(256), version: 0 },
    ...{ paymentHeight: 0, paymentIndex: 0, settlementHeight: 0, settlementIndex: 0 },
    ...{ claims: new Uint32Array(PACKED_CLAIMS_MAX), count: 0 },
  };
}

/** Of a finding: expected, observed, difference and currency. */
const TEXTS = 4;

const scratch = new ByteWriter(4096);

/** Reads a record as a packed key; false where it is none. */
export function readPackedKey(record: RecordPlace, key: PackedKey): boolean {
  const { bytes, from, to } = record;
  if (to - from <= 4) return false;
  const assessmentTo = from + 4 + bytes.readUInt32BE(from);
  if (!holds(bytes, from + 4, assessmentTo, BEGINNING)) return false;
  const reader = new ByteReader(bytes, from + 4 + BEGINNING.length, to);
  if (!readAmounts(reader, key) || reader.at !== assessmentTo) return false;
  scratch.length = 0;
  scratch.reserve(PACKED_SIZE_MAX + key.name.length);
  const end = writePackedAssessment(scratch.buffer, 0, key.name.view(), key.minor, key.paymentAt, key.settlementAt);
  if (bytes.compare(scratch.buffer, 0, end, from + 4, assessmentTo) !== 0) return false;
  return readEntries(reader, key) && readClaims(bytes, reader.at, to, key);
}

/** Reads an assessment after its beginning, as far as it is like that of a packed key. */
function readAmounts(reader: ByteReader, key: PackedKey): boolean {
  const { buffer } = reader;
  if (reader.long() !== CURRENCY_SIZE) return false;
  const currencyFrom = reader.at;
  const exponent = currencyExponent(reader.raw(CURRENCY_SIZE).toString('latin1'));
  const minor = Number(reader.string());
  if (exponent === undefined || exponent > DECIMALS_MAX || !(minor >= 0 && minor < 10 ** DIGITS_MAX)) return false;
  if (reader.string() !== '') return false;
  const namesFrom = reader.at;
  reader.skipString();
  reader.skipString();
  const { name } = key;
  name.length = 0;
  name.raw(Buffer.of(exponent));
  name.rawPart(buffer, currencyFrom, currencyFrom + CURRENCY_SIZE);
  name.rawPart(buffer, namesFrom, reader.at);
  if (reader.long() !== 0 || reader.long() !== 2) return false;
  const paymentAt = readTime(reader, PAYMENT_AGREES);
  const settlementAt = paymentAt === null ? null : readTime(reader, SETTLEMENT_AGREES);
  if (paymentAt === null || settlementAt === null) return false;
  Object.assign(key, { minor, paymentAt, settlementAt });
  return true;
}

/** The time of a finding that begins so; null where it begins otherwise, or has none. */
function readTime(reader: ByteReader, beginning: Buffer): number | null {
  if (!holds(reader.buffer, reader.at, reader.end, beginning)) return null;
  reader.at += beginning.length;
  for (let text = 0; text < TEXTS; text++) reader.skipOptionalString();
  return reader.optionalLong();
}

function readEntries(reader: ByteReader, key: PackedKey): boolean {
  key.version = reader.long();
  if (reader.long() !== 2) return false;
  key.paymentHeight = reader.long();
  key.paymentIndex = reader.long();
  key.settlementHeight = reader.long();
  key.settlementIndex = reader.long();
  return haveEntriesRoom(key);
}

/** Whether the version of its entries and their places are numbers of the size that there is for them. */
export function haveEntriesRoom(key: PackedKey): boolean {
  const { version, paymentHeight, paymentIndex, settlementHeight, settlementIndex } = key;
  return version < VERSIONS && Math.max(paymentHeight, paymentIndex, settlementHeight, settlementIndex) < UINT32;
}

/** Adds the place of a claim; false where it has none, or the key has too many. */
export function addPlace(key: Pick<PackedKey, 'claims' | 'count'>, place: LogPlace): boolean {
  if (place === NO_PLACE || key.count === PACKED_CLAIMS_MAX) return false;
  key.claims[key.count++] = place;
  return true;
}

/** Reads where the claims lie: all in the log, each with an id of its own, and one of them a settlement line. */
function readClaims(bytes: Buffer, from: number, to: number, key: PackedKey): boolean {
  let lines = 0;
  key.count = 0;
  for (let at = from; at < to; ) {
    const place: LogPlace = bytes.readUInt32BE(at + 4);
    if (!addPlace(key, place)) return false;
    const start = at + CLAIM_HEAD_SIZE;
    at = start + bytes.readUInt32BE(at);
    const taken = readClaimFee(bytes, start);
    // What is told or withdrawn, a line of a bank, and what is said again are for those who read all of a record.
    if (taken === undefined || (taken === null && topicAt(place) === 'settlements.v1')) return false;
    if (isSaidBefore(bytes, from, start)) return false;
    if (taken === null) continue;
    if (++lines > 1) return false;
    if (taken.line.charged !== null || !isNamed(key.name, taken.line.currency, taken.provider)) return false;
    if (!takeFee(taken.line.fee, key)) return false;
  }
  return lines === 1;
}

/** Whether a claim before this one, of those from `from` on, has its id: the first text of each. */
function isSaidBefore(bytes: Buffer, from: number, start: number): boolean {
  const size = idSize(bytes, start);
  for (let at = from + CLAIM_HEAD_SIZE; at < start; at += bytes.readUInt32BE(at - CLAIM_HEAD_SIZE) + CLAIM_HEAD_SIZE) {
    if (bytes.compare(bytes, start, start + size, at, at + size) === 0) return true;
  }
  return false;
}

/** The size of the text that begins here, with its length. */
function idSize(bytes: Buffer, start: number): number {
  const reader = new ByteReader(bytes, start);
  reader.skipString();
  return reader.at - start;
}

function isNamed({ buffer, length }: ByteWriter, currency: string, provider: string): boolean {
  const named = readPackedName(buffer.subarray(0, length));
  return named.currency === currency && named.provider === provider;
}

/** Notes the fee of the line; false where it is not exact as a number. */
function takeFee(text: string | null, key: PackedKey): boolean {
  key.fee = Number.NaN;
  key.feeScale = 0;
  if (text === null) return true;
  if (text.length > DIGITS_MAX) return false;
  const dot = text.indexOf('.');
  key.fee = Number(text.replace('.', ''));
  key.feeScale = dot < 0 ? 0 : text.length - dot - 1;
  return Number.isSafeInteger(key.fee);
}

/** The same from the fee's bytes; false also where these are more than digits and a point. */
export function takeFeeAt(bytes: Uint8Array, { from, to }: Span, key: PackedKey): boolean {
  key.fee = Number.NaN;
  key.feeScale = 0;
  if (from < 0) return true;
  if (to === from || to - from > DIGITS_MAX) return false;
  let fee = 0;
  let point = to - 1;
  for (let at = from; at < to; at++) {
    const digit = bytes[at]! - ZERO;
    if (bytes[at] === POINT && point === to - 1) point = at;
    else if (digit < 0 || digit > 9) return false;
    else fee = fee * 10 + digit;
  }
  key.fee = fee;
  key.feeScale = to - 1 - point;
  return true;
}

export interface PackedName {
  readonly currency: string;
  readonly merchant: string;
  readonly provider: string;
}

export function readPackedName(name: Buffer): PackedName {
  const reader = new ByteReader(name, 1);
  const currency = reader.raw(CURRENCY_SIZE).toString('latin1');
  return { currency, merchant: reader.string(), provider: reader.string() };
}

function holds(bytes: Uint8Array, from: number, to: number, wanted: Uint8Array): boolean {
  if (to - from < wanted.length) return false;
  for (let at = 0; at < wanted.length; at++) if (bytes[from + at] !== wanted[at]) return false;
  return true;
}
