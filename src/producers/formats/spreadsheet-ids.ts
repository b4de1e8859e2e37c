// What a spreadsheet makes of an id, so that it names another payment, or many: it takes digits for a number, which it
// rounds (2.60601E+16), and parts of an id for a date. What a cell cannot show it replaces (#REF!, ####).

import type { CellKind } from './cell-kind.ts';

const ROUNDED = /^-?\d(?:[.,]\d+)?[Ee]\+\d+$/;
const DATE = /^(?:\d{1,2}\/\d{1,2}\/\d{4}|\d{4}-\d{2}-\d{2})(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z?)?$/;
/** An order's number may begin with a number sign, but it has digits. */
const ERROR = /^#(?:\D*|DIV\/0!)$/;
const [APOSTROPHE, NINE] = [39, 57];

/** The cell without the apostrophe by which a spreadsheet keeps a text as it is. */
export function withoutApostrophe(text: string): string {
  return text.charCodeAt(0) === APOSTROPHE ? text.slice(1).trim() : text;
}

/** Whether a spreadsheet wrote this in the place of an id. Some ids are dates by nature: then `mayBeDate`. */
export function isChangedId(text: string, mayBeDate: boolean): boolean {
  // Most ids begin with a letter, or have digits alone.
  if (text.charCodeAt(0) > NINE) return text === 'TRUE' || text === 'FALSE';
  return ROUNDED.test(text) || ERROR.test(text) || (!mayBeDate && DATE.test(text));
}

/** A spreadsheet keeps fifteen figures of a number. */
const FIGURES_MAX = 15;

/** Whether a workbook stores something else in the place of an id: what it took for a number may have been rounded. */
export function isChangedKind(text: string, kind: CellKind, mayBeDate: boolean): boolean {
  if (kind === 'number') return !/^-?\d+$/.test(text) || text.replace('-', '').length > FIGURES_MAX;
  return kind !== 'text' && !(kind === 'date' && mayBeDate);
}
