// What the cells of a file show of how it writes numbers, dates and times, as settings and questions of a mapping.

import { DateTime } from 'luxon';
import { currencyExponent } from '../../domain/currency.ts';
import { currencyOfSign, SHARED_SIGNS } from './currency-signs.ts';
import { findDates, inOrder, zoneNamedIn } from './date-forms.ts';
import { findNumbers, type Mark, type NumberFinding } from './number-signs.ts';
import type { Alternative, Conclusions } from './suggestion.ts';

/** `currencies` are those that the file names. */
export function concludeNumbers(
  to: Conclusions,
  columns: readonly (readonly string[])[],
  currencies: readonly string[],
): NumberFinding {
  const found = findNumbers(columns);
  const { decimals, thousands, signs, brackets, trailingMinus } = found;
  const open = [...found.open].filter(([mark]) => !(mark === '.' && areAllFine(currencies)));
  const comma = decimals.get(',');
  const point = decimals.get('.');
  const asked = open[0] ?? (comma !== undefined && point !== undefined ? ([',', comma] as [Mark, string]) : undefined);
  if (asked !== undefined) askPoint(to, asked, thousands);
  else {
    if (comma !== undefined) to.conclude(['decimal'], ',', 'sure', 'decimal', comma);
    const marks = [...thousands.keys()].filter((mark) => mark !== (comma === undefined ? '.' : ','));
    if (comma === undefined && thousands.has('.')) {
      to.conclude(['decimal'], ',', 'sure', 'decimal', thousands.get('.')!);
      marks.push('.');
    }
    if (marks.length > 0) to.conclude(['thousands'], marks, 'sure', 'thousands', thousands.get(marks[0]!)!);
  }
  concludeSigns(to, signs, currencies);
  if (brackets !== null) to.conclude(['brackets'], 'negative', 'likely', 'brackets', brackets);
  if (trailingMinus !== null) to.conclude(['trailing_minus'], true, 'sure', 'trailingMinus', trailingMinus);
  return found;
}

/** With three decimals or more, a point before three figures is what the currency has. */
function areAllFine(currencies: readonly string[]): boolean {
  return currencies.length > 0 && currencies.every((code) => (currencyExponent(code) ?? 0) >= 3);
}

function askPoint(to: Conclusions, [mark, cell]: readonly [Mark, string], thousands: ReadonlyMap<string, string>) {
  const other = mark === '.' ? ',' : '.';
  const figures = cell.replaceAll(/[^\d.,-]/g, '');
  const others = [...thousands.keys()].filter((one) => one !== mark && one !== other);
  const withDecimals: Alternative = {
    settings: [
      { path: ['decimal'], value: mark },
      ...(others.length === 0 ? [] : [{ path: ['thousands'], value: others }]),
    ],
    means: ['pointDecimal', cell, figures.replace(mark, '.').replace(/\.?0+$/, '')],
  };
  const withThousands: Alternative = {
    settings: [
      { path: ['decimal'], value: other },
      { path: ['thousands'], value: [mark, ...others] },
    ],
    means: ['pointDecimal', cell, figures.replaceAll(mark, '')],
  };
  to.ask(['decimal'], [withDecimals, withThousands], 'askPoint', cell);
}

function concludeSigns(to: Conclusions, signs: ReadonlyMap<string, string>, currencies: readonly string[]): void {
  const known: Record<string, string> = {};
  const shared = [...signs].filter(([sign]) => {
    const meant = SHARED_SIGNS.get(sign) ?? [];
    const code =
      currencyOfSign(sign) ??
      meant.find((one) => currencies.includes(one)) ??
      (meant.length === 1 ? meant[0] : undefined);
    if (code !== undefined) known[sign] = code;
    return code === undefined && meant.length > 0;
  });
  const [first] = shared;
  if (first === undefined) {
    const [sign] = Object.keys(known);
    if (sign !== undefined) to.conclude(['currency_signs'], known, 'sure', 'sign', signs.get(sign)!);
    return;
  }
  const [sign, cell] = first;
  const alternatives = SHARED_SIGNS.get(sign)!.map((code): Alternative => {
    return { settings: [{ path: ['currency_signs'], value: { ...known, [sign]: code } }], means: ['currencyIs', code] };
  });
  to.ask(['currency_signs'], alternatives, 'askSign', cell);
}

