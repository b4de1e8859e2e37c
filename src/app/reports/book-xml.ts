// Texts as they stand in the XML of a workbook.

const SPECIAL: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** A text as it stands in an attribute or between two tags. What XML does not hold is left out. */
export function xml(text: string): string {
  // Most texts have nothing of it, and are quicker tested than replaced.
  if (!/[^\x20\x21\x23-\x25\x27-\x3b\x3d\x3f-\ud7ff]/.test(text)) return text;
  return text
    .toWellFormed()
    .replace(/[^\t\n\r\u0020-\ufffd\u{10000}-\u{10ffff}]/gu, '')
    .replace(/[&<>"]/g, (sign) => SPECIAL[sign]!);
}

/** The text of a cell: what a spreadsheet would take for an escaped character is escaped itself. */
export function cellXml(text: string): string {
  const escaped = text.includes('_x') ? text.replace(/_(?=x[0-9a-f]{4}_)/gi, '_x005F_') : text;
  return xml(escaped.includes('\r') ? escaped.replaceAll('\r', '_x000D_') : escaped);
}

/** The letters of a column, from 0: 27 is `AB`. */
export function columnName(column: number): string {
  const last = String.fromCharCode(65 + (column % 26));
  return column < 26 ? last : `${columnName(Math.floor(column / 26) - 1)}${last}`;
}

/** The name of a sheet as formulas name it. */
export function quotedSheet(name: string): string {
  return `'${name.replaceAll("'", "''")}'`;
}
