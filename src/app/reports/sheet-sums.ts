// The sums below a table, by currency: exact, and as formulas over the rows that a filter shows. A formula adds up
// doubles, so it stands only where each amount and the sum itself are exact as one; elsewhere the exact sum is a text.

import { addDecimal, type Decimal, formatDecimal, parseDecimal } from '../../domain/decimal.ts';
import { columnName } from './book-xml.ts';

/** A double holds every decimal of this many digits. */
export const EXACT_DIGITS_MAX = 15;
/** A formula that picks the rows of one currency looks at each row by itself, which is slow for more. */
const PICKED_ROWS_MAX = 50_000;

interface SummedColumn<Row> {
  readonly sum?: (row: Row) => string | null;
  readonly isCurrency?: boolean;
  readonly cell: (row: Row) => { readonly value: string | number } | null;
}

interface Sum {
  total: Decimal;
  isExact: boolean;
}

export interface SumLine {
  readonly currency: string;
  /** Whether the formulas are about the rows that a filter shows; otherwise about all. */
  readonly ofVisible: boolean;
  /** By column. */
  readonly cells: readonly ({ readonly total: string; readonly formula: string | null } | undefined)[];
}

/** The number of significant figures of a plain decimal; undefined for what is none. */
export function figuresOf(amount: string): number | undefined {
  return /^-?\d+(\.\d+)?$/.test(amount) ? amount.replace(/^-?0*\.?0*|\./g, '').length : undefined;
}

/** Adds up the columns that have sums. */
export class ColumnSums<Row> {
  private readonly columns: readonly SummedColumn<Row>[];
  private readonly summed: readonly number[];
  private readonly currencyColumn: number;
  private readonly sums = new Map<string, (Sum | undefined)[]>();
  /** Whether there are amounts without a currency, which are in no sum. */
  private hasNameless = false;

  constructor(columns: readonly SummedColumn<Row>[]) {
    this.columns = columns;
    this.summed = columns.flatMap(({ sum }, at) => (sum === undefined ? [] : [at]));
    this.currencyColumn = columns.findIndex(({ isCurrency }) => isCurrency === true);
  }

  add(row: Row): void {
    if (this.summed.length === 0) return;
    const currency = this.columns[this.currencyColumn]?.cell(row)?.value;
    for (const at of this.summed) {
      const text = this.columns[at]!.sum!(row);
      const amount = text === null ? undefined : parseDecimal(text);
      if (amount === undefined) continue;
      if (typeof currency === 'string') this.addTo(currency, at, amount, figuresOf(text!)! <= EXACT_DIGITS_MAX);
      else this.hasNameless = true;
    }
  }

  private addTo(currency: string, at: number, amount: Decimal, isExact: boolean): void {
    const sums = this.sums.get(currency) ?? [];
    if (sums.length === 0) this.sums.set(currency, sums);
    const sum = sums[at];
    if (sum === undefined) sums[at] = { total: amount, isExact };
    else {
      sum.total = addDecimal(sum.total, amount);
      sum.isExact &&= isExact;
    }
  }

  /** A line for each currency. `lastRow` is the sheet's last row of the table; its first is 2. */
  lines(lastRow: number): SumLine[] {
    const hasOne = this.sums.size === 1 && !this.hasNameless;
    const ofVisible = hasOne || lastRow <= PICKED_ROWS_MAX;
    const range = (column: number) => `${columnName(column)}$2:${columnName(column)}$${lastRow}`;
    const formulaOf = (column: number, currency: string) => {
      if (hasOne) return `SUBTOTAL(109,${range(column)})`;
      const currencies = `$${columnName(this.currencyColumn)}$2:$${columnName(this.currencyColumn)}$${lastRow}`;
      const named = currency.replaceAll('"', '""');
      if (!ofVisible) return `SUMIF(${currencies},"${named}",${range(column)})`;
      const first = `${columnName(column)}$2`;
      const each = `SUBTOTAL(109,OFFSET(${first},ROW(${range(column)})-ROW(${first}),0))`;
      return `SUMPRODUCT(${each},--(${currencies}="${named}"))`;
    };
    return [...this.sums].sort(byName).map(([currency, sums]) => ({
      currency,
      ofVisible,
      cells: this.columns.map((_, at) => {
        const sum = sums[at];
        if (sum === undefined) return undefined;
        const total = formatDecimal(sum.total);
        const isExact = sum.isExact && figuresOf(total)! <= EXACT_DIGITS_MAX;
        return { total, formula: isExact ? formulaOf(at, currency) : null };
      }),
    }));
  }
}

function byName([left]: readonly [string, unknown], [right]: readonly [string, unknown]): number {
  return left < right ? -1 : 1;
}
