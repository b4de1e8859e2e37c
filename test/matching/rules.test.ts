// The rules as people write them: their defaults, their hash, and what is refused.

import { describe, expect, it } from 'vitest';
import { HesabuError } from '../../src/domain/errors.ts';
import { DEFAULT_RULES, parseRules, rulesHash } from '../../src/matching/rules.ts';

describe('absent parts', () => {
  it('take their defaults', () => {
    expect(parseRules({})).toEqual({
      zone: 'Asia/Shanghai',
      grace: { order: 'PT15M', payment: 'PT24H', inconclusive: 'PT72H', resolution: 'PT1H' },
      settlement: { days: 1, weekend: [6, 7], holidays: [] },
      tolerance: {},
      fees: [],
      review: { threshold: {} },
    });
    expect(DEFAULT_RULES).toEqual(parseRules({}));
  });

  it('take them beside parts that are given', () => {
    const rules = parseRules({ grace: { order: 'PT1H' }, settlement: { days: 2 } });
    expect(rules.grace).toEqual({ order: 'PT1H', payment: 'PT24H', inconclusive: 'PT72H', resolution: 'PT1H' });
    expect(rules.settlement).toEqual({ days: 2, weekend: [6, 7], holidays: [] });
  });
});

describe('the hash', () => {
  it('is hex, and the same for rules that mean the same', () => {
    expect(rulesHash(DEFAULT_RULES)).toMatch(/^[0-9a-f]{64}$/);
    expect(rulesHash(parseRules({ zone: 'Asia/Shanghai', grace: {}, fees: [] }))).toBe(rulesHash(DEFAULT_RULES));
    const one = parseRules({ tolerance: { KES: '1.00', GHS: '2.00' }, zone: 'UTC' });
    const other = parseRules({ zone: 'UTC', tolerance: { GHS: '2.00', KES: '1.00' } });
    expect(rulesHash(one)).toBe(rulesHash(other));
  });

  it.each([
    { zone: 'UTC' },
    { grace: { order: 'PT16M' } },
    { grace: { resolution: 'PT2H' } },
    { settlement: { days: 2 } },
    { settlement: { holidays: ['2026-01-01'] } },
    { tolerance: { KES: '0.01' } },
    { tolerance: { fx: '1' } },
    { fees: [{ provider: 'mfs-africa', currency: 'KES', percent: '1.5' }] },
    { review: { threshold: { KES: '10000' } } },
  ])('is another for %j', (input) => {
    expect(rulesHash(parseRules(input))).not.toBe(rulesHash(DEFAULT_RULES));
  });

  it('tells the order of schedules apart, since the last among equals wins', () => {
    const [one, two] = [
      { currency: 'KES', percent: '1' },
      { currency: 'KES', percent: '2' },
    ];
    expect(rulesHash(parseRules({ fees: [one, two] }))).not.toBe(rulesHash(parseRules({ fees: [two, one] })));
  });
});

describe('rules that are no rules', () => {
  it.each([
    ['text', 'rules'],
    ['a list', []],
    ['a zone that is none', { zone: 'Asia/Nowhere' }],
    ['a duration without its letters', { grace: { order: '15' } }],
    ['a duration of no fixed length', { grace: { payment: 'P1M' } }],
    ['a negative duration', { grace: { payment: '-PT1H' } }],
    ['days that are no whole number', { settlement: { days: 1.5 } }],
    ['negative days', { settlement: { days: -1 } }],
    ['an eighth day of the week', { settlement: { weekend: [8] } }],
    ['a holiday that no calendar has', { settlement: { holidays: ['2026-06-31'] } }],
    ['a tolerance in no currency', { tolerance: { XXQ: '1.00' } }],
    ['a negative tolerance', { tolerance: { KES: '-1.00' } }],
    ['an amount with an exponent', { fees: [{ currency: 'KES', percent: '1e2' }] }],
    ['an amount with separators', { review: { threshold: { KES: '10,000' } } }],
    ['a fee that nobody bears', { fees: [{ currency: 'KES', percent: '1', borne_by: 'nobody' }] }],
    ['a validity that is no date', { fees: [{ currency: 'KES', percent: '1', valid_from: '2026-13-01' }] }],
  ])('are refused: %s', (_what, input) => {
    expect(codeOf(() => parseRules(input))).toBe('HESABU_RULES_INVALID');
  });

  it('are refused with the place of the fault', () => {
    expect(() => parseRules({ fees: [{ percent: '1' }, { percent: 'much' }] })).toThrow(/fees\.1\.percent/);
  });

  it.each([
    [
      { accounts: { 'mfs-africa/Kenya': ['shop-a'] } },
      'rules: accounts.mfs-africa/Kenya',
      'a provider and its account',
      'mfs-africa/Kenya',
    ],
    [{ review: { threshold: { kes: '1' } } }, 'rules: review.threshold.kes', 'an ISO 4217 currency code', 'kes'],
    [
      { accounts: { 'mfs-africa/a': ['shop-a '] } },
      'rules: accounts.mfs-africa/a.0',
      'a name without blanks',
      'shop-a ',
    ],
    [{ tolerance: { kes: '1' } }, 'rules: tolerance.kes', 'an ISO 4217 currency code', 'kes'],
  ])('tell of a name that is not valid as it was written: %j', (input, where, expected, found) => {
    const told = new RegExp(`${where}: .*; expected ${expected}.*, found "${found}"`);
    expect(() => parseRules(input)).toThrow(told);
  });
});

function codeOf(act: () => unknown): string | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    return error instanceof HesabuError ? error.code : String(error);
  }
}
