// The bytes of the bodies that say more of an order, a payment or a line than usual, after schemas/fact.avsc: each is
// a branch of its own, so that the usual ones keep their bytes.

import type { ByteReader, ByteWriter } from '../domain/bytes.ts';
import type { PaymentObserved, RefundRequested, SettlementLineReported } from '../domain/fact.ts';

/** Their branches of the union `body`, in the schema's order. */
export const ORDER_STATUS_CHANGED = 7;
export const REFUND_REQUESTED = 8;
export const FURTHER_PAYMENT = 9;
export const FURTHER_LINE = 10;
export const ORDER_PART = 11;
export const NUMBERED_PAYMENT = 12;
export const NUMBERED_LINE = 13;

type Names = Readonly<Record<string, string>>;
const NO_NAMES: Names = {};

/** The branch of a payment observed; undefined for that of the usual ones. */
export function furtherPaymentBranch({ aliases, hint, untimed, series }: PaymentObserved): number | undefined {
  if (series !== undefined) return NUMBERED_PAYMENT;
  return (aliases ?? hint ?? untimed) === undefined ? undefined : FURTHER_PAYMENT;
}

export function furtherLineBranch({ aliases, series }: SettlementLineReported): number | undefined {
  return series !== undefined ? NUMBERED_LINE : aliases !== undefined ? FURTHER_LINE : undefined;
}

/** What follows the payment. */
export function writeFurtherPayment(writer: ByteWriter, { aliases, hint, untimed, series }: PaymentObserved): void {
  writeNames(writer, aliases);
  writer.boolean(hint === true);
  writer.boolean(untimed === true);
  if (series !== undefined) writeNames(writer, series);
}

/** What follows the payment; members are absent, not undefined. */
export function readFurtherPayment(
  reader: ByteReader,
  branch: number,
): Pick<PaymentObserved, 'aliases' | 'hint' | 'untimed' | 'series'> {
  const aliases = readNames(reader);
  const hint = reader.boolean() ? ({ hint: true } as const) : {};
  const untimed = reader.boolean() ? ({ untimed: true } as const) : {};
  const series = branch === NUMBERED_PAYMENT ? { series: readNames(reader) ?? NO_NAMES } : {};
  return { ...(aliases === undefined ? {} : { aliases }), ...hint, ...untimed, ...series };
}

export function writeFurtherLine(writer: ByteWriter, { aliases, series }: SettlementLineReported): void {
  writeNames(writer, aliases);
  if (series !== undefined) writeNames(writer, series);
}

export function readFurtherLine(
  reader: ByteReader,
  branch: number,
): Pick<SettlementLineReported, 'aliases' | 'series'> {
  const aliases = readNames(reader);
  const series = branch === NUMBERED_LINE ? { series: readNames(reader) ?? NO_NAMES } : {};
  return { ...(aliases === undefined ? {} : { aliases }), ...series };
}

export function writeRefundRequest(writer: ByteWriter, body: RefundRequested): void {
  writer.optionalString(body.refund_id);
  writer.string(body.amount);
  writer.string(body.currency);
  writer.optionalLong(body.at);
}

export function readRefundRequest(reader: ByteReader): RefundRequested {
  return {
    type: 'RefundRequested',
    refund_id: reader.optionalString(),
    amount: reader.string(),
    currency: reader.string(),
    at: reader.optionalLong(),
  };
}

/** One block of the map, sorted by name: one content has one encoding. */
function writeNames(writer: ByteWriter, map: Names = NO_NAMES): void {
  const names = Object.keys(map).sort();
  if (names.length > 0) writer.long(names.length);
  for (const name of names) {
    writer.string(name);
    writer.string(map[name]!);
  }
  writer.long(0);
}

/** Undefined for an empty one. */
function readNames(reader: ByteReader): Names | undefined {
  const found: [string, string][] = [];
  for (let count = reader.long(); count !== 0; count = reader.long()) {
    if (count < 0) throw new RangeError('a map is written in blocks without their size');
    for (let at = 0; at < count; at++) found.push([reader.string(), reader.string()]);
  }
  return found.length === 0 ? undefined : Object.fromEntries(found);
}
