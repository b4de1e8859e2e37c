// The bytes of the bodies that only payouts have, after schemas/fact.avsc.

import type { ByteReader, ByteWriter } from '../domain/bytes.ts';
import type { BankLineReported, PayoutPart } from '../domain/fact.ts';

export function writeBankLine(writer: ByteWriter, body: BankLineReported): void {
  writer.string(body.bank_account);
  writer.string(body.amount);
  writer.string(body.currency);
  writer.string(body.value_date);
  writer.string(body.bank_reference);
  writer.optionalString(body.narration);
}

export function readBankLine(reader: ByteReader): BankLineReported {
  return {
    type: 'BankLineReported',
    bank_account: reader.string(),
    amount: reader.string(),
    currency: reader.string(),
    value_date: reader.string(),
    bank_reference: reader.string(),
    narration: reader.optionalString(),
  };
}

export function writePayoutPart(writer: ByteWriter, body: PayoutPart): void {
  writer.string(body.currency);
  writer.string(body.settlement_date);
  writer.long(body.lines);
  writer.string(body.gross);
  writer.string(body.fees);
  writer.string(body.returns);
  writer.string(body.other);
}

export function readPayoutPart(reader: ByteReader): PayoutPart {
  return {
    type: 'PayoutPart',
    currency: reader.string(),
    settlement_date: reader.string(),
    lines: reader.long(),
    gross: reader.string(),
    fees: reader.string(),
    returns: reader.string(),
    other: reader.string(),
  };
}
