// What facts were made of, as it came: rows of the files that were imported, and exchanges with the outside.

import type { ArchivedExchange } from '../../archive/exchanges/exchange-codec.ts';
import { exchangeTime } from '../../archive/exchanges/exchange-id.ts';
import { ExchangeReader } from '../../archive/exchanges/exchange-reader.ts';
import { readArchive } from '../../archive/imports/import-archive.ts';
import { hidePersonal } from '../../archive/privacy/personal-columns.ts';
import type { ReadOnlyLedger } from '../../engine/read-only-ledger.ts';
import { rowTexts } from '../../producers/files/raw-rows.ts';
import { Imports } from '../../projections/imports.ts';

/** What a fact was made of, personal data hidden: a story is read on screens and sent around. */
export interface Original {
  /** Where its row stood: the file's name as it was given, and the line or ordinal; null where it came in no file. */
  readonly origin: { readonly import: number; readonly file: string; readonly line: number } | null;
  /** The exchange in which it came, as `hesabu exchanges --id` shows it; null where it came in a file. */
  readonly exchange: { readonly id: string; readonly method: string; readonly path: string } | null;
  /** The row, or what was said in the exchange; null where it is not kept. */
  readonly raw: string | null;
}

const NONE: Original = { origin: null, exchange: null, raw: null };

/** Gives the original for each of these `raw`s. Each import's archive is read through once, whatever came from it. */
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

/** Who began the exchange asked; what a fact is made of was said by the other side, but for our own shops' requests. */
function ofExchange(id: string, found: ArchivedExchange | undefined): Original {
  if (found === undefined) return { ...NONE, exchange: { id, method: '', path: '' } };
  const { direction, method, url, request, response } = found;
  const said = direction === 'in' ? request : response;
  const path = URL.parse(url, 'http://service')?.pathname ?? url;
  return {
    ...NONE,
    exchange: { id, method, path },
    raw: said === null ? null : Buffer.from(said.body).toString('utf8'),
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
    const isSettlement = imports.get(id)?.kind === 'settlements';
    if (bytes !== undefined) texts.set(id, shownRows(bytes, isSettlement, lines));
  }
  return (raw) => {
    const [id, line] = placeOf(raw);
    const file = imports.get(id)?.file;
    const origin = file === undefined ? null : { import: id, file, line };
    return { origin, exchange: null, raw: texts.get(id)?.get(line) ?? null };
  };
}

function shownRows(bytes: Buffer, isSettlement: boolean, lines: ReadonlySet<number>): Map<number, string> {
  const header = bytes.toString('utf8', 0, bytes.indexOf('\n') < 0 ? bytes.length : bytes.indexOf('\n')).trimEnd();
  const rows = rowTexts(bytes, isSettlement, lines);
  return new Map([...rows].map(([line, row]) => [line, hidePersonal(row, header)]));
}

function placeOf(raw: string): [importId: number, line: number] {
  const [id, line] = raw.split('/');
  return [Number(id), Number(line)];
}
