// Which setting of a mapping would read a cell that is refused: told after the remedy, where the cell shows it. A hint
// never names a setting that would shift a time or change an amount.

import type { ErrorCode } from '../../domain/error-codes.ts';
import { FEE_FIELDS } from './field-forms.ts';

const THOUSANDS = /^\D{0,4}-?\d{1,3}((,)\d{3})+(\.\d+)?\D{0,4}$/;
/** Three thousand, or three with three decimals. */
const ONE_COMMA = /^\D{0,4}-?\d{1,3},\d{3}\D{0,4}$/;
const DECIMAL_COMMA = /^\D{0,4}-?\d+,\d{1,2}\D{0,4}$/;
const POINTS_AND_COMMA = /^\D{0,4}-?\d{1,3}(\.\d{3})+,\d{1,2}\D{0,4}$/;
const BLANKS = /^\D{0,4}-?\d{1,3}([ \u00a0\u202f\u2009'\u2019])\d{3}(\1\d{3})*([.,]\d+)?\D{0,4}$/;
const SIGN = /^[-(]?\s*([^\d\s.,'+()-]{1,8})\s*[-(]?\d|\d\)?\s*([^\d\s.,'+()-]{1,8})$/u;
/** What a mark beside an amount must be to mean a currency: no formula, no percentage, and no debit or credit. */
const CURRENCY_SIGN = /^(?![CcDd][Rr]$)(?:[\p{L}\p{Sc}/]*[\p{L}\p{Sc}][\p{L}\p{Sc}/]*|\/=)$/u;
/** What is left of a cell without its sign: a number, however it is written. */
const NUMBER = /^[-(]?\s*\d[\d.,'\s\u2019]*-?\)?$/;
const NO_FIGURES = /^(?:[a-z]|abc)$/i;
/** What a spreadsheet shows of a formula that failed. */
const SHEET_ERROR = /^#[A-Z]+[/A-Z0-9]*[!?]?$/;
const BRACKETS = /^\(.*\d.*\)$/;
const TRAILING_MINUS = /\d\s*-$/;
const ISO_LOCAL = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?$/;
const FIGURES = /^\d{8}(?:\d{4}(?:\d{2})?)?$/;
/** A day, a month and a year, in this or another order, and perhaps a time. */
const DAY_FIRST = /^(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})(?:(,? |T)(\d{1,2}):(\d{2})(:\d{2})?( ?[AaPp][Mm])?)?$/;
const WORDS: ReadonlySet<string> = new Set(['status', 'type', 'event']);

/** A sentence; empty where the cell shows nothing. */
export function mappingHint(code: ErrorCode, field: string, cell: string): string {
  const settings = settingsFor(code, field, cell);
  return settings.length === 0 ? '' : ` A mapping with ${settings.join(' and ')} reads it.`;
}

function settingsFor(code: ErrorCode, field: string, cell: string): string[] {
  switch (code) {
    case 'HESABU_DATE_INVALID':
      return dateForms(cell, null);
    case 'HESABU_TIME_INVALID':
      return timeSettings(cell);
    case 'HESABU_AMOUNT_INVALID':
      return numberSettings(cell);
    case 'HESABU_AMOUNT_SIGN':
      return field === 'amount_received' && !cell.startsWith('-') ? ['`signs: { returns: positive }`'] : [];
    case 'HESABU_AMOUNT_RANGE':
      return FEE_FIELDS.has(field) && cell.startsWith('-') ? ['`signs: { fees: negative }`'] : [];
    case 'HESABU_FIELD_INVALID':
      return WORDS.has(field) ? [`\`words: { ${field}: { ${JSON.stringify(cell.slice(0, 60))}: ... } }\``] : [];
    default:
      return [];
  }
}

/** The zone is the file's own, which only its reader knows. */
function timeSettings(cell: string): string[] {
  const zone = "`zone: ...` (the file's own, such as Africa/Nairobi)";
  if (ISO_LOCAL.test(cell)) return [zone];
  const forms = dateForms(cell, true);
  return forms.length === 0 ? [] : [...forms, zone];
}

/** `hasTime`: null where a cell may have a time, and its date is taken. */
function dateForms(cell: string, hasTime: true | null): string[] {
  if (FIGURES.test(cell) && (cell.length > 8 || hasTime === null)) {
    const form = 'yyyyMMddHHmmss'.slice(0, cell.length);
    return [`\`dates: ["${form}"]\``];
  }
  const [, , mark, , year, gap, hour, , seconds, half] = DAY_FIRST.exec(cell) ?? [];
  if (mark === undefined || (gap === undefined && hasTime === true)) return [];
  const clock = half === undefined ? `${hour?.length === 1 ? 'H' : 'HH'}:mm` : 'h:mm';
  const time =
    gap === undefined
      ? ''
      : `${gap}${clock}${seconds === undefined ? '' : ':ss'}${half === undefined ? '' : half.replace(/\S+/, 'a')}`;
  const years = year === undefined ? 'yyyy' : 'y'.repeat(year.length);
  return [`\`dates: ["d${mark}M${mark}${years}${time}"]\` (or "M${mark}d${mark}${years}${time}")`];
}

function numberSettings(cell: string): string[] {
  if (SHEET_ERROR.test(cell)) return [];
  const [, before, after] = SIGN.exec(cell) ?? [];
  const sign = before ?? after;
  const rest = sign === undefined ? cell : cell.replace(sign, '').trim();
  if (sign !== undefined && !(CURRENCY_SIGN.test(sign) && NUMBER.test(rest))) return [];
  const isWord = sign !== undefined && NO_FIGURES.test(sign) && !/[,(\s]/.test(cell);
  const mark = BLANKS.exec(cell)?.[1];
  return [
    ...(THOUSANDS.test(cell) ? [`\`thousands: [","]\`${ONE_COMMA.test(cell) ? ' (or `decimal: ","`)' : ''}`] : []),
    ...(POINTS_AND_COMMA.test(cell) ? ['`decimal: ","`, `thousands: ["."]`'] : []),
    ...(mark === undefined
      ? []
      : [`\`thousands: [${JSON.stringify(mark)}]\`${/,\d+\D{0,4}$/.test(cell) ? ', `decimal: ","`' : ''}`]),
    ...(mark === undefined && DECIMAL_COMMA.test(cell) ? ['`decimal: ","`'] : []),
    ...(sign === undefined || isWord ? [] : [`\`currency_signs: { "${sign}": ... }\``]),
    ...(BRACKETS.test(cell) ? ['`brackets: negative`'] : []),
    ...(TRAILING_MINUS.test(cell) ? ['`trailing_minus: true`'] : []),
  ];
}
