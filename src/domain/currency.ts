// Currencies and their number of decimals: ISO 4217 from the `currency-codes` table, and codes that left that table.

import iso4217 from 'currency-codes';

/** Codes that old reports still contain, with their exponent (ISO 4217 list three, historic denominations). */
const HISTORIC: readonly (readonly [string, number])[] = [
  ['SLL', 2],
  ['ZWL', 2],
];

/** Codes of ISO 4217 in which nobody pays: metals, units of account, tests, and no currency at all. */
const NO_MONEY = /^X(A[GU]|P[DT]|B[A-D]|DR|SU|UA|TS|XX)$/;

const EXPONENTS: ReadonlyMap<string, number> = new Map([
  ...HISTORIC,
  ...iso4217.data.flatMap(({ code, digits }) => (NO_MONEY.test(code) ? [] : [[code, digits] as const])),
]);

/** The number of decimals of an ISO 4217 code (KES 2, UGX 0, TND 3); undefined for any other, or for a metal. */
export function currencyExponent(code: string): number | undefined {
  return EXPONENTS.get(code);
}
