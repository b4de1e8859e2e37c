// Amounts from outside: exact to the minor unit of their currency, or refused; never rounded.
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { currencyExponent } from '../../src/domain/currency.ts';
import { formatMinor, minorOf, readAmount } from '../../src/domain/money.ts';

const MINOR_MAX = 2n ** 63n - 1n;

test.each([
  ['9007199254740993', 'UGX', '9007199254740993'],
  ['90071992547409.93', 'KES', '90071992547409.93'],
  ['0.3', 'KES', '0.30'],
  ['0.30000000000000004', 'KES', 'HESABU_AMOUNT_PRECISION'],
  ['1.005', 'KES', 'HESABU_AMOUNT_PRECISION'],
  ['1.50', 'UGX', 'HESABU_AMOUNT_PRECISION'],
  ['1.00', 'UGX', '1'],
  ['1e400', 'KES', 'HESABU_AMOUNT_INVALID'],
  ['1E2', 'KES', 'HESABU_AMOUNT_INVALID'],
  ['1,000.00', 'KES', 'HESABU_AMOUNT_INVALID'],
  ['-0', 'KES', 'HESABU_AMOUNT_INVALID'],
  ['-0.00', 'KES', 'HESABU_AMOUNT_INVALID'],
  ['NaN', 'KES', 'HESABU_AMOUNT_INVALID'],
  ['Infinity', 'KES', 'HESABU_AMOUNT_INVALID'],
  ['', 'KES', 'HESABU_AMOUNT_INVALID'],
  ['+1', 'KES', 'HESABU_AMOUNT_INVALID'],
  ['0x10', 'KES', 'HESABU_AMOUNT_INVALID'],
  ['١٢', 'KES', 'HESABU_AMOUNT_INVALID'],
  ['123456789012345678901234567890', 'KES', 'HESABU_AMOUNT_RANGE'],
  ['9'.repeat(41), 'KES', 'HESABU_AMOUNT_INVALID'],
])('%s %s is read as %s (B06)', (text, currency, expected) => {
  const read = readAmount(text, currency);
  expect(typeof read === 'string' ? read : read.fault).toBe(expected);
});

test('any amount comes back as it was written, whatever its size and currency (B06)', () => {
  const minor = fc.bigInt({ min: -MINOR_MAX, max: MINOR_MAX });
  fc.assert(
    fc.property(minor, fc.constantFrom('UGX', 'KES', 'TND', 'CLF'), (amount, currency) => {
      const text = formatMinor(amount, currency);
      expect(readAmount(text, currency)).toBe(text);
      expect(minorOf(text, currency)).toBe(amount);
    }),
  );
});

test.each([
  ['JPY', '100', '100'],
  ['JPY', '100.5', 'HESABU_AMOUNT_PRECISION'],
  ['XOF', '8400', '8400'],
  ['BHD', '1.234', '1.234'],
  ['BHD', '1.2345', 'HESABU_AMOUNT_PRECISION'],
  ['KES', '1', '1.00'],
  ['kes', '1', 'HESABU_CURRENCY_UNKNOWN'],
  ['KSH', '1', 'HESABU_CURRENCY_UNKNOWN'],
  ['', '1', 'HESABU_CURRENCY_UNKNOWN'],
  ['__proto__', '1', 'HESABU_CURRENCY_UNKNOWN'],
  ['constructor', '1', 'HESABU_CURRENCY_UNKNOWN'],
])('in %s, %s is read as %s (B07)', (currency, text, expected) => {
  const read = readAmount(text, currency);
  expect(typeof read === 'string' ? read : read.fault).toBe(expected);
});

describe('a currency', () => {
  it('is a code of ISO 4217 in which people pay: no metal, no unit of account, no test', () => {
    const none = ['X'.repeat(3), 'XTS', 'XAU', 'XAG', 'XPT', 'XPD', 'XDR', 'XUA', 'XSU', 'XBA', 'XBB', 'XBC', 'XBD'];
    expect(none.filter((code) => currencyExponent(code) !== undefined)).toEqual([]);
    expect(['XOF', 'XAF', 'XPF', 'XCD', 'KES', 'UGX', 'TND'].map(currencyExponent)).toEqual([0, 0, 0, 2, 2, 0, 3]);
  });
});
