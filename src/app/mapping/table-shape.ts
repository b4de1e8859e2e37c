// The shape of a table: titles, then a header, then rows, then rows that only add up.

import { FILE_KINDS } from '../../producers/formats/format.ts';
import { CANONICAL_FORMATS } from '../../producers/formats/formats.ts';
import { type Concept, HEADER_WORDS, plainName, rankOf } from './header-words.ts';
import { numberParts } from './number-signs.ts';
import type { SampleRow } from './sample.ts';
import { FOOTERS, plainWord } from './value-words.ts';

export interface TableShape {
  readonly titles: readonly SampleRow[];
  readonly header: SampleRow;
  readonly rows: readonly SampleRow[];
  readonly footers: readonly SampleRow[];
}

/** How many rows may stand before the header: titles, addresses, periods. */
const TITLES_MAX = 50;
const CONCEPTS = Object.keys(HEADER_WORDS) as Concept[];
const FIELDS: ReadonlySet<string> = new Set(FILE_KINDS.flatMap((kind) => CANONICAL_FORMATS[kind].fields));

/** Undefined where no row has texts in two cells. */
export function shapeOf(all: readonly SampleRow[]): TableShape | undefined {
  const scores = all.slice(0, TITLES_MAX).map(({ cells }) => headerScore(cells));
  const best = Math.max(0, ...scores);
  if (best === 0) return undefined;
  const at = scores.indexOf(best);
  const header = all[at]!;
  const body = all.slice(at + 1).filter(({ cells }) => cells.some((cell) => cell.trim() !== ''));
  let end = body.length;
  while (end > 0 && isFooter(body[end - 1]!.cells)) end--;
  return { titles: all.slice(0, at), header, rows: body.slice(0, end), footers: body.slice(end) };
}

/** How much a row looks like a header: names that are known count most. */
export function headerScore(cells: readonly string[]): number {
  const names = cells.map((cell) => cell.trim()).filter((cell) => cell !== '');
  if (names.length < 2) return 0;
  const known = names.filter(isKnownName).length;
  const texts = names.filter((name) => numberParts(name) === undefined).length;
  return texts < names.length ? 0 : known * 100 + texts;
}

function isKnownName(name: string): boolean {
  const plain = plainName(name);
  return FIELDS.has(name.toLowerCase()) || CONCEPTS.some((concept) => rankOf(plain, concept) !== undefined);
}

/** The text by which a footer begins, without its colon. */
export function footerText(cells: readonly string[]): string {
  return (cells.map((cell) => cell.trim()).find((cell) => cell !== '') ?? '').replace(/[:：]$/, '');
}

function isFooter(cells: readonly string[]): boolean {
  if (FOOTERS.has(plainWord(footerText(cells)))) return true;
  const filled = cells.map((cell) => cell.trim()).filter((cell) => cell !== '');
  const isShort = cells[0]!.trim() === '' && filled.length * 2 < cells.length;
  return isShort && filled.every((cell) => numberParts(cell) !== undefined);
}
