// Sales with as many breaks as a run asks for, of which most are resolved before anything is measured. Those are told
// by the year in their references.

import { BREAK_CLASSES, mix, PRICES, type Sales, salesWith } from '../sales.ts';

const RESOLVED_YEAR = '-2025-';
/** Sales whose numbers begin alike: with as many breaks as this allows, they have no more cases than a batch may. */
const NUMBERS_ALIKE = 10_000;
const ALIKE_DIGITS = 3;
/** Of all sales. */
const BREAKS_MAX = 0.5;

export function workedSales(keys: number, open: number, resolved: number): Sales {
  const share = (open + resolved) / keys;
  if (share > BREAKS_MAX) throw new Error(`${open + resolved} cases are more than ${keys} keys may have`);
  const sales = salesWith((share * 10_000) / BREAK_CLASSES.length);
  const isResolved = (number: number) => mix(number + keys) / 2 ** 32 >= open / (open + resolved);
  return {
    days: sales.days,
    saleOf: (number, on) => {
      const sale = sales.saleOf(number, on);
      if (sale.kind === 'MATCHED' || !isResolved(number)) return sale;
      return { ...sale, reference: sale.reference.replace('-2026-', RESOLVED_YEAR) };
    },
  };
}

/** Lines of the rules by which nobody has to approve what is proposed of such sales. */
export function reviewRules(): string {
  const thresholds = PRICES.map(({ currency }) => `${currency}: "10000000"`);
  return `review: { threshold: { ${thresholds.join(', ')} } }\n`;
}

/** What the references of those that are to be resolved have in common, in parts that are small enough for a batch. */
export function resolvedParts(keys: number): string[] {
  const parts = Math.ceil(keys / NUMBERS_ALIKE);
  return Array.from({ length: parts }, (_, at) => `${RESOLVED_YEAR}${String(at).padStart(ALIKE_DIGITS, '0')}`);
}
