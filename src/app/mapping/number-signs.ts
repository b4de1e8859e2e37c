// How the amounts of a file are written: the decimal point, what stands between thousands, signs of currencies, and how
// what is below zero is marked. A cell such as 25.000 may mean two amounts: only other cells can settle it.

import { isCurrencySign } from './currency-signs.ts';

/** The parts of a cell that is a number, however it is written. */
interface NumberParts {
  readonly inBrackets: boolean;
  readonly hasMinus: boolean;
  readonly trailingMinus: boolean;
  readonly sign: string | null;
  readonly figures: string;
}

const SIGN = String.raw`[^\d\s.,'()+-]{1,4}`;
const FIGURES = String.raw`\d(?:[\d.,' \u00a0\u202f\u2009]*\d)?`;
const CELL = new RegExp(
  String.raw`^(?<open>\(?)\s*(?<minus>[-+]?)\s*(?<before>${SIGN})?\s*(?<inner>-?)\s*` +
    String.raw`(?<figures>${FIGURES})\s*(?<after>${SIGN})?\s*(?<trail>-?)\s*\)?$`,
  'u',
);
const BLANK = /[ \u00a0\u202f\u2009]/;
const FIGURES_MAX = 24;

/** The parts of a number; undefined for any other text. */
export function numberParts(cell: string): NumberParts | undefined {
  if (cell.length > FIGURES_MAX * 2) return undefined;
  const groups = CELL.exec(cell)?.groups;
  if (groups === undefined) return undefined;
  const { open, minus, before, inner, figures, after, trail } = groups as Record<string, string | undefined>;
  const sign = before ?? after ?? null;
  if (sign !== null && !isCurrencySign(sign)) return undefined;
  return {
    inBrackets: open === '(' && cell.endsWith(')'),
    hasMinus: minus === '-' || inner === '-',
    trailingMinus: trail === '-',
    sign,
    figures: figures!,
  };
}

/** Whether a number is below zero, by any of the ways in which files mark it. */
export function isBelowZero(cell: string): boolean {
  const parts = numberParts(cell);
  return (
    parts !== undefined && (parts.hasMinus || parts.trailingMinus || parts.inBrackets) && /[1-9]/.test(parts.figures)
  );
}

export type Mark = '.' | ',';

export interface NumberFinding {
  /** Cells that show what the decimal point is. */
  readonly decimals: ReadonlyMap<Mark, string>;
  /** Cells that show what stands between thousands. */
  readonly thousands: ReadonlyMap<string, string>;
  /** A cell that may mean two amounts, by its mark, where no other cell of its column settles it. */
  readonly open: ReadonlyMap<Mark, string>;
  readonly signs: ReadonlyMap<string, string>;
  readonly brackets: string | null;
  readonly trailingMinus: string | null;
}

type Meaning = 'decimal' | 'thousands' | 'open';

/** What a mark means in the figures of one cell. */
function meaningsOf(figures: string): [string, Meaning][] {
  const found: [string, Meaning][] = [];
  for (const char of figures) if (BLANK.test(char) || char === "'") found.push([char, 'thousands']);
  const marks = [...figures].filter((char): char is Mark => char === '.' || char === ',');
  const last = marks.at(-1);
  if (last === undefined) return found;
  const other = marks.find((mark) => mark !== last);
  if (other !== undefined) found.push([other, 'thousands'], [last, 'decimal']);
  else if (marks.length > 1) found.push([last, 'thousands']);
  else found.push([last, meaningOfOne(figures, last, found.length > 0)]);
  return found;
}

function meaningOfOne(figures: string, mark: Mark, hasBlanks: boolean): Meaning {
  const [before = '', after = ''] = figures.split(mark);
  if (after.length !== 3 || before.startsWith('0') || hasBlanks || before.length > 3) return 'decimal';
  return 'open';
}

/** Reads the cells of columns that are amounts; each column settles its own open cells first. */
export function findNumbers(columns: readonly (readonly string[])[]): NumberFinding {
  const decimals = new Map<Mark, string>();
  const thousands = new Map<string, string>();
  const signs = new Map<string, string>();
  const open = new Map<Mark, string>();
  let brackets: string | null = null;
  let trailingMinus: string | null = null;
  for (const cells of columns) {
    const here = new Set<string>();
    const unsettled = new Map<Mark, string>();
    for (const cell of cells) {
      const parts = numberParts(cell);
      if (parts === undefined) continue;
      if (parts.sign !== null && !signs.has(parts.sign)) signs.set(parts.sign, cell);
      if (parts.inBrackets) brackets ??= cell;
      if (parts.trailingMinus) trailingMinus ??= cell;
      for (const [mark, meaning] of meaningsOf(parts.figures)) {
        if (meaning === 'open') {
          if (!unsettled.has(mark as Mark)) unsettled.set(mark as Mark, cell);
          continue;
        }
        here.add(mark);
        if (meaning === 'thousands' && !thousands.has(mark)) thousands.set(mark, cell);
        if (meaning === 'decimal' && !decimals.has(mark as Mark)) decimals.set(mark as Mark, cell);
      }
    }
    for (const [mark, cell] of unsettled) if (!here.has(mark) && !open.has(mark)) open.set(mark, cell);
  }
  settleByOther(open, decimals, thousands);
  return { decimals, thousands, open, signs, brackets, trailingMinus };
}

/** A mark that may be either stands between thousands where the file writes its decimals with the other one. */
function settleByOther(open: Map<Mark, string>, decimals: ReadonlyMap<Mark, string>, thousands: Map<string, string>) {
  for (const [mark, cell] of open) {
    const other = mark === '.' ? ',' : '.';
    if (!decimals.has(other) || decimals.has(mark)) continue;
    open.delete(mark);
    if (!thousands.has(mark)) thousands.set(mark, cell);
  }
}
