// A plain case that is settled as a packed key, without a record in between.

import { isSameText, writePart } from '../domain/byte-texts.ts';
import { CURRENCY_SIZE } from './packed-assessment.ts';
import { type PackedKey, takeFeeAt } from './packed-key.ts';
import type { PlainAssessment } from './plain/plain-assessment.ts';
import type { PlainFacts } from './plain/plain-facts.ts';

/** Fills a packed key, apart from its entries and claims; false where it keeps a record. */
export function packPlainCase(facts: PlainFacts, assessment: PlainAssessment, key: PackedKey): boolean {
  const { order, shown, line, exponent } = facts;
  if (line === null || order === null || order.currency.to - order.currency.from !== CURRENCY_SIZE) return false;
  if (!isSameText(line.bytes, line.currency, order.bytes, order.currency)) return false;
  if (!isSameText(line.bytes, line.provider, shown.bytes, shown.provider)) return false;
  if (!takeFeeAt(line.bytes, line.fee, key)) return false;
  key.minor = facts.minor;
  key.paymentAt = facts.paidAt;
  key.settlementAt = facts.settledAt;
  const { name } = key;
  name.length = 0;
  name.reserve(1);
  name.buffer[name.length++] = exponent;
  writePart(name, order.bytes, order.currency.from, order.currency.to);
  writePart(name, assessment.writer.buffer, assessment.namesFrom, assessment.namesTo);
  return true;
}
