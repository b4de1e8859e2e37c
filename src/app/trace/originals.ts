// The originals of facts: rows of imported files, and exchanges with gateways and shops.

import type { ArchivedExchange } from '../../archive/exchanges/exchange-codec.ts';
import { exchangeTime } from '../../archive/exchanges/exchange-id.ts';
import { ExchangeReader } from '../../archive/exchanges/exchange-reader.ts';
import { readArchive } from '../../archive/imports/import-archive.ts';
import { hidePersonal } from '../../archive/privacy/personal-columns.ts';
import type { ReadOnlyLedger } from '../../engine/read-only-ledger.ts';
import { rowTexts } from '../../producers/files/raw-rows.ts';
import { type ImportRecord, Imports } from '../../projections/imports.ts';

/** What a fact was made from, with personal data hidden: people read traces on screens and send them around. */
export interface Original {
  /** The file's name as it was given, and the line or ordinal of the row; null if the fact came from no file. */
  readonly origin: { readonly import: number; readonly file: string; readonly line: number } | null;
  /** The exchange that carried it, as `hesabu exchanges --id` shows it; null if the fact came from a file. */
  readonly exchange: { readonly id: string; readonly method: string; readonly path: string } | null;
  /** The row, or the body of the message in the exchange; null if it is not stored. */
  readonly raw: string | null;
}

const NONE: Original = { origin: null, exchange: null, raw: null };

/** Returns the original for each of these `raw`s. Reads each import's archive once, however many facts it gave. */
export async function originalsOf(
  { dir, log }: ReadOnlyLedger,
  raws: readonly string[],
): Promise<(raw: string) => Original> {
  const rows = rowsOf(
    { dir, log },
    raws.filter((raw) => !isExchange(raw)),
  );
  const reader = new ExchangeReader(dir);
  const exchanges = new Map<string, ArchivedExchange | undefined>();
  for (const raw of raws) if (isExchange(raw) && !exchanges.has(raw)) exchanges.set(raw, await reader.get(raw));
  return (raw) => (isExchange(raw) ? ofExchange(raw, exchanges.get(raw)) : rows(raw));
}

function isExchange(raw: string): boolean {
  return exchangeTime(raw) !== undefined;
}

/** A fact from a call of ours is made from the response; a fact from an incoming call is made from the request. */
function ofExchange(id: string, found: ArchivedExchange | undefined): Original {
  if (found === undefined) return { ...NONE, exchange: { id, method: '', path: '' } };
  const { direction, method, url, request, response } = found;
  const message = direction === 'in' ? request : response;
  const path = URL.parse(url, 'http://service')?.pathname ?? url;
  return {
    ...NONE,
    exchange: { id, method, path },
    raw: message === null ? null : Buffer.from(message.body).toString('utf8'),
  };
}

function rowsOf({ dir, log }: Pick<ReadOnlyLedger, 'dir' | 'log'>, raws: readonly string[]): (raw: string) => Original {
  const imports = new Imports(log);
  const wanted = new Map<number, Set<number>>();
  for (const raw of raws) {
    const [id, line] = placeOf(raw);
    wanted.set(id, (wanted.get(id) ?? new Set()).add(line));
  }
  const texts = new Map<number, Map<number, string>>();
  for (const [id, lines] of wanted) {
    const bytes = readArchive(dir, id);
    const record = imports.get(id);
    if (bytes !== undefined) texts.set(id, shownRows(bytes, record, lines));
  }
  return (raw) => {
    const [id, line] = placeOf(raw);
    const file = imports.get(id)?.file;
    const origin = file === undefined ? null : { import: id, file, line };
    return { origin, exchange: null, raw: texts.get(id)?.get(line) ?? null };
  };
}

function shownRows(bytes: Buffer, record: ImportRecord | undefined, lines: ReadonlySet<number>): Map<number, string> {
  const { line: headerLine, separator } = record?.header ?? { line: 1, separator: undefined };
  const rows = rowTexts(bytes, record?.kind === 'settlements', new Set([...lines, headerLine]), record?.each);
  const header = rows.get(headerLine) ?? '';
  const shown = [...rows].filter(([line]) => lines.has(line));
  return new Map(shown.map(([line, row]) => [line, hidePersonal(row, header, separator)]));
}

function placeOf(raw: string): [importId: number, line: number] {
  const [id, line] = raw.split('/');
  return [Number(id), Number(line)];
}
