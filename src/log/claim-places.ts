// Where the parts of a usual claim lie in its bytes: of an order, a payment observed or a settlement line without what
// few of them have. See fact-codec.ts and body-codec.ts, which write and read any claim.

import { ByteScan, newSpan, type Span } from '../domain/byte-scan.ts';
import {
  LINE_TYPES,
  ORDER_STATUSES,
  PAYMENT_KINDS,
  PAYMENT_STATUSES,
  type PaymentStatus,
  VIAS,
} from '../domain/fact.ts';

export type PlacedBody = 'OrderPlaced' | 'PaymentObserved' | 'SettlementLineReported';

/** The parts that the body does not have are as they were for the claim before. */
export interface ClaimPlaces {
  bytes: Uint8Array;
  from: number;
  to: number;
  body: PlacedBody;
  readonly id: Span;
  readonly provider: Span;
  readonly merchant: Span;
  readonly account: Span;
  readonly payout: Span;
  /** NaN where there is none, as for every optional number. */
  occurredAt: number;
  /** Of a line its gross. */
  readonly amount: Span;
  readonly currency: Span;
  /** As the index in ORDER_STATUSES. */
  orderStatus: number;
  placedAt: number;
  expiresAt: number;
  statusAt: number;
  readonly country: Span;
  readonly operator: Span;
  isPoll: boolean;
  /** As the index in PAYMENT_STATUSES. */
  paymentStatus: number;
  readonly transaction: Span;
  readonly operatorTransaction: Span;
  readonly request: Span;
  readonly fee: Span;
  readonly date: Span;
  readonly settlementCurrency: Span;
  readonly settlementAmount: Span;
  readonly rate: Span;
}

export function newClaimPlaces(): ClaimPlaces {
  return {
    ...{ bytes: Buffer.alloc(0), from: 0, to: 0, body: 'OrderPlaced' },
    ...{ id: newSpan(), provider: newSpan(), merchant: newSpan(), account: newSpan(), payout: newSpan() },
    ...{ occurredAt: 0, amount: newSpan(), currency: newSpan() },
    ...{ orderStatus: 0, placedAt: 0, expiresAt: 0, statusAt: 0, country: newSpan(), operator: newSpan() },
    ...{ isPoll: false, paymentStatus: 0 },
    ...{ transaction: newSpan(), operatorTransaction: newSpan(), request: newSpan() },
    ...{ fee: newSpan(), date: newSpan() },
    ...{ settlementCurrency: newSpan(), settlementAmount: newSpan(), rate: newSpan() },
  };
}

/** Avro writes the index of a branch or symbol below 64 as one byte: twice the index. */
const BODY_BYTES: Readonly<Record<PlacedBody, number>> = {
  OrderPlaced: 0 << 1,
  PaymentObserved: 1 << 1,
  SettlementLineReported: 2 << 1,
};
const POLL_BYTE = VIAS.indexOf('poll') << 1;
const CALLBACK_BYTE = VIAS.indexOf('callback') << 1;
const PAYMENT_KIND_BYTE = PAYMENT_KINDS.indexOf('payment') << 1;
const PAYMENT_LINE_BYTE = LINE_TYPES.indexOf('payment') << 1;

export function paymentStatusIndex(status: PaymentStatus): number {
  return PAYMENT_STATUSES.indexOf(status);
}

const scan = new ByteScan();

/**
 * Notes where the parts of a claim lie. False for one that is not usual: another key gave it; it is no order, payment
 * or line of a payment; it returns something; it has a word that we have none for, or ids of further kinds.
 */
export function placeClaim(bytes: Uint8Array, from: number, to: number, into: ClaimPlaces): boolean {
  scan.begin(bytes, from);
  into.bytes = bytes;
  into.from = from;
  into.to = to;
  scan.text(into.id);
  scan.text(into.provider);
  scan.text(into.merchant);
  into.occurredAt = scan.optionalLong();
  const isForwarded = scan.isPresent();
  if (isForwarded || !placeBody(scan.byte(), into)) return false;
  scan.optionalText(into.account);
  scan.optionalText(into.payout);
  // When it was stated, and by which import, say nothing where nothing is said twice.
  scan.optionalLong();
  scan.long();
  return scan.at === to;
}

function placeBody(byte: number, into: ClaimPlaces): boolean {
  if (byte === BODY_BYTES.OrderPlaced) return placeOrder(into);
  if (byte === BODY_BYTES.PaymentObserved) return placePayment(into);
  return byte === BODY_BYTES.SettlementLineReported && placeLine(into);
}

function placeOrder(into: ClaimPlaces): boolean {
  into.body = 'OrderPlaced';
  scan.text(into.amount);
  scan.text(into.currency);
  into.placedAt = scan.long();
  into.expiresAt = scan.optionalLong();
  const status = scan.byte();
  into.orderStatus = status >>> 1;
  into.statusAt = scan.optionalLong();
  scan.skipOptionalText();
  scan.optionalText(into.country);
  scan.optionalText(into.operator);
  // Of the payer: number, address and device.
  for (let skipped = 0; skipped < 3; skipped++) scan.skipOptionalText();
  return (status & 1) === 0 && into.orderStatus < ORDER_STATUSES.length;
}

function placePayment(into: ClaimPlaces): boolean {
  into.body = 'PaymentObserved';
  const via = scan.byte();
  into.isPoll = via === POLL_BYTE;
  if (!into.isPoll && via !== CALLBACK_BYTE) return false;
  if (scan.byte() !== PAYMENT_KIND_BYTE) return false;
  const status = scan.byte();
  into.paymentStatus = status >>> 1;
  if ((status & 1) === 1 || into.paymentStatus >= PAYMENT_STATUSES.length || scan.isPresent()) return false;
  if (!placeIds(into)) return false;
  scan.optionalText(into.amount);
  scan.optionalText(into.currency);
  // What a callback says of a fee counts for nothing.
  scan.skipOptionalText();
  scan.optionalText(into.operator);
  scan.skipOptionalText();
  return true;
}

function placeLine(into: ClaimPlaces): boolean {
  into.body = 'SettlementLineReported';
  if (scan.byte() !== PAYMENT_LINE_BYTE || scan.isPresent()) return false;
  if (!placeIds(into)) return false;
  scan.text(into.amount);
  scan.text(into.currency);
  scan.optionalText(into.fee);
  scan.text(into.date);
  scan.optionalText(into.settlementCurrency);
  scan.optionalText(into.settlementAmount);
  scan.optionalText(into.rate);
  return true;
}

function placeIds(into: ClaimPlaces): boolean {
  scan.optionalText(into.transaction);
  scan.optionalText(into.operatorTransaction);
  scan.optionalText(into.request);
  const hasOriginal = scan.isPresent();
  return !hasOriginal;
}
