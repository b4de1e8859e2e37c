// Hides personal data in rows that are displayed: the archive stores them, a screen need not show them.

import Papa from 'papaparse';

const PERSONAL = ['msisdn', 'ip', 'device_id', 'narration'];
const HIDDEN = '(hidden)';
const MEMBER = /("(?:msisdn|ip|device_id|narration)"\s*:\s*)("(?:[^"\\]|\\.)*"|[^\s,}\]]+)/g;

/** `header` is the first line of the row's file, with the column names of a CSV. */
export function hidePersonal(row: string, header: string): string {
  if (row.trimStart().startsWith('{')) return row.replace(MEMBER, `$1"${HIDDEN}"`);
  const { data, meta } = Papa.parse<string[]>(header.replace(/^\ufeff/, ''));
  const columns = (data[0] ?? []).map((name) => PERSONAL.includes(name.trim()));
  if (!columns.includes(true)) return row;
  const [cells] = Papa.parse<string[]>(row, { delimiter: meta.delimiter }).data;
  if (cells === undefined) return row;
  const shown = cells.map((cell, at) => (columns[at] === true && cell !== '' ? HIDDEN : cell));
  return Papa.unparse([shown], { delimiter: meta.delimiter });
}
