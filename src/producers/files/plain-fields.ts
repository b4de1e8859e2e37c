// Writes the cells of a record into the fields of a format, where no mapping says otherwise: each field has a column of
// its name, or none.

import type { Format } from '../formats/format.ts';
import { cellOf, type Row } from '../formats/row.ts';

export class PlainFields {
  private readonly cells: (string | null)[];
  /** Pairs of a field and its column, flat. */
  private readonly pairs: readonly number[];

  constructor(format: Format, row: Row, columnAt: (name: string) => number) {
    this.cells = row.cells;
    this.pairs = format.fields.flatMap((field, index) => {
      const column = columnAt(field);
      return column < 0 ? [] : [index, column];
    });
  }

  read(record: readonly string[]): void {
    const { cells, pairs } = this;
    for (let at = 0; at < pairs.length; at += 2) {
      const cell = record[pairs[at + 1]!];
      cells[pairs[at]!] = cell === undefined ? null : cellOf(cell);
    }
  }
}
