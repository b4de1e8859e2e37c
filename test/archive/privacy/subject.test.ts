// Where a person's data are found in bytes, in whatever form and encoding, and what stays.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blanked, mayHold, subjectOf } from '../../../src/archive/privacy/subject.ts';

const SUBJECT = subjectOf('+254 712 345 678')!;
const without = (text: string, subject = SUBJECT) => {
  return Buffer.from(blanked(Buffer.from(text).toString('latin1'), subject), 'latin1').toString();
};

describe('a telephone number', () => {
  it.each([
    ['254712345678', '999999999999'],
    ['+254712345678', '+999999999999'],
    ['00254712345678', '99999999999999'],
    ['+254 712 345 678', '+999 999 999 999'],
    ['+254-712-345-678', '+999-999-999-999'],
    ['254.712.345678', '999.999.999999'],
    ['+254 (0)712 345678', '+999 (9)999 999999'],
    ['0712345678', '9999999999'],
    ['0712 345 678', '9999 999 999'],
    ['(0712) 345-678', '(9999) 999-999'],
    ['712345678', '999999999'],
    ['{"msisdn":254712345678}', '{"msisdn":999999999999}'],
    ['tel254712345678,x', 'tel999999999999,x'],
    ['"254712345678.0"', '"999999999999.0"'],
    ['%2B254712345678', '%2B999999999999'],
  ])('%s becomes %s, in UTF-16 too', (text, expected) => {
    expect(without(`of ${text}, é`)).toBe(`of ${expected}, é`);
    const wide = Buffer.from(`of ${text}, é`, 'utf16le').toString('latin1');
    expect(Buffer.from(blanked(wide, SUBJECT), 'latin1').toString('utf16le')).toBe(`of ${expected}, é`);
    expect(mayHold(Buffer.from(text), SUBJECT)).toBe(true);
  });

  it.each([
    '254712345679',
    '1254712345678',
    '2547123456780',
    '0712 345 67',
    'MFS712345678',
    '712345678.50',
    '254 712 345 6789',
    '254733987654',
    '254712345,678',
  ])('is not %s', (text) => {
    expect(without(`of ${text}, `)).toBe(`of ${text}, `);
    expect(mayHold(Buffer.from(text), SUBJECT)).toBe(false);
  });

  it('is found in whatever stands around it, and nothing else is changed', () => {
    const around = fc.stringMatching(/^(?:[a-z",;{}:é\n ]*[a-z",;{}:é\n])?$/);
    fc.assert(
      fc.property(around, around, fc.constantFrom('0712 345 678', '+254712345678'), (left, right, number) => {
        const text = `${left}${left === '' ? '' : ','}${number},${right}`;
        expect(without(text)).toBe(text.replace(number, number.replace(/\d/g, '9')));
      }),
    );
  });

  it.each(['', '0712345678', '+2547123', 'x', '12345', '+254712345678999999'])('"%s" is none', (text) => {
    expect(subjectOf(text)).toBeUndefined();
  });

  it('has its country', () => {
    expect(['+254712345678', '256772123456', '+21620123456'].map((one) => subjectOf(one)?.country)).toEqual([
      'KE',
      'UG',
      'TN',
    ]);
  });
});

describe('another text', () => {
  it('is found as it was written, in the forms of CSV, JSON and addresses, in either case', () => {
    const subject = subjectOf('Jane "J" Wanjikũ')!;
    const size = Buffer.byteLength('Jane "J" Wanjikũ');
    expect(without('a,"Jane ""J"" Wanjikũ",b', subject)).toBe(`a,"${'x'.repeat(size + 2)}",b`);
    expect(without('{"n":"Jane \\"J\\" Wanjikũ"}', subject)).toBe(`{"n":"${'x'.repeat(size + 2)}"}`);
    expect(without('?n=Jane%20%22J%22%20Wanjik%C5%A9&', subject)).toMatch(/^\?n=x+&$/);
    expect(without('JANE@mail.example, xjane@mail.example', subjectOf('jane@mail.example')!)).toBe(
      `${'x'.repeat(17)}, xjane@mail.example`,
    );
  });

  it('may be an address of the internet', () => {
    expect(without('10.20.30.4,10.20.30.41', subjectOf('10.20.30.4')!)).toBe('xxxxxxxxxx,10.20.30.41');
  });
});

it('what is packed may hold anybody', () => {
  expect(['504b0304aa', '1f8b08', '28b52ffd00'].map((hex) => mayHold(Buffer.from(hex, 'hex'), SUBJECT))).toEqual([
    true,
    true,
    true,
  ]);
});
