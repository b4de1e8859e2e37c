// Which setting of a mapping would read a cell that is refused: told after the remedy, where the cell shows it.

import type { ErrorCode } from '../../domain/error-codes.ts';

const THOUSANDS = /^\D{0,4}-?\d{1,3}((,)\d{3})+(\.\d+)?\D{0,4}$/;
/** Three thousand, or three with three decimals. */
const ONE_COMMA = /^\D{0,4}-?\d{1,3},\d{3}\D{0,4}$/;
const DECIMAL_COMMA = /^\D{0,4}-?\d{1,3}(\.\d{3})*,\d{1,2}\D{0,4}$/;
const SIGN = /^-?\s*([^\d\s.,'+-]{1,4})\s*-?\d|\d\s*([^\d\s.,'+-]{1,4})$/u;
const DAY_FIRST = /^\d{1,2}([/.-])\d{1,2}\1\d{4}$/;

/** A sentence; empty where the cell shows nothing. */
export function mappingHint(code: ErrorCode, cell: string): string {
  const settings = settingsFor(code, cell);
  return settings.length === 0 ? '' : ` A mapping with ${settings.join(' and ')} reads it.`;
}

function settingsFor(code: ErrorCode, cell: string): string[] {
  if (code === 'HESABU_DATE_INVALID') {
    const mark = DAY_FIRST.exec(cell)?.[1];
    return mark === undefined ? [] : [`\`dates: ["d${mark}M${mark}yyyy"]\` (or "M${mark}d${mark}yyyy")`];
  }
  if (code !== 'HESABU_AMOUNT_INVALID') return [];
  const [, before, after] = SIGN.exec(cell) ?? [];
  const sign = before ?? after;
  return [
    ...(THOUSANDS.test(cell) ? [`\`thousands: [","]\`${ONE_COMMA.test(cell) ? ' (or `decimal: ","`)' : ''}`] : []),
    ...(DECIMAL_COMMA.test(cell) ? ['`decimal: ","`, `thousands: ["."]`'] : []),
    ...(sign === undefined ? [] : [`\`currency_signs: { "${sign}": ... }\``]),
  ];
}
