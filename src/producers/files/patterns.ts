// Parts of cells by the patterns of a mapping, in time that grows with the cell alone.

import { RE2JS } from 're2js';
import { cellOf } from '../formats/row.ts';
import type { Translate } from './mapping-words.ts';

/** Takes a field's part out of a cell: the first group of the pattern, or its whole match. */
export function partOf(pattern: string | undefined): Translate | null {
  if (pattern === undefined) return null;
  const compiled = RE2JS.compile(pattern);
  return (cell) => {
    const matcher = compiled.matcher(cell);
    return matcher.find() ? cellOf(matcher.group(groupOf(matcher)) ?? '') : null;
  };
}

type Matcher = ReturnType<ReturnType<typeof RE2JS.compile>['matcher']>;

function groupOf(matcher: Matcher): number {
  return matcher.groupCount() > 0 ? 1 : 0;
}

/** Figures, perhaps with one mark of numbers, that a part goes on with; or a minus that is not the dash of a word. */
const GOES_ON = /^[.,'\u2019\u00a0\u202f\u2009]?\d/;
const COMES_AFTER = /\d[.,'\u2019\u00a0\u202f\u2009]?$|(?:^|\s)-\s?$/;

/** Tells of a cell whether the part of an amount is cut out of a number: 1 of 1,234 would be a thousandth of it. */
export function cutsNumber(pattern: string | undefined): ((cell: string) => boolean) | null {
  if (pattern === undefined) return null;
  const compiled = RE2JS.compile(pattern);
  return (cell) => {
    const matcher = compiled.matcher(cell);
    if (!matcher.find()) return false;
    const [from, to] = [matcher.start(groupOf(matcher)), matcher.end(groupOf(matcher))];
    return from >= 0 && (GOES_ON.test(cell.slice(to)) || COMES_AFTER.test(cell.slice(0, from)));
  };
}
