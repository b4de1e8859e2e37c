// The values of members of a JSON body.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  amountIn,
  currencyIn,
  dateIn,
  feeIn,
  instantIn,
  referenceIn,
  signedAmountIn,
} from '../../../src/producers/bodies/field-values.ts';
import { timeReader } from '../../../src/producers/files/time-forms.ts';
import { fieldsOf } from './given-body.ts';

describe('an amount', () => {
  test.each([
    ['a text', '{"v": "1500"}', 'KES', 'major', '1500.00'],
    ['a number', '{"v": 1500.5}', 'KES', 'major', '1500.50'],
    ['four decimals', '{"v": "3000.0000"}', 'UGX', 'major', '3000'],
    ['hundredths', '{"v": 1000000}', 'GHS', 'hundredths', '10000.00'],
    ['hundredths of a currency without any', '{"v": 1000000}', 'XOF', 'hundredths', '10000'],
    ['hundredths as a text', '{"v": "5000"}', 'NGN', 'hundredths', '50.00'],
    ['beyond 2^53', '{"v": 90071992547409931}', 'NGN', 'hundredths', '900719925474099.31'],
  ] as const)('of %s is read', (_what, text, currency, scale, amount) => {
    const fields = fieldsOf(text);
    expect(amountIn(fields, 'v', currency, scale)).toBe(amount);
    expect(fields.fault).toBeNull();
  });

  test.each([
    ['finer than its currency', '{"v": 10.5}', 'UGX', 'HESABU_AMOUNT_PRECISION'],
    ['with an exponent', '{"v": 1e3}', 'KES', 'HESABU_AMOUNT_INVALID'],
    ['with a separator of thousands', '{"v": "1,500"}', 'KES', 'HESABU_AMOUNT_INVALID'],
    ['below zero', '{"v": -1}', 'KES', 'HESABU_AMOUNT_RANGE'],
    ['without a currency', '{"v": 1}', null, 'HESABU_FIELD_MISSING'],
    ['that is an object', '{"v": {"value": 1}}', 'KES', 'HESABU_FIELD_INVALID'],
  ])('%s is a fault of its field', (_what, text, currency, code) => {
    const fields = fieldsOf(text);
    expect(amountIn(fields, 'v', currency)).toBeNull();
    expect(fields.fault).toMatchObject({ field: 'v', code });
  });

  test.each(['{}', '{"v": null}', '{"v": ""}'])('that is not there is null: %s', (text) => {
    const fields = fieldsOf(text);
    expect([amountIn(fields, 'v', 'KES'), feeIn(fields, 'v', 'KES'), signedAmountIn(fields, 'v', 'KES')]).toEqual([
      ...[null, null, null],
    ]);
    expect(fields.fault).toBeNull();
  });

  test('in hundredths is the whole number of them, whatever it is', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 62n }), (minor) => {
        const whole = minor.toString().padStart(3, '0');
        const amount = `${BigInt(whole.slice(0, -2))}.${whole.slice(-2)}`;
        expect(amountIn(fieldsOf(`{"v": ${minor}}`), 'v', 'KES', 'hundredths')).toBe(amount);
      }),
    );
  });
});

describe('other values', () => {
  test('a fee may be finer than its currency', () => {
    expect(feeIn(fieldsOf('{"v": 0.58}'), 'v', 'RWF')).toBe('0.58');
    expect(feeIn(fieldsOf('{"v": 19500}'), 'v', 'GHS', 'hundredths')).toBe('195.00');
  });

  test('a currency is read in capitals, and an unknown one is a fault', () => {
    const fields = fieldsOf('{"a": "kes", "b": "KSH"}');
    expect(currencyIn(fields, 'a')).toBe('KES');
    expect(currencyIn(fields, 'b')).toBeNull();
    expect(fields.fault).toMatchObject({ field: 'b', code: 'HESABU_CURRENCY_UNKNOWN' });
  });

  test.each([
    ['ISO 8601', '"2024-05-01T09:00:00.000Z"', '2024-05-01T09:00:00.000Z'],
    ['microseconds after a blank', '"2024-05-26 19:06:51.300273+00:00"', '2024-05-26T19:06:51.300Z'],
    ['figures in Nairobi', '20240501120000', '2024-05-01T09:00:00.000Z'],
    ['milliseconds since 1970', '1735000000000', '2024-12-24T00:26:40.000Z'],
    ['seconds since 1970 with a fraction', '1735000000.116', '2024-12-24T00:26:40.116Z'],
  ])('a time may be %s', (_what, value, time) => {
    const times = timeReader(['yyyyMMddHHmmss', 'x', 'X'], 'Africa/Nairobi');
    expect(instantIn(fieldsOf(`{"v": ${value}}`), 'v', times)).toBe(Date.parse(time));
  });

  test('a time without an offset is a fault where nobody knows its zone', () => {
    const fields = fieldsOf('{"v": "2024-05-01T09:00:00"}');
    expect(instantIn(fields, 'v')).toBeNull();
    expect(fields.fault).toMatchObject({ field: 'v', code: 'HESABU_TIME_INVALID' });
  });

  test('a date is that of the time as it is written', () => {
    expect(dateIn(fieldsOf('{"v": "2024-05-02T00:00:00.000Z"}'), 'v')).toBe('2024-05-02');
  });

  test('a reference is one in the form of keys', () => {
    const fields = fieldsOf('{"a": " ord-77 ", "b": "?x"}');
    expect(referenceIn(fields, 'a')).toBe('ord-77');
    expect(referenceIn(fields, 'b')).toBeNull();
    expect(fields.fault).toMatchObject({ field: 'b', code: 'HESABU_REFERENCE_INVALID' });
  });
});
