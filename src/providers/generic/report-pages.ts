// The pages of a day's report, made one file: the lists of JSON one after the other, and the lines of CSV below the
// header of the first page.

import { jsonListAt, jsonWithListAt } from './json-list.ts';

export type ReportFormat = 'json' | 'csv';

/** What a page adds: parts of a list as JSON, or the lines below the header. */
export interface ReportPage {
  /** The header of CSV with its line end; '' for JSON. */
  readonly head: string;
  readonly parts: readonly string[];
}

/** Undefined for a page that is not read so: then the report is read as it came, and refused in its own words. */
export function pageOf(bytes: Uint8Array, format: ReportFormat, each: string | undefined): ReportPage | undefined {
  // Every byte stays, whatever the encoding of a table.
  const text = Buffer.from(bytes).toString(format === 'json' ? 'utf8' : 'latin1');
  if (format === 'json') {
    const parts = jsonListAt(text.replace(/^\ufeff/, ''), each);
    return parts === undefined ? undefined : { head: '', parts };
  }
  const end = text.indexOf('\n') + 1;
  const [head, rest] = end === 0 ? [text, ''] : [text.slice(0, end), text.slice(end)];
  return { head, parts: rest.trim() === '' ? [] : [rest] };
}

/** Undefined where a page of CSV has another header than the first: its columns may be others. */
export function joinedPages(
  pages: readonly ReportPage[],
  format: ReportFormat,
  each: string | undefined,
): Buffer | undefined {
  const parts = pages.flatMap((page) => page.parts);
  if (format === 'json') return Buffer.from(jsonWithListAt(parts, each));
  const head = pages[0]?.head ?? '';
  if (pages.some((page) => page.head.trim() !== head.trim())) return undefined;
  const lines = parts.map((part) => (part.endsWith('\n') ? part : `${part}\n`));
  return Buffer.from([head, ...lines].join(''), 'latin1');
}
