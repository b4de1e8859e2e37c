// The bytes of the bodies of claims, after schemas/fact.avsc.

import type { ByteReader, ByteWriter } from '../domain/bytes.ts';
import {
  type FactBody,
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
import { DECISION_FORM, readDecision, writeDecision } from './decision-codec.ts';
import {
  FURTHER_LINE,
  FURTHER_PAYMENT,
  furtherLineBranch,
  furtherPaymentBranch,
  NUMBERED_LINE,
  NUMBERED_PAYMENT,
  ORDER_PART,
  ORDER_STATUS_CHANGED,
  REFUND_REQUESTED,
  readFurtherLine,
  readFurtherPayment,
  readRefundRequest,
  writeFurtherLine,
  writeFurtherPayment,
  writeRefundRequest,
} from './further-codec.ts';
import { HANDOFF_BRANCH, readHandoff, writeHandoff } from './handoff-codec.ts';
import { readBankLine, readPayoutPart, writeBankLine, writePayoutPart } from './payout-codec.ts';
import { readWithdrawal, writeWithdrawal } from './withdrawal-codec.ts';

/** The branches of the union `body`, in the schema's order. */
export const ORDER_PLACED = 0;
export const PAYMENT_OBSERVED = 1;
export const SETTLEMENT_LINE_REPORTED = 2;
const BANK_LINE_REPORTED = 4;
const PAYOUT_PART = 5;
const CLAIM_WITHDRAWN = 6;

export function writeBody(writer: ByteWriter, body: FactBody): void {
  switch (body.type) {
    case 'OrderPlaced':
      writer.long(body.parent === undefined ? ORDER_PLACED : ORDER_PART);
      writeOrder(writer, body);
      if (body.parent !== undefined) writer.string(body.parent);
      break;
    case 'PaymentObserved': {
      const further = furtherPaymentBranch(body);
      writer.long(further ?? PAYMENT_OBSERVED);
      writePayment(writer, body);
      if (further !== undefined) writeFurtherPayment(writer, body);
      break;
    }
    case 'SettlementLineReported': {
      const further = furtherLineBranch(body);
      writer.long(further ?? SETTLEMENT_LINE_REPORTED);
      writeLine(writer, body);
      if (further !== undefined) writeFurtherLine(writer, body);
      break;
    }
    case 'OrderStatusChanged':
      writer.long(ORDER_STATUS_CHANGED);
      writeSymbol(writer, ORDER_STATUSES, body.status);
      writer.long(body.at);
      break;
    case 'RefundRequested':
      writer.long(REFUND_REQUESTED);
      writeRefundRequest(writer, body);
      break;
    case 'Handoff':
      writer.long(HANDOFF_BRANCH);
      writeHandoff(writer, body);
      break;
    case 'BankLineReported':
      writer.long(BANK_LINE_REPORTED);
      writeBankLine(writer, body);
      break;
    case 'PayoutPart':
      writer.long(PAYOUT_PART);
      writePayoutPart(writer, body);
      break;
    case 'ClaimWithdrawn':
      writer.long(CLAIM_WITHDRAWN);
      writeWithdrawal(writer, body);
      break;
    default:
      writer.long(DECISION_FORM);
      writeDecision(writer, body);
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

export function readBody(reader: ByteReader): FactBody {
  const branch = reader.long();
  switch (branch) {
    case ORDER_PLACED:
      return readOrder(reader);
    case PAYMENT_OBSERVED:
      return readPayment(reader);
    case SETTLEMENT_LINE_REPORTED:
      return readLine(reader);
    case HANDOFF_BRANCH:
      return readHandoff(reader);
    case BANK_LINE_REPORTED:
      return readBankLine(reader);
    case PAYOUT_PART:
      return readPayoutPart(reader);
    case CLAIM_WITHDRAWN:
      return readWithdrawal(reader);
    case ORDER_STATUS_CHANGED:
      return { type: 'OrderStatusChanged', status: readSymbol(reader, ORDER_STATUSES), at: reader.long() };
    case REFUND_REQUESTED:
      return readRefundRequest(reader);
    case FURTHER_PAYMENT:
    case NUMBERED_PAYMENT:
      return { ...readPayment(reader), ...readFurtherPayment(reader, branch) };
    case FURTHER_LINE:
    case NUMBERED_LINE:
      return { ...readLine(reader), ...readFurtherLine(reader, branch) };
    case ORDER_PART:
      return { ...readOrder(reader), parent: reader.string() };
    case DECISION_FORM:
      return readDecision(reader);
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

function readSymbol<Symbol extends string>(reader: ByteReader, symbols: readonly Symbol[]): Symbol {
  const index = reader.long();
  const symbol = symbols[index];
  if (symbol === undefined) throw new RangeError(`the schema has no symbol number ${index}`);
  return symbol;
}

/**
 * What the line in the body that begins at the reader's place took as a fee; null where it is no line, undefined for
 * a withdrawal, which may be of one.
 */
export function readBodyFee(reader: ByteReader): LineFee | null | undefined {
  const branch = reader.long();
  if (branch !== SETTLEMENT_LINE_REPORTED && branch !== FURTHER_LINE && branch !== NUMBERED_LINE)
    return branch === CLAIM_WITHDRAWN || branch === HANDOFF_BRANCH ? undefined : null;
  const line_type = readSymbol(reader, LINE_TYPES);
  for (let skipped = 0; skipped < 5; skipped++) reader.skipOptionalString();
  const isFee = line_type === 'fee' || line_type === 'tax';
  // Of nearly all lines the amount is none of the fee's.
  if (!isFee) reader.skipString();
  return { charged: isFee ? reader.string() : null, currency: reader.string(), fee: reader.optionalString() };
}

/** What a line took: by itself, as its amount, and in its fee column. */
export interface LineFee {
  readonly charged: string | null;
  readonly currency: string;
  readonly fee: string | null;
}

/**
 * The status in the body that begins at the reader's place; null where it is no observation of a payment. With
 * `usual`, also null where it says anything further, such as that nobody signed it.
 */
export function readBodyStatus(reader: ByteReader, which: 'any' | 'usual' = 'any'): PaymentStatus | null {
  const branch = reader.long();
  const isFurther = branch === FURTHER_PAYMENT || branch === NUMBERED_PAYMENT;
  if (branch !== PAYMENT_OBSERVED && (which === 'usual' || !isFurther)) return null;
  // Before the status stand how it came and what kind of payment it is about.
  reader.skipLong();
  reader.skipLong();
  return readSymbol(reader, PAYMENT_STATUSES);
}
