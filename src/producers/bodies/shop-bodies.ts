// What the bodies of an account may say as a shop: orders, their statuses and refunds of its own merchants, under
// references that are theirs to use. The same for every provider, since a body can name any merchant and any reference.

import type { Fact } from '../../domain/fact.ts';
import { quoted } from '../../domain/quotation.ts';
import { type Reservations, reservationFault } from '../formats/reserved-references.ts';
import type { Fault } from '../formats/row.ts';
import type { BodyReaders, BodyReading, ReadBody } from './body.ts';

export interface ShopTerms {
  /** The merchants of the account; `*` for all. */
  readonly merchants: readonly string[];
  /** Whose orders those are that name no merchant. */
  readonly merchant: string;
  /** Which references merchants reserve now; absent where none does. */
  readonly reservations: () => Reservations | undefined;
}

/** What is known of references before a body is taken. */
export interface KnownReferences {
  /** Whether another merchant's order has it already. */
  isTaken(reference: string, merchant: string): Promise<boolean>;
  /**
   * Those whose a whole order is, each of whom the sender of a part of the merchant must speak for; none where it is
   * nobody's, or a marketplace's that takes parts of the merchant.
   */
  holdersOf(whole: string, merchant: string): Promise<readonly string[]>;
}

/** The same readers, whose facts keep to the terms: what does not is rejected. */
export function readersWithin(readers: BodyReaders, terms: ShopTerms): BodyReaders {
  const within = (read: ReadBody): ReadBody => {
    return (body) => withoutRefused(read(body), (fact) => termsFault(fact, terms));
  };
  return Object.fromEntries(Object.entries(readers).map(([kind, read]) => [kind, within(read)]));
}

export function placesOrder({ facts }: BodyReading): boolean {
  return facts.some(({ body }) => body.type === 'OrderPlaced');
}

/**
 * Rejects each order under a reference that another merchant's order has: one shop could spoil another's order by it.
 * Of two that come at the same moment both may get through; then a break tells of them. The same of a part of a whole
 * that the account does not speak for: a part changes what the payer of the whole owes, and who gets of it.
 */
export async function withoutTaken(
  reading: BodyReading,
  known: KnownReferences,
  merchants: readonly string[],
): Promise<BodyReading> {
  const faults = new Map<Fact, Fault>();
  for (const fact of reading.facts) {
    if (fact.body.type !== 'OrderPlaced') continue;
    const { parent } = fact.body;
    if (await known.isTaken(fact.transaction_reference, fact.merchant)) faults.set(fact, takenFault(fact));
    else if (parent !== undefined && !speaksFor(merchants, await known.holdersOf(parent, fact.merchant))) {
      const expected = 'a whole order of a merchant of the account';
      faults.set(fact, { field: 'parent', code: 'HESABU_FIELD_INVALID', expected, found: quoted(parent) });
    }
  }
  if (faults.size === 0) return reading;
  return withoutRefused(reading, (fact) => faults.get(fact));
}

function speaksFor(merchants: readonly string[], holders: readonly string[]): boolean {
  return merchants.includes('*') || holders.every((holder) => merchants.includes(holder));
}

function withoutRefused(reading: BodyReading, faultOf: (fact: Fact) => Fault | undefined): BodyReading {
  const faults = reading.facts.map(faultOf);
  if (faults.every((fault) => fault === undefined)) return reading;
  const rejects = faults.flatMap((fault) => (fault === undefined ? [] : [{ ...fault, place: '' }]));
  const facts = reading.facts.filter((_, at) => faults[at] === undefined);
  return { ...reading, facts, rejects: [...reading.rejects, ...rejects] };
}

function termsFault(fact: Fact, { merchants, merchant: own, reservations }: ShopTerms): Fault | undefined {
  const { body, merchant, transaction_reference: reference } = fact;
  const isOfShop = ['OrderPlaced', 'OrderStatusChanged', 'RefundRequested'].includes(body.type);
  if (!isOfShop) return undefined;
  if (merchant !== own && !merchants.includes('*') && !merchants.includes(merchant)) {
    const expected = 'a merchant of the account';
    return { field: 'merchant', code: 'HESABU_FIELD_INVALID', expected, found: quoted(merchant) };
  }
  const reserved =
    body.type === 'OrderPlaced' ? reservationFault(reservations() ?? {}, merchant, reference) : undefined;
  if (reserved === undefined) return undefined;
  const found = quoted(reference);
  return { field: 'transaction_reference', code: 'HESABU_REFERENCE_RESERVED', expected: reserved, found };
}

function takenFault({ transaction_reference }: Fact): Fault {
  const [expected, found] = ['a reference without an order of another merchant', quoted(transaction_reference)];
  return { field: 'transaction_reference', code: 'HESABU_ORDER_EXISTS', expected, found };
}
