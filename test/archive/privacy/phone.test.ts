// Phone numbers: one number has one pseudonym, however it is written, and the pseudonym contains its country.

import fc from 'fast-check';
import { type CountryCode, parsePhoneNumberFromString } from 'libphonenumber-js/core';
import metadata from 'libphonenumber-js/min/metadata';
import { describe, expect, it } from 'vitest';
import { phonePseudonym, toE164 } from '../../../src/archive/privacy/phone.ts';
import { phoneCountryOf } from '../../../src/domain/phone.ts';

/** A pseudonym that hides nothing, so that the hashed text is visible. */
const named = phonePseudonym((text) => text);

const AFRICAN_CODES = Object.entries(metadata.country_calling_codes).filter(([code]) => code.startsWith('2'));

/** Whether the library finds a number that can exist, as dialled in the country or with its calling code. */
function isPossible(digits: string, country: CountryCode | null): boolean {
  const local = { extract: false, ...(country === null ? {} : { defaultCountry: country }) };
  const readings = [parsePhoneNumberFromString(`+${digits}`, { extract: false }, metadata)];
  if (country !== null) readings.push(parsePhoneNumberFromString(digits, local, metadata));
  return readings.some((number) => number?.isPossible());
}

describe('phonePseudonym', () => {
  it.each([
    ['+254712345678', null, 'KE:254712345678'],
    ['254712345678', null, 'KE:254712345678'],
    ['+254 712-345 678', null, 'KE:254712345678'],
    ['00254712345678', null, 'KE:254712345678'],
    ['+254 0712 345678', null, 'KE:254712345678'],
    ['0712 345 678', 'KE', 'KE:254712345678'],
    ['712345678', 'KE', 'KE:254712345678'],
    ['0712345678', 'UG', 'UG:256712345678'],
    ['254712345678', 'UG', 'KE:254712345678'],
    // Nigeria's numbers may be as long as a number of Kenya with its calling code.
    ['254712345678', 'NG', 'KE:254712345678'],
    ['+2250701234567', null, 'CI:2250701234567'],
    ['0701234567', 'CI', 'CI:2250701234567'],
    ['+212612345678', null, 'MA:212612345678'],
    ['+262692123456', null, 'RE:262692123456'],
    ['+262639012345', null, 'YT:262639012345'],
    ['+20 100 123 4567', null, 'EG:201001234567'],
    ['+27 82 123 4567', null, 'ZA:27821234567'],
    ['+8613812345678', null, 'CN:8613812345678'],
    ['+14155552671', null, 'US:14155552671'],
  ])('%s dialled in %s is %s', (text, country, expected) => {
    expect(named(text, country)).toBe(expected);
  });

  it('a number without a country is hashed as dialled, separately per country of dialling', () => {
    expect(named('0712345678')).toBe('??:0712345678');
    expect(named('0712', 'KE')).toBe('??:KE 0712');
    expect(named('0712', 'UG')).toBe('??:UG 0712');
    expect(named('0712345678', 'Kenya')).toBe('??:Kenya 0712345678');
    expect(named('+254 71')).toBe('??:25471');
    expect(named('+')).toBeNull();
    expect(named('unknown')).toBeNull();
    expect(named('9'.repeat(300))).toBe(`??:${'9'.repeat(300)}`);
  });

  it('blanks, dashes, a plus sign and zeros before the calling code make no difference', () => {
    const prefix = fc.constantFrom('254', '233', '234', '256', '250', '221', '225', '216', '20', '27', '212', '255');
    const written = fc.tuple(prefix, fc.stringMatching(/^[1-9]\d{8}$/)).map(([code, rest]) => code + rest);
    fc.assert(
      fc.property(written, fc.constantFrom(' ', '-', ''), fc.nat(9), (digits, blank, at) => {
        const expected = named(`+${digits}`);
        const spaced = digits.slice(0, at + 1) + blank + digits.slice(at + 1);
        expect(named(`+${spaced}`)).toBe(expected);
        if (expected!.startsWith('??')) return;
        expect(named(`00${digits}`)).toBe(expected);
        expect(named(digits)).toBe(expected);
      }),
    );
  });
});

describe('numbers of African countries', () => {
  it.each(AFRICAN_CODES)('with +%s are hashed as dialled exactly where no such number can exist', (code, own) => {
    const dialled = fc.constantFrom(null, ...own, ...own, ...(['KE', 'UG', 'NG', 'ZA', 'US'] as const));
    const digits = fc.stringMatching(/^\d{3,14}$/).map((rest) => code + rest);
    fc.assert(
      fc.property(digits, dialled, (text, country) => {
        const asDialled = `??:${country === null ? text : `${country} ${text}`}`;
        const isWithCountry = named(text, country) !== asDialled;
        // Without a country of dialling, a number of an unknown country looks the same.
        if (country === null && isPossible(text, null) && !isWithCountry) return;
        expect(isWithCountry).toBe(isPossible(text, country));
      }),
      { numRuns: 200 },
    );
  });
});

describe('toE164', () => {
  it.each([
    ['+254712345678', null, '+254712345678'],
    ['0712 345678', 'KE', '+254712345678'],
    ['(0712) 345.678', 'KE', '+254712345678'],
    ['0712345678', null, undefined],
    ['0712', 'KE', undefined],
    ['+254 712 345 678 or so', 'KE', undefined],
    ['', 'KE', undefined],
  ])('%s in %s is %s', (text, country, expected) => {
    expect(toE164(text, country)).toBe(expected);
  });
});

describe('phoneCountryOf', () => {
  it('reads the country, if there is one', () => {
    expect(phoneCountryOf('KE:abc')).toBe('KE');
    expect(phoneCountryOf('??:abc')).toBeNull();
    // Old pseudonyms, which have no country.
    expect(phoneCountryOf('lnJk3abc')).toBeNull();
  });
});
