// Which references a merchant may use, where some are reserved. Two shops' orders under one reference would be one
// payment, so what belongs to another is refused where it comes in.

/** By merchant: the prefix of its references, see the rule `merchants`. No prefix begins with another. */
export type Reservations = Readonly<Record<string, { readonly prefix: string }>>;

/** The merchant that a reference is reserved for. */
export function reservedFor(reservations: Reservations, reference: string): string | undefined {
  return Object.entries(reservations).find(([, { prefix }]) => reference.startsWith(prefix))?.[0];
}

/** What a reference must be like for an order of the merchant; undefined if it is so. */
export function reservationFault(reservations: Reservations, merchant: string, reference: string): string | undefined {
  const own = Object.hasOwn(reservations, merchant) ? reservations[merchant]!.prefix : undefined;
  if (own !== undefined) return reference.startsWith(own) ? undefined : `a reference that begins with ${own}`;
  const isTaken = reservedFor(reservations, reference) !== undefined;
  return isTaken ? 'a reference that is not reserved for another merchant' : undefined;
}
