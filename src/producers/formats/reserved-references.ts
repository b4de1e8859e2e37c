// Which references a merchant may use, where some are reserved. Two shops' orders under one reference would be one
// payment, so what belongs to another is refused where it comes in.

/** By merchant: the prefix of its references, see the rule `merchants`. No prefix begins with another. */
export type Reservations = Readonly<Record<string, { readonly prefix: string }>>;

/** What a reference must be like for an order of the merchant; undefined if it is so. */
export function reservationFault(reservations: Reservations, merchant: string, reference: string): string | undefined {
  const own = Object.hasOwn(reservations, merchant) ? reservations[merchant]!.prefix : undefined;
  if (own !== undefined) return reference.startsWith(own) ? undefined : `a reference that begins with ${own}`;
  const isTaken = Object.values(reservations).some(({ prefix }) => reference.startsWith(prefix));
  return isTaken ? 'a reference that is not reserved for another merchant' : undefined;
}
