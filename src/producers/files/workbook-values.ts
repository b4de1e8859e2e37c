// What a stored value of a workbook is as a text: numbers as plain decimals, dates by the workbook's own date system.

import type { CellKind } from '../formats/cell-kind.ts';

/** How a cell's number is meant, by the format of its style. */
export type NumberMeaning = 'number' | 'date' | 'time' | 'elapsed';

export interface CellValue {
  readonly kind: CellKind;
  readonly text: string;
}

/** The significant figures that a spreadsheet keeps and shows: a double holds each decimal of so many. */
const FIGURES_MAX = 15;
/** From 10^13 on, 15 figures hold less than two decimals. */
const LARGE_POINT = 14;
const PLAIN = /^-?(?:0|[1-9]\d*)(?:\.\d*[1-9])?$/;
const NUMBER = /^([-+]?)(\d*)(?:\.(\d*))?(?:e([-+]?\d{1,4}))?$/i;
/** A double reaches from 5e-324 to 1.8e308. */
const EXPONENT_MAX = 325;
const DAY_MS = 86_400_000;
const SECOND_MS = 1000;
/** 9999-12-31, the last day of a spreadsheet. */
const LAST_DAY = 2_958_465;
/** Days from day zero to 1970-01-01; up to day 60 one less, because day 60 is the 29 February 1900 that never was. */
const EPOCH_1900 = 25_569;
const EPOCH_1904 = 24_107;
const NO_DAY = 60;

/**
 * A stored number as a plain decimal of at most 15 significant figures. Undefined if it is no number, and for an amount
 * so large that these figures would lose decimals that the file has.
 */
function plainNumber(stored: string): string | undefined {
  // The sign and the point are counted as figures: what is longer takes the slow way and comes out the same.
  if (stored.length <= FIGURES_MAX && PLAIN.test(stored)) return stored === '-0' ? '0' : stored;
  const parts = NUMBER.exec(stored.trim());
  if (parts === null) return undefined;
  const [, sign, whole, fraction = '', exponent = '0'] = parts;
  const figures = `${whole}${fraction}`.replace(/^0+/, '');
  // The power of ten of the first figure, plus one.
  const point = whole!.length + Number(exponent) - (whole!.length + fraction.length - figures.length);
  if (figures === '') return '0';
  if (Math.abs(point) > EXPONENT_MAX) return undefined;
  const rounded = figures.length > FIGURES_MAX ? round(figures) : figures;
  const carried = rounded.length > FIGURES_MAX ? 1 : 0;
  const text = `${sign === '-' ? '-' : ''}${decimalText(rounded, point + carried)}`;
  const isLossy = rounded !== figures && point >= LARGE_POINT && point < figures.length;
  // Figures beyond the 15 that name the same double are the writer's way of writing it.
  return isLossy && Number(text) !== Number(stored) ? undefined : text;
}

/** The first 15 figures, or 16 where rounding carries into a new first one. */
function round(figures: string): string {
  const first = BigInt(figures.slice(0, FIGURES_MAX));
  return String(figures.charCodeAt(FIGURES_MAX) >= 53 ? first + 1n : first);
}

/** The decimal 0.FIGURES times ten to the power of `point`. */
function decimalText(figures: string, point: number): string {
  const whole = point <= 0 ? '0' : figures.slice(0, point).padEnd(point, '0');
  const rest = point < 0 ? '0'.repeat(-point) + figures : figures.slice(Math.max(point, 0));
  const fraction = rest.replace(/0+$/, '');
  return fraction === '' ? whole : `${whole}.${fraction}`;
}

/** A stored number by its meaning. A number that is no day of a spreadsheet stays a number. */
export function numberValue(stored: string, meaning: NumberMeaning, is1904: boolean): CellValue {
  // A day's number is not shown, so its figures need no rounding.
  const date = meaning === 'number' ? undefined : dateText(serialOf(stored), meaning, is1904);
  if (date !== undefined) return { kind: 'date', text: date };
  const number = plainNumber(stored);
  return number === undefined ? { kind: 'error', text: stored } : { kind: 'number', text: number };
}

