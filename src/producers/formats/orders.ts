// Orders as the shop exports them, one row each.

import { phonePseudonym } from '../../archive/privacy/phone.ts';
import { ORDER_STATUSES, type OrderStatus } from '../../domain/fact.ts';
import type { FileContext, Format, RowReader } from './format.ts';
import { msisdnPseudonym } from './payment-ids.ts';
import { type Reservations, reservationFault } from './reserved-references.ts';
import type { Row } from './row.ts';

const FIELDS = [
  'merchant',
  'transaction_reference',
  'amount',
  'currency',
  'placed_at',
  'order_number',
  'expires_at',
  'status',
  'status_at',
  'msisdn',
  'country',
  'operator',
  'ip',
  'device_id',
  'updated_at',
  'parent',
] as const;
export const [MERCHANT, REFERENCE, AMOUNT, CURRENCY, PLACED_AT, ORDER_NUMBER, EXPIRES_AT] = [
  0, 1, 2, 3, 4, 5, 6,
] as const;
export const [STATUS, STATUS_AT, MSISDN, COUNTRY, OPERATOR, IP, DEVICE_ID, UPDATED_AT, PARENT] = [
  7, 8, 9, 10, 11, 12, 13, 14, 15,
] as const;

const NONE: Reservations = {};
const STATUSES: ReadonlySet<string> = new Set(ORDER_STATUSES);

export const ORDERS: Format = {
  topic: 'orders.v1',
  fields: FIELDS,
  required: FIELDS.slice(0, 5),
  words: { status: ORDER_STATUSES },
  linkedBy: ['parent'],
  open: orderReader,
};

function orderReader(context: FileContext): RowReader {
  const { provider, importId, receivedAt, statedAt, pseudonym, reservations = NONE } = context;
  const phone = phonePseudonym(pseudonym);
  const parts = new PartLevels();
  return (row) => {
    const merchant = row.requiredText(MERCHANT);
    const reference = row.reference(REFERENCE);
    if (reference === null) row.refuse(REFERENCE, 'HESABU_FIELD_MISSING', 'the reference of the order');
    const reserved = reference === null ? undefined : reservationFault(reservations, merchant, reference);
    if (reserved !== undefined) row.refuse(REFERENCE, 'HESABU_REFERENCE_RESERVED', reserved);
    const amount = row.requiredAmount(AMOUNT, CURRENCY, 'positive');
    const currency = row.requiredCurrency(CURRENCY);
    if (row.cells[PLACED_AT] === null) row.refuse(PLACED_AT, 'HESABU_FIELD_MISSING', 'a time');
    const placedAt = row.instant(PLACED_AT) ?? 0;
    const parent = parts.parentOf(row, reference);
    const order = {
      type: 'OrderPlaced',
      amount,
      currency,
      placed_at: placedAt,
      order_number: row.id(ORDER_NUMBER),
      expires_at: row.instant(EXPIRES_AT),
      status: statusOf(row),
      status_at: row.instant(STATUS_AT),
      msisdn: msisdnPseudonym(row, MSISDN, phone, row.cells[COUNTRY]),
      country: row.text(COUNTRY),
      operator: row.text(OPERATOR),
      ip: hidden(row, IP, pseudonym),
      device: hidden(row, DEVICE_ID, pseudonym),
    } as const;
    const updatedAt = row.instant(UPDATED_AT);
    if (row.fault !== null) return null;
    if (parent !== null) parts.add(reference!, parent);
    return {
      id: `order:${reference}`,
      provider,
      account: null,
      merchant,
      occurred_at: placedAt,
      forwarded: false,
      stated_at: updatedAt ?? statedAt,
      import_id: importId,
      body: parent === null ? order : { ...order, parent },
      transaction_reference: reference!,
      received_at: receivedAt,
      raw: `${importId}/${row.line}`,
      report: null,
      line: null,
      payout: null,
    };
  };
}

/** The parts and their wholes of one file: a whole that is itself a part would be told by nobody who pays what. */
class PartLevels {
  private readonly parts = new Set<string>();
  private readonly parents = new Set<string>();

  /** The whole that a row names, refused where it is the row's own order or there would be two levels. */
  parentOf(row: Row, reference: string | null): string | null {
    if (row.cells[PARENT] === null) return null;
    const parent = row.reference(PARENT);
    if (parent === null || reference === null) return parent;
    const refuse = (expected: string, found: string) => row.refuse(PARENT, 'HESABU_FIELD_INVALID', expected, found);
    if (parent === reference) refuse('the reference of the whole order, not of this part', `${parent} itself`);
    else if (this.parts.has(parent)) refuse('a whole order that is no part of another', `${parent}, itself a part`);
    else if (this.parents.has(reference)) refuse('no whole for an order that has parts', `parts of ${reference}`);
    return parent;
  }

  add(part: string, parent: string): void {
    this.parts.add(part);
    this.parents.add(parent);
  }
}

function statusOf(row: Row): OrderStatus {
  const status = orderStatusOf(row.cells[STATUS] ?? 'awaiting_payment');
  if (!STATUSES.has(status)) row.refuse(STATUS, 'HESABU_FIELD_INVALID', `one of ${ORDER_STATUSES.join(', ')}`);
  return status as OrderStatus;
}

/** Whatever the case of a word that is known. */
export function orderStatusOf(word: string): string {
  return STATUSES.has(word) ? word : word.toLowerCase();
}

function hidden(row: Row, index: number, pseudonym: (text: string) => string): string | null {
  const text = row.cells[index]!;
  return text === null || row.fault !== null ? null : pseudonym(text);
}
