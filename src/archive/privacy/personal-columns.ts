// Hides personal data in rows that are displayed: the archive stores them, a screen need not show them.

import Papa from 'papaparse';
import { kindOfName, type NameKind } from './personal-names.ts';

const PERSONAL: ReadonlySet<NameKind> = new Set(['secret', 'personal', 'person']);
const HIDDEN = '(hidden)';
const MEMBER = /("(?:msisdn|ip|device_id|narration)"\s*:\s*)("(?:[^"\\]|\\.)*"|[^\s,}\]]+)/g;

/** `header` is the line of the row's file with the column names of a CSV; `separator` is found where it is absent. */
export function hidePersonal(row: string, header: string, separator?: string): string {
  if (row.trimStart().startsWith('{')) return row.replace(MEMBER, `$1"${HIDDEN}"`);
  const { data, meta } = Papa.parse<string[]>(header.replace(/^\ufeff/, ''), { delimiter: separator ?? '' });
  const columns = (data[0] ?? []).map((name) => PERSONAL.has(kindOfName(name.trim())));
  if (!columns.includes(true)) return row;
  const [cells] = Papa.parse<string[]>(row, { delimiter: meta.delimiter }).data;
  if (cells === undefined) return row;
  const shown = cells.map((cell, at) => (columns[at] === true && cell !== '' ? HIDDEN : cell));
  return Papa.unparse([shown], { delimiter: meta.delimiter });
}
