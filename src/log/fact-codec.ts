// Facts as bytes: Avro after schemas/fact.avsc, written by hand because this runs twice for every fact. The claim is
// last in the record, so that a key's state can store the tail of a value without decoding it.

import { ByteReader, type ByteWriter } from '../domain/bytes.ts';
import {
  type Claim,
  type Fact,
  type FactBody,
  type FactMoved,
  LINE_TYPES,
  ORDER_STATUSES,
  type OrderPlaced,
  PAYMENT_KINDS,
  PAYMENT_STATUSES,
  type PaymentObserved,
  type PaymentStatus,
  type SettlementLineReported,
  VIAS,
} from '../domain/fact.ts';

/** The branches of the union `body`, in the schema's order. */
const ORDER_PLACED = 0;
const PAYMENT_OBSERVED = 1;
const SETTLEMENT_LINE_REPORTED = 2;
const FACT_MOVED = 3;

/** Appends a fact: the envelope, then the claim. */
export function writeFact(writer: ByteWriter, fact: Fact): void {
  writer.string(fact.transaction_reference);
  writer.long(fact.received_at);
  writer.string(fact.raw);
  writer.optionalString(fact.report);
  writer.optionalString(fact.line);
  writer.optionalString(fact.payout);
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
}

function writeBody(writer: ByteWriter, body: FactBody): void {
  switch (body.type) {
    case 'OrderPlaced':
      writer.long(ORDER_PLACED);
      writeOrder(writer, body);
      break;
    case 'PaymentObserved':
      writer.long(PAYMENT_OBSERVED);
      writePayment(writer, body);
      break;
    case 'SettlementLineReported':
      writer.long(SETTLEMENT_LINE_REPORTED);
      writeLine(writer, body);
      break;
    case 'FactMoved':
      writer.long(FACT_MOVED);
      writer.string(body.fact);
      writer.string(body.to);
  }
}

function writeOrder(writer: ByteWriter, body: OrderPlaced): void {
  writer.string(body.amount);
  writer.string(body.currency);
  writer.long(body.placed_at);
  writer.optionalLong(body.expires_at);
  writeSymbol(writer, ORDER_STATUSES, body.status);
  writer.optionalLong(body.status_at);
  writer.optionalString(body.order_number);
  writer.optionalString(body.country);
  writer.optionalString(body.operator);
  writer.optionalString(body.msisdn);
  writer.optionalString(body.ip);
  writer.optionalString(body.device);
}

function writePayment(writer: ByteWriter, body: PaymentObserved): void {
  writeSymbol(writer, VIAS, body.via);
  writeSymbol(writer, PAYMENT_KINDS, body.kind);
  writeSymbol(writer, PAYMENT_STATUSES, body.status);
  writer.optionalString(body.word);
  writer.optionalString(body.provider_transaction_id);
  writer.optionalString(body.operator_transaction_id);
  writer.optionalString(body.request_id);
  writer.optionalString(body.original_transaction_id);
  writer.optionalString(body.amount);
  writer.optionalString(body.currency);
  writer.optionalString(body.fee);
  writer.optionalString(body.operator);
  writer.optionalString(body.msisdn);
}

function writeLine(writer: ByteWriter, body: SettlementLineReported): void {
  writeSymbol(writer, LINE_TYPES, body.line_type);
  writer.optionalString(body.word);
  writer.optionalString(body.provider_transaction_id);
  writer.optionalString(body.operator_transaction_id);
  writer.optionalString(body.request_id);
  writer.optionalString(body.original_transaction_id);
  writer.string(body.gross);
  writer.string(body.currency);
  writer.optionalString(body.fee);
  writer.string(body.settlement_date);
  writer.optionalString(body.settlement_currency);
  writer.optionalString(body.settlement_amount);
  writer.optionalString(body.fx_rate);
}

function writeSymbol<Symbol extends string>(writer: ByteWriter, symbols: readonly Symbol[], symbol: Symbol): void {
  const index = symbols.indexOf(symbol);
  if (index < 0) throw new RangeError(`the schema has no symbol ${symbol}`);
  writer.long(index);
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
    payout: reader.optionalString(),
  };
  return { ...envelope, ...readClaimFrom(reader) };
}

/** The transaction_reference of the fact at `at`. */
export function readKey(buffer: Buffer, at: number): string {
  return new ByteReader(buffer, at).string();
}

