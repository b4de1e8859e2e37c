// Currencies and their number of decimals: ISO 4217 from the `currency-codes` table, and codes that left that table.

import iso4217 from 'currency-codes';

/** Codes that old reports still contain, with their exponent (ISO 4217 list three, historic denominations). */
const HISTORIC: readonly (readonly [string, number])[] = [
  ['SLL', 2],
  ['ZWL', 2],
];

const EXPONENTS: ReadonlyMap<string, number> = new Map([
  ...HISTORIC,
  ...iso4217.data.map((entry) => [entry.code, entry.digits] as const),
]);

/** The number of decimals of an ISO 4217 code (KES 2, UGX 0, TND 3); undefined for an unknown code. */
export function currencyExponent(code: string): number | undefined {
  return EXPONENTS.get(code);
}
