// The signs of currencies that stand beside amounts.

import { currencyExponent } from '../../domain/currency.ts';

/** Signs that only one currency has. */
const SIGNS: ReadonlyMap<string, string> = new Map([
  ...[
    ['₦', 'NGN'],
    ['KSh', 'KES'],
    ['Ksh', 'KES'],
    ['KSH', 'KES'],
    ['Kshs', 'KES'],
    ['GH₵', 'GHS'],
    ['GH¢', 'GHS'],
    ['₵', 'GHS'],
  ],
  ...[
    ['USh', 'UGX'],
    ['UGX', 'UGX'],
    ['TSh', 'TZS'],
    ['TSH', 'TZS'],
    ['FRw', 'RWF'],
    ['ZMW', 'ZMW'],
    ['Br', 'ETB'],
    ['€', 'EUR'],
  ],
] as [string, string][]);
/** Signs that several currencies have. */
export const SHARED_SIGNS: ReadonlyMap<string, readonly string[]> = new Map([
  ['F', ['XOF', 'XAF']],
  ['FCFA', ['XOF', 'XAF']],
  ['CFA', ['XOF', 'XAF']],
  ['$', ['USD', 'NAD', 'LRD']],
  ['R', ['ZAR']],
  ['£', ['GBP', 'EGP']],
  ['¥', ['CNY', 'JPY']],
  ['￥', ['CNY', 'JPY']],
  ['元', ['CNY']],
  ['Sh', ['KES', 'UGX', 'TZS']],
  ['K', ['ZMW', 'MWK']],
  ['N', ['NGN']],
]);

/** The currency that a sign is of, where only one is. */
export function currencyOfSign(sign: string): string | undefined {
  return SIGNS.get(sign) ?? (currencyExponent(sign.toUpperCase()) === undefined ? undefined : sign.toUpperCase());
}

/** Whether a text beside an amount is a sign of any currency. */
export function isCurrencySign(sign: string): boolean {
  return SHARED_SIGNS.has(sign) || currencyOfSign(sign) !== undefined;
}
