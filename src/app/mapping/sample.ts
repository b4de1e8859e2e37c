// The first rows of a file, as the analysis of a mapping reads them: cells of a table, or members of JSON objects,
// whose paths are then the header.

/** One row: the cells of a record, as they stand. */
export interface SampleRow {
  /** Counted from 1: a physical line, or a row of a sheet. */
  readonly line: number;
  readonly cells: readonly string[];
}

export interface Sample {
  /** Of a table all rows, also those before the header; of JSON the objects. */
  readonly rows: readonly SampleRow[];
  /** The paths in JSON rows, with dots; null for a table. */
  readonly paths: readonly string[] | null;
  /** Where the rows of a JSON document are, if they are not lines. */
  readonly each?: string | undefined;
  readonly separator?: string | undefined;
  readonly sheet?: string | undefined;
  /**
   * The encodings that the bytes fit, best first, where they are not UTF-8 or UTF-16; the rows are read by the first.
   */
  readonly encodings: readonly SampleEncoding[];
}

export interface SampleEncoding {
  readonly name: string;
  /** A text of the file that is not ASCII, as this encoding reads it. */
  readonly example: string;
}

export interface SampleColumn {
  /** As the file writes it; for JSON a path with dots. */
  readonly name: string;
  /** Its cells that are not empty, trimmed. */
  readonly cells: readonly string[];
}

/** The columns of a table below its header; each has the cells of the rows that have one there. */
export function columnsOf(header: readonly string[], rows: readonly SampleRow[]): SampleColumn[] {
  return header.map((name, at) => ({
    name: name.trim(),
    cells: rows.map(({ cells }) => (cells[at] ?? '').trim()).filter((cell) => cell !== ''),
  }));
}