/** The zones of the countries that use a currency; several where nobody can tell. */
const CURRENCY_ZONES: Readonly<Record<string, string>> = {
  AOA: 'Africa/Luanda',
  BIF: 'Africa/Bujumbura',
  BWP: 'Africa/Gaborone',
  CNY: 'Asia/Shanghai',
  EGP: 'Africa/Cairo',
  ETB: 'Africa/Addis_Ababa',
  GHS: 'Africa/Accra',
  GMD: 'Africa/Banjul',
  KES: 'Africa/Nairobi',
  MAD: 'Africa/Casablanca',
  MGA: 'Indian/Antananarivo',
  MUR: 'Indian/Mauritius',
  MWK: 'Africa/Blantyre',
  MZN: 'Africa/Maputo',
  NGN: 'Africa/Lagos',
  RWF: 'Africa/Kigali',
  SLE: 'Africa/Freetown',
  TND: 'Africa/Tunis',
  TZS: 'Africa/Dar_es_Salaam',
  UGX: 'Africa/Kampala',
  XAF: 'Africa/Douala',
  XOF: 'Africa/Abidjan',
  ZAR: 'Africa/Johannesburg',
  ZMW: 'Africa/Lusaka',
};

export interface DateColumn {
  readonly name: string;
  readonly cells: readonly string[];
  /** A date counts as it stands; an instant needs a zone. */
  readonly isInstant: boolean;
}

/** `texts` stand beside the table: titles, and names of columns. */
export function concludeDates(
  to: Conclusions,
  columns: readonly DateColumn[],
  texts: readonly string[],
  currencies: readonly string[],
): void {
  const all = findDates(columns.flatMap(({ cells }) => cells));
  const { forms, open, order, unread } = all;
  if (forms.size > 0 && open !== null) askOrder(to, [...forms.keys()], open);
  else if (forms.size > 0) {
    const list = [...forms.keys()];
    if (order === null) to.conclude(['dates'], list, 'sure', 'dateForm', [...forms.values()][0]!);
    else to.conclude(['dates'], list, 'sure', 'dateOrder', order.cell);
  }
  if (unread !== null) to.ask(['dates'], [], 'unreadDates', unread);
  const local = columns.filter(({ isInstant }) => isInstant).map(({ cells }) => findDates(cells).local);
  const cell = local.find((one) => one !== null);
  if (cell == null) return;
  const names = columns.map(({ name }) => name);
  const text = [...names, ...texts].find((one) => zoneNamedIn(one) !== undefined);
  if (text !== undefined) return to.conclude(['zone'], zoneNamedIn(text)!, 'sure', 'zoneIs', text);
  const zones = [...new Set([...currencies.flatMap((code) => CURRENCY_ZONES[code] ?? []), 'UTC', 'Asia/Shanghai'])];
  to.ask(
    ['zone'],
    zones.map((zone) => ({
      settings: [{ path: ['zone'], value: zone }],
      means: ['zoneOf', cell, utcOf(cell, zone, forms)],
    })),
    ...(['askZone', cell] as const),
  );
}

/** The instant of a local time, for people; the time as it stands where its form is not settled. */
function utcOf(cell: string, zone: string, forms: ReadonlyMap<string, string>): string {
  const read = [...forms.keys()].map((form) => DateTime.fromFormat(cell, inOrder(form, 'day'), { zone }));
  const found = [...read, DateTime.fromISO(cell, { zone })].find(({ isValid }) => isValid);
  return found?.toUTC().toISO({ suppressMilliseconds: true }) ?? `${cell} (${zone})`;
}

function askOrder(to: Conclusions, forms: readonly string[], cell: string): void {
  const alternatives = (['day', 'month'] as const).map((first): Alternative => {
    const list = forms.map((form) => inOrder(form, first));
    const read = list.map((form) => DateTime.fromFormat(cell, form, { zone: 'utc' })).find(({ isValid }) => isValid);
    return {
      settings: [{ path: ['dates'], value: list }],
      means: ['orderIs', read?.toISODate() ?? cell],
    };
  });
  to.ask(['dates'], alternatives, 'askOrder', cell);
}
