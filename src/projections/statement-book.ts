// What a workbook of a day's statements holds: the statements, and the rows that the day's figures are the sums of, by
// sign, so that they add up to what the account says. Pure.

import { addDecimal, type Decimal, decimalOf, negated } from '../domain/decimal.ts';
import type { Instant } from '../domain/time.ts';
import { MOVEMENT_KINDS, type MovementKind } from '../matching/movements.ts';
import type { StatementRow, StatementRows } from './statement-rows.ts';
import type { Figure, Statement } from './statement-view.ts';

/** A statement, and who closed its day; null while that is open. */
export interface BookedSheet {
  readonly statement: Statement;
  readonly closed: {
    readonly by: string;
    readonly approvedBy: string;
    readonly sha256: string;
    readonly entry: string | null;
  } | null;
}

export interface StatementBook {
  /** `YYYY-MM-DD` in the zone. */
  readonly day: string;
  readonly zone: string;
  readonly asOf: Instant;
  /** Whether time is past the day: otherwise more may come. */
  readonly over: boolean;
  readonly sheets: readonly BookedSheet[];
  readonly rows: readonly BookRow[];
  /** How many rows of one line there are at most; null where all are there. */
  readonly cutAt: number | null;
}

/** A row behind a figure; without a key, what is booked on another day, since it came after the close of this one. */
export interface BookRow extends Omit<StatementRow, 'key' | 'partition'> {
  readonly line: MovementKind;
  readonly key: string | null;
}

/** A figure below zero where it is taken off. */
export function signedFigure({ sign, value }: Pick<Figure, 'sign' | 'value'>): Decimal {
  const amount = decimalOf(value);
  return sign === '-' ? negated(amount) : amount;
}

/** What moved on the day, in the account of any of the statements or beyond it. */
export function movedLines(sheets: readonly Pick<BookedSheet, 'statement'>[]): readonly MovementKind[] {
  const moved = new Set(
    sheets.flatMap(({ statement: { gateway, clearing } }) => {
      return [...gateway.moves, ...clearing].flatMap(({ line, value }) =>
        /[1-9]/.test(value) ? [line as string] : [],
      );
    }),
  );
  return MOVEMENT_KINDS.filter((kind) => moved.has(kind));
}

/** The rows of a line of the statements; where all are there, they add up to its figures. */
export function rowsOfLine(
  line: MovementKind,
  { rows }: Pick<StatementRows, 'rows'>,
  sheets: readonly Pick<BookedSheet, 'statement'>[],
  isWhole: boolean,
): BookRow[] {
  return sheets.flatMap(({ statement }) => {
    const figure = [...statement.gateway.moves, ...statement.clearing].find((one) => one.line === line);
    const { merchant, provider, currency } = statement;
    const own = rows
      .filter((row) => row.merchant === merchant && row.provider === provider && row.currency === currency)
      .map(({ partition: _, amount, ...row }): BookRow => {
        return { ...row, line, amount: figure?.sign === '-' ? negated(amount) : amount };
      });
    if (!isWhole) return own;
    const sum = own.reduce<Decimal>((total, { amount }) => addDecimal(total, amount), { digits: 0n, scale: 0 });
    const left = addDecimal(figure === undefined ? { digits: 0n, scale: 0 } : signedFigure(figure), negated(sum));
    const elsewhere = { line, merchant, provider, currency, key: null, fact: '', entries: [], amount: left };
    return left.digits === 0n ? own : [...own, elsewhere];
  });
}
