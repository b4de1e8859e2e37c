// Rows as CSV that a spreadsheet opens: with the mark of UTF-8, so that Chinese is read, and nothing that it would run.

const AMOUNT = /^[-+]?\d+(\.\d+)?$/;
const MARK = '\ufeff';

function cellOf(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) && !AMOUNT.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function csvOf(rows: readonly (readonly string[])[]): string {
  return MARK + rows.map((row) => `${row.map(cellOf).join(',')}\r\n`).join('');
}
