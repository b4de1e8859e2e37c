// Orders as plain rows: what orders.ts reads of most rows, from bytes to bytes.

import { phonePseudonym } from '../../archive/privacy/phone.ts';
import { ORDER_STATUSES, type OrderStatus } from '../../domain/fact.ts';
import { ORDER_PLACED } from '../../log/body-codec.ts';
import type { FileContext, PlainReader, PlainSink } from './format.ts';
import {
  AMOUNT,
  COUNTRY,
  CURRENCY,
  DEVICE_ID,
  EXPIRES_AT,
  IP,
  MERCHANT,
  MSISDN,
  OPERATOR,
  ORDER_NUMBER,
  orderStatusOf,
  PARENT,
  PLACED_AT,
  REFERENCE,
  STATUS,
  STATUS_AT,
  UPDATED_AT,
} from './orders.ts';
import { PlainFact, written } from './plain-fact.ts';
import { personalText } from './plain-ids.ts';
import { cellText, type PlainRow } from './plain-row.ts';
import {
  currencyOf,
  instantOf,
  isId,
  isReference,
  isText,
  isWord,
  NO_TIME,
  OTHER_TIME,
  PlainNumber,
} from './plain-values.ts';
import { PlainWords } from './plain-words.ts';
import { type Reservations, reservationFault } from './reserved-references.ts';
import { withoutApostrophe } from './spreadsheet-ids.ts';

const AWAITING = ORDER_STATUSES.indexOf('awaiting_payment');

export function plainOrders(context: FileContext, sink: PlainSink): PlainReader {
  const { provider, statedAt, importId, reservations } = context;
  const fact = new PlainFact('orders.v1', context, sink);
  const idPrefix = Buffer.from('order:');
  const source = written((writer) => writer.string(provider));
  const stated = written((writer) => writer.optionalLong(statedAt));
  const importBytes = written((writer) => writer.long(importId));
  const amount = new PlainNumber();
  const statuses = new PlainWords((word) => ORDER_STATUSES.indexOf(orderStatusOf(word) as OrderStatus));
  const payer = new Payer(context);
  return (row, line) => {
    // A part of an order needs what the file says of the others.
    if (!isReference(row, REFERENCE) || !row.has(MERCHANT) || !isText(row, MERCHANT) || row.has(PARENT)) return false;
    if (reservations !== undefined && isReserved(reservations, row)) return false;
    const currency = currencyOf(row, CURRENCY);
    if (currency === null || !amount.isAmount(row, AMOUNT, currency, 'positive')) return false;
    const placedAt = instantOf(row, PLACED_AT);
    const expiresAt = instantOf(row, EXPIRES_AT);
    const statusAt = instantOf(row, STATUS_AT);
    const updatedAt = instantOf(row, UPDATED_AT);
    if (placedAt < 0 || expiresAt === OTHER_TIME || statusAt === OTHER_TIME || updatedAt === OTHER_TIME) return false;
    if (!isId(row, ORDER_NUMBER) || !isText(row, COUNTRY) || !isWord(row, OPERATOR)) return false;
    const status = row.has(STATUS) ? statuses.find(row, STATUS) : AWAITING;
    if (status < 0 || !payer.read(row)) return false;
    row.repeat(row.key, REFERENCE);
    fact.begin(row, line, payer.size);
    fact.nulls(2);
    fact.joined(row, REFERENCE, idPrefix);
    fact.put(source);
    fact.cell(row, MERCHANT);
    fact.optionalTime(placedAt);
    fact.nulls(1);
    fact.long(ORDER_PLACED);
    fact.cell(row, AMOUNT);
    fact.cell(row, CURRENCY);
    fact.long(placedAt);
    fact.optionalTime(expiresAt);
    fact.long(status);
    fact.optionalTime(statusAt);
    fact.optionalCell(row, ORDER_NUMBER);
    fact.optionalCell(row, COUNTRY);
    fact.optionalCell(row, OPERATOR);
    fact.optionalText(payer.msisdn);
    fact.optionalText(payer.ip);
    fact.optionalText(payer.device);
    fact.nulls(2);
    if (updatedAt === NO_TIME) fact.put(stated);
    else fact.optionalTime(updatedAt);
    fact.put(importBytes);
    fact.end();
    sink.addAmount(currency.code, amount.units, amount.decimals);
    return true;
  };
}

function isReserved(reservations: Reservations, row: PlainRow): boolean {
  return reservationFault(reservations, cellText(row, MERCHANT), cellText(row, REFERENCE)) !== undefined;
}

/** The pseudonyms of a row's personal data. */
class Payer {
  msisdn: string | null = null;
  ip: string | null = null;
  device: string | null = null;
  private readonly pseudonym: FileContext['pseudonym'];
  private readonly phone: ReturnType<typeof phonePseudonym>;

  constructor({ pseudonym }: FileContext) {
    this.pseudonym = pseudonym;
    this.phone = phonePseudonym(pseudonym);
  }

  /** How many bytes they have at most. */
  get size(): number {
    return ((this.msisdn?.length ?? 0) + (this.ip?.length ?? 0) + (this.device?.length ?? 0)) * 3;
  }

  read(row: PlainRow): boolean {
    const [number, ip, device] = [personalText(row, MSISDN), personalText(row, IP), personalText(row, DEVICE_ID)];
    const country = number === null ? null : personalText(row, COUNTRY);
    if (number === undefined || ip === undefined || device === undefined || country === undefined) return false;
    this.msisdn = number === null ? null : this.phone(withoutApostrophe(number), country);
    this.ip = ip === null ? null : this.pseudonym(ip);
    this.device = device === null ? null : this.pseudonym(device);
    return true;
  }
}
