// Forms of cells that a mapping names: dates in another order, and amounts with the sign of their currency.

import { DateTime } from 'luxon';

/** The fields that are dates. Other times are instants, which need a zone. */
const DATES: ReadonlySet<string> = new Set(['settlement_date', 'value_date']);

/** The fields that are amounts, each in the currency of another field. */
const AMOUNTS: ReadonlyMap<string, string> = new Map([
  ...['amount', 'amount_received', 'fee', 'fee_deduction'].map((field) => [field, 'currency'] as const),
  ['settlement_amount', 'settlement_currency'],
]);

/** Whether a text is a form of dates that can be read back, in the tokens of Luxon. */
export function isDateForm(form: string): boolean {
  const day = DateTime.utc(2026, 11, 25);
  return /[dD]/.test(form) && DateTime.fromFormat(day.toFormat(form), form, { zone: 'utc' }).hasSame(day, 'day');
}

/** Reads a date in one of these forms, tried in order, as ISO 8601; any other text stays as it is. */
export function dateIn(forms: readonly string[], field: string): ((cell: string) => string) | null {
  if (forms.length === 0 || !DATES.has(field)) return null;
  const known = new Map<string, string>();
  return (cell) => {
    let date = known.get(cell);
    if (date === undefined) {
      const read = forms.map((form) => DateTime.fromFormat(cell, form, { zone: 'utc' })).find(({ isValid }) => isValid);
      date = read?.toISODate() ?? cell;
      if (known.size < KNOWN_MAX) known.set(cell, date);
    }
    return date;
  };
}

/** A report has few different dates. */
const KNOWN_MAX = 1_000;

/** The field that has the currency of another field's amount; undefined for every other field. */
export function currencyFieldOf(field: string): string | undefined {
  return AMOUNTS.get(field);
}

export interface SignedAmount {
  readonly amount: string;
  /** What the sign means; null where there is none. */
  readonly currency: string | null;
}

/** Takes the sign of a currency off an amount, before or after it. */
export function withoutSign(cell: string, signs: ReadonlyMap<string, string>): SignedAmount {
  for (const [sign, currency] of signs) {
    const [minus, rest] = cell.startsWith('-') ? ['-', cell.slice(1).trimStart()] : ['', cell];
    if (rest.startsWith(sign)) return { amount: minus + rest.slice(sign.length).trim(), currency };
    if (rest.endsWith(sign)) return { amount: minus + rest.slice(0, -sign.length).trim(), currency };
  }
  return { amount: cell, currency: null };
}
