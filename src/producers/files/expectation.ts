// What somebody expects of a file before it is read: how many rows it has, and what they come to. A file that is not so
// is not whole.

import { compareDecimal, decimalOf, parseDecimal } from '../../domain/decimal.ts';
import type { FileSums } from './file-sums.ts';
import type { Lack } from './last-row.ts';

export interface Expectation extends FileSums {
  /** With those that are rejected or left out; null where any number is right. */
  readonly rows: number | null;
}

export const EXPECTATION_FORM = 'rows=NUMBER, sum=CURRENCY:AMOUNT, fees=CURRENCY:AMOUNT, with commas between';
const ROWS = /^rows=(\d{1,15})$/;
const SUM = /^(sum|fees)=([A-Z]{3}):(-?\d[\d.]*)$/;

/** Reads `rows=4,sum=KES:1750.00,fees=KES:8.25`; undefined for anything else. */
export function parseExpectation(text: string): Expectation | undefined {
  let rows: number | null = null;
  const sums: Record<string, string> = {};
  const fees: Record<string, string> = {};
  for (const part of text.split(',')) {
    const [, count] = ROWS.exec(part) ?? [];
    const [, name, currency, amount] = SUM.exec(part) ?? [];
    if (count !== undefined && rows === null) rows = Number(count);
    else {
      const target = name === 'fees' ? fees : sums;
      if (amount === undefined || parseDecimal(amount) === undefined || Object.hasOwn(target, currency!))
        return undefined;
      target[currency!] = amount;
    }
  }
  return { rows, sums, fees };
}

/** What of it a file lacks; null for one that is as expected. */
export function lackOf(expected: Expectation, { rows, sums, fees }: FileSums & { readonly rows: number }): Lack | null {
  if (expected.rows !== null && expected.rows !== rows) {
    return { expected: `rows=${expected.rows}`, found: `rows=${rows}` };
  }
  return lackIn('sum', expected.sums, sums) ?? lackIn('fees', expected.fees, fees);
}

type Amounts = FileSums['sums'];

function lackIn(name: string, expected: Amounts, found: Amounts): Lack | null {
  for (const [currency, amount] of Object.entries(expected)) {
    const have = found[currency] ?? '0';
    if (compareDecimal(decimalOf(amount), decimalOf(have)) === 0) continue;
    return { expected: `${name}=${currency}:${amount}`, found: `${name}=${currency}:${have}` };
  }
  return null;
}