/** The number of a day; NaN for what is none. */
function serialOf(stored: string): number {
  return /^[\d.]+(?:e[-+]?\d+)?$/i.test(stored) ? Number(stored) : Number.NaN;
}

function dateText(serial: number, meaning: NumberMeaning, is1904: boolean): string | undefined {
  if (!(serial >= 0 && serial < LAST_DAY + 1)) return undefined;
  const ms = wholeSecond(Math.round(serial * DAY_MS));
  const day = Math.floor(ms / DAY_MS);
  const rest = ms - day * DAY_MS;
  if (meaning === 'elapsed') return clock(rest, Math.floor(ms / 3_600_000));
  if (day === 0) return clock(rest);
  const date = dayText(day, is1904);
  return meaning === 'date' && rest === 0 ? date : `${date}T${clock(rest)}`;
}

/** The days that were met, because the rows of a file are of few days. */
const knownDays = new Map<number, string>();
const KNOWN_DAYS_MAX = 4096;

function dayText(day: number, is1904: boolean): string {
  if (!is1904 && day === NO_DAY) return '1900-02-29';
  const epoch = is1904 ? EPOCH_1904 : day < NO_DAY ? EPOCH_1900 - 1 : EPOCH_1900;
  const known = knownDays.get(day - epoch);
  if (known !== undefined) return known;
  const text = new Date((day - epoch) * DAY_MS).toISOString().slice(0, 10);
  if (knownDays.size >= KNOWN_DAYS_MAX) knownDays.clear();
  knownDays.set(day - epoch, text);
  return text;
}

/** A day's fraction is not exact: one millisecond beside a whole second is that second. */
function wholeSecond(ms: number): number {
  const second = Math.round(ms / SECOND_MS) * SECOND_MS;
  return Math.abs(ms - second) <= 1 ? second : ms;
}

function clock(ms: number, hours = Math.floor(ms / 3_600_000)): string {
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
  const fraction = ms % SECOND_MS === 0 ? '' : `.${String(ms % SECOND_MS).padStart(3, '0')}`;
  return `${two(hours)}:${two((ms / 60_000) % 60)}:${two((ms / SECOND_MS) % 60)}${fraction}`;
}

/** Excel allows 255 characters. */
const CODE_CHARS_MAX = 1000;

/** What the code of a number format makes of a number: a date where it names a part of one. */
export function meaningOf(format: string): NumberMeaning {
  const code = format
    .slice(0, CODE_CHARS_MAX)
    .replace(/"[^"]*"|[\\_*]./g, '')
    .split(';', 1)[0]!
    .replace(/\[(?!h+\]|m+\]|s+\])[^\]]*\]/gi, '');
  if (/\[[hms]+\]/i.test(code)) return 'elapsed';
  // Places for figures are of numbers, apart from fractions of a second: `KSh#,##0` is no time.
  const hasFigures = /[#0?]/.test(code.replace(/s\.?0+/gi, 's'));
  if (hasFigures || /^\s*general\s*$/i.test(code) || !/[ymdhse]/i.test(code)) return 'number';
  return /[hs]|am\/pm/i.test(code) ? 'time' : 'date';
}

/** The number formats that have no code in the file, by their number. */
export function builtInMeaning(id: number): NumberMeaning {
  if ((id >= 14 && id <= 17) || (id >= 27 && id <= 31) || (id >= 50 && id <= 54) || id === 36 || id === 57 || id === 58)
    return 'date';
  if ((id >= 18 && id <= 22) || (id >= 32 && id <= 35) || id === 45 || id === 47 || id === 55 || id === 56)
    return 'time';
  return id === 46 ? 'elapsed' : 'number';
}
