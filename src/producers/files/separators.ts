// What stands between the cells of a text file: as a mapping says, as the file says itself in a line `sep=;`, as rows
// of rejects are written, otherwise the one with which a row has the columns that are needed.

import { isBlank, parseRecord } from './csv.ts';
import type { HeaderRule } from './header.ts';
import { isRejectHeader } from './reject-rows.ts';

export const SEPARATORS = [',', ';', '\t', '|'] as const;
const OWN_LINE = /^\ufeff?"?sep=(.)"?\s*$/i;

export interface FoundSeparator {
  readonly separator: string;
  /** How many lines at the beginning only name it. */
  readonly ownLines: number;
}

/** `head` is the beginning of the file. */
export function findSeparator(head: Buffer, mapped: string | undefined, rule: HeaderRule): FoundSeparator {
  const lines = head
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .split('\n', rule.titleRowsMax + 1)
    .map((line) => line.replace(/\r$/, ''));
  const own = OWN_LINE.exec(lines[0] ?? '')?.[1];
  const ownLines = own === undefined ? 0 : 1;
  const rows = lines.slice(ownLines).filter((line) => !isBlank(line));
  const cellsOf = (text: string, separator: string) =>
    text.includes('"') ? parseRecord(text, separator).cells : text.split(separator);
  if (rows[0] !== undefined && isRejectHeader(cellsOf(rows[0], ','))) return { separator: ',', ownLines };
  const given = mapped ?? own;
  if (given !== undefined) return { separator: given, ownLines };
  // A comma where several are as good.
  let best: { separator: string; fit: number } = { separator: ',', fit: 0 };
  for (const separator of SEPARATORS) {
    const fit = Math.max(0, ...rows.map((text) => rule.fit(cellsOf(text, separator))));
    if (fit > best.fit) best = { separator, fit };
  }
  return { separator: best.separator, ownLines };
}