/** The positions of the parts of an encoded fact. */
export interface FactPlace {
  keyFrom: number;
  keyTo: number;
  claimFrom: number;
}

/** Finds the parts of the fact at `at`; the envelope is skipped, not decoded. */
export function locateFact(buffer: Buffer, at: number, place: FactPlace): void {
  const reader = new ByteReader(buffer, at);
  const size = reader.long();
  place.keyFrom = reader.at;
  place.keyTo = reader.at + size;
  reader.at = place.keyTo;
  reader.skipLong();
  reader.skipString();
  reader.skipOptionalString();
  reader.skipOptionalString();
  reader.skipOptionalString();
  place.claimFrom = reader.at;
}

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

/** The status that the claim that begins at `at` gives a payment; null where it is no observation of one. */
export function readClaimStatus(buffer: Buffer, at: number): PaymentStatus | null {
  const reader = new ByteReader(buffer, at);
  skipNames(reader);
  reader.optionalLong();
  reader.boolean();
  if (reader.long() !== PAYMENT_OBSERVED) return null;
  // Before the status stand how it came and what kind of payment it is about.
  reader.skipLong();
  reader.skipLong();
  return readSymbol(reader, PAYMENT_STATUSES);
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
    // Facts from before accounts were named end with the body.
    account: reader.at < reader.end ? reader.optionalString() : null,
  };
  if (reader.at !== reader.end) throw new RangeError('the claim ends before its value does');
  return claim;
}

function readBody(reader: ByteReader): FactBody {
  const branch = reader.long();
  switch (branch) {
    case ORDER_PLACED:
      return readOrder(reader);
    case PAYMENT_OBSERVED:
      return readPayment(reader);
    case SETTLEMENT_LINE_REPORTED:
      return readLine(reader);
    case FACT_MOVED:
      return readMove(reader);
    default:
      throw new RangeError(`the schema has no body ${branch}`);
  }
}

function readOrder(reader: ByteReader): OrderPlaced {
  return {
    type: 'OrderPlaced',
    amount: reader.string(),
    currency: reader.string(),
    placed_at: reader.long(),
    expires_at: reader.optionalLong(),
    status: readSymbol(reader, ORDER_STATUSES),
    status_at: reader.optionalLong(),
    order_number: reader.optionalString(),
    country: reader.optionalString(),
    operator: reader.optionalString(),
    msisdn: reader.optionalString(),
    ip: reader.optionalString(),
    device: reader.optionalString(),
  };
}

function readPayment(reader: ByteReader): PaymentObserved {
  return {
    type: 'PaymentObserved',
    via: readSymbol(reader, VIAS),
    kind: readSymbol(reader, PAYMENT_KINDS),
    status: readSymbol(reader, PAYMENT_STATUSES),
    word: reader.optionalString(),
    provider_transaction_id: reader.optionalString(),
    operator_transaction_id: reader.optionalString(),
    request_id: reader.optionalString(),
    original_transaction_id: reader.optionalString(),
    amount: reader.optionalString(),
    currency: reader.optionalString(),
    fee: reader.optionalString(),
    operator: reader.optionalString(),
    msisdn: reader.optionalString(),
  };
}

function readLine(reader: ByteReader): SettlementLineReported {
  return {
    type: 'SettlementLineReported',
    line_type: readSymbol(reader, LINE_TYPES),
    word: reader.optionalString(),
    provider_transaction_id: reader.optionalString(),
    operator_transaction_id: reader.optionalString(),
    request_id: reader.optionalString(),
    original_transaction_id: reader.optionalString(),
    gross: reader.string(),
    currency: reader.string(),
    fee: reader.optionalString(),
    settlement_date: reader.string(),
    settlement_currency: reader.optionalString(),
    settlement_amount: reader.optionalString(),
    fx_rate: reader.optionalString(),
  };
}

function readMove(reader: ByteReader): FactMoved {
  return { type: 'FactMoved', fact: reader.string(), to: reader.string() };
}

function readSymbol<Symbol extends string>(reader: ByteReader, symbols: readonly Symbol[]): Symbol {
  const index = reader.long();
  const symbol = symbols[index];
  if (symbol === undefined) throw new RangeError(`the schema has no symbol number ${index}`);
  return symbol;
}
