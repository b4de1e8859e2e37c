// Amounts, fees and rates in the form that a mapping says, as plain decimals: the sign of a currency is taken off, and
// the unit and the sign are turned into ours. No number passes through a float.

import { currencyExponent } from '../../domain/currency.ts';
import type { ErrorCode } from '../../domain/error-codes.ts';
import { isAmbiguous, type NumberReader, numberReader } from '../formats/number-form.ts';
import type { Mapping, Unit } from './mapping.ts';

export interface AmountFault {
  readonly code: ErrorCode;
  readonly expected: string;
}

/** How many decimals `minor` has, whatever the currency. */
const HUNDREDTHS = 2;

export class Amounts {
  private readonly numbers: NumberReader | undefined;
  private readonly isOpen: boolean;
  /** The longest sign first: R$ is not R. */
  private readonly signs: readonly (readonly [string, string])[];
  private readonly unit: Mapping['unit'];

  /** A point is ambiguous in a table alone: JSON comes from programs. */
  constructor({ numbers, currencySigns, unit }: Mapping, isTable: boolean) {
    this.numbers = numbers && numberReader(numbers);
    this.isOpen = isTable && (numbers?.isOpen ?? true);
    this.signs = [...(currencySigns ?? [])].toSorted(([left], [right]) => right.length - left.length);
    this.unit = unit;
  }

  /** A cell as a plain decimal in the file's unit. A number of a program or a workbook is one already. */
  read(cell: string, isNumber: boolean, currency: string): string | AmountFault {
    if (isNumber) return cell;
    let text = cell;
    if (this.signs.length > 0) {
      const signed = this.withoutSign(cell);
      if (signed.currency !== null && signed.currency !== currency) {
        return { code: 'HESABU_AMOUNT_INVALID', expected: `an amount in ${currency || 'the currency of the row'}` };
      }
      text = signed.amount;
    }
    const plain = this.plain(text);
    if (typeof plain !== 'string') return plain;
    const exponent = this.isOpen ? currencyExponent(currency) : undefined;
    if (exponent === undefined || !isAmbiguous(plain, exponent)) return plain;
    return { code: 'HESABU_AMOUNT_AMBIGUOUS', expected: `${exponent === 0 ? 'no' : exponent} decimals, or a mapping` };
  }

  /** A number with whatever sign of a currency; undefined where it is none. */
  bare(cell: string): string | undefined {
    const plain = this.plain(this.signs.length === 0 ? cell : this.withoutSign(cell).amount);
    return typeof plain === 'string' ? plain : undefined;
  }

  /** A number without a currency. */
  plain(text: string): string | AmountFault {
    const plain = this.numbers === undefined ? text : this.numbers(text);
    return plain ?? { code: 'HESABU_AMOUNT_INVALID', expected: 'a number as the mapping writes them' };
  }

  /** A plain decimal in the file's unit, in the currency's main unit. */
  inMainUnit(plain: string, currency: string): string {
    return shifted(plain, this.placesIn(currency));
  }

  /** Whether an amount that should be in hundredths has two decimals: then it hardly is, and would be too small. */
  isInMainUnit(plain: string, currency: string): boolean {
    return /\.\d\d$/.test(plain) && this.placesIn(currency) === HUNDREDTHS;
  }

  private placesIn(currency: string): number {
    return decimalsOf(typeof this.unit === 'object' ? this.unit.get(currency) : this.unit, currency);
  }

  /** The cell without the sign of a currency at its beginning or its end, and what that sign means. */
  private withoutSign(cell: string): { readonly amount: string; readonly currency: string | null } {
    for (const [sign, currency] of this.signs) {
      const at = cell.indexOf(sign);
      if (at < 0) continue;
      const [before, after] = [cell.slice(0, at).trim(), cell.slice(at + sign.length).trim()];
      if (/^[-(]?$/.test(before) || /^[-)]?$/.test(after)) return { amount: before + after, currency };
    }
    return { amount: cell, currency: null };
  }
}

function decimalsOf(unit: Unit | undefined, currency: string): number {
  if (unit === 'minor') return HUNDREDTHS;
  return unit === 'iso_minor' ? (currencyExponent(currency) ?? 0) : 0;
}

/** A plain decimal divided by a power of ten; any other text as it is, which its field then refuses. */
function shifted(text: string, places: number): string {
  if (places === 0 || !/^-?\d+(?:\.\d+)?$/.test(text)) return text;
  const sign = text.startsWith('-') ? '-' : '';
  const [whole = '', decimals = ''] = text.slice(sign.length).split('.');
  const digits = whole.padStart(places + 1, '0');
  return `${sign}${digits.slice(0, -places)}.${digits.slice(-places)}${decimals}`;
}
