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

type Aliases = Readonly<Record<string, string>>;
const NO_ALIASES: Aliases = {};

export function isFurtherPayment({ aliases, hint, untimed }: PaymentObserved): boolean {
  return aliases !== undefined || hint !== undefined || untimed !== undefined;
}

export function isFurtherLine({ aliases }: SettlementLineReported): boolean {
  return aliases !== undefined;
}

/** What follows the payment. */
export function writeFurtherPayment(writer: ByteWriter, { aliases, hint, untimed }: PaymentObserved): void {
  writeAliases(writer, aliases);
  writer.boolean(hint === true);
  writer.boolean(untimed === true);
}

/** What follows the payment; members are absent, not undefined. */
export function readFurtherPayment(reader: ByteReader): Pick<PaymentObserved, 'aliases' | 'hint' | 'untimed'> {
  const aliases = readAliases(reader);
  const hint = reader.boolean() ? ({ hint: true } as const) : {};
  const untimed = reader.boolean() ? ({ untimed: true } as const) : {};
  return { ...aliases, ...hint, ...untimed };
}

export function writeFurtherLine(writer: ByteWriter, { aliases }: SettlementLineReported): void {
  writeAliases(writer, aliases);
}

export function readFurtherLine(reader: ByteReader): Pick<SettlementLineReported, 'aliases'> {
  return readAliases(reader);
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
function writeAliases(writer: ByteWriter, aliases: Aliases = NO_ALIASES): void {
  const names = Object.keys(aliases).sort();
  if (names.length > 0) writer.long(names.length);
  for (const name of names) {
    writer.string(name);
    writer.string(aliases[name]!);
  }
  writer.long(0);
}

function readAliases(reader: ByteReader): { readonly aliases?: Aliases } {
  const found: [string, string][] = [];
  for (let count = reader.long(); count !== 0; count = reader.long()) {
    if (count < 0) throw new RangeError('a map is written in blocks without their size');
    for (let at = 0; at < count; at++) found.push([reader.string(), reader.string()]);
  }
  return found.length === 0 ? {} : { aliases: Object.fromEntries(found) };
}
