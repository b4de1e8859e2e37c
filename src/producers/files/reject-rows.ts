// A file of rejects that comes back corrected: our own columns stand in front, then those of the file that it is of.

/** The columns that `rejects.csv` begins with. */
export const REJECT_COLUMNS = ['file', 'line', 'field', 'code', 'message'] as const;

export function isRejectHeader(cells: readonly string[]): boolean {
  return REJECT_COLUMNS.every((name, at) => cells[at]?.trim().toLowerCase() === name);
}

/** Without the apostrophe by which a cell was kept from becoming a formula. */
export function unguarded(cell: string): string {
  return /^'[=+\-@\t\n\r\uff1d\uff0b\uff0d\uff20]/.test(cell) ? cell.slice(1) : cell;
}
