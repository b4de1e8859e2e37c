// What the page computes by itself: amounts as texts, the address as the only state of the list, and words that every
// language has.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as amounts from '../../desk/state/amount.ts';
import {
  ALL_OPEN,
  apiQuery,
  FACETS,
  type Facet,
  hiddenBy,
  KNOWN,
  type ListQuery,
  readQuery,
  SORTS,
  toggled,
  writeQuery,
} from '../../desk/state/case-query.ts';
import { csvOf } from '../../desk/state/csv.ts';
import { codeOf } from '../../desk/state/sign-in-code.ts';
import { dayAfter, dayOf, daysBetween, isDay, offsetOf, shownTime, wholeTime } from '../../desk/state/time.ts';
import { EN } from '../../desk/words/en.ts';
import { ZH } from '../../desk/words/zh.ts';
import { sideOf } from '../../src/domain/break-side.ts';
import { ERROR_CODES } from '../../src/domain/error-codes.ts';

const decimals = fc
  .tuple(fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }), fc.integer({ min: 0, max: 4 }))
  .map(([minor, places]) => {
    const digits = `${minor < 0n ? -minor : minor}`.padStart(places + 1, '0');
    const part = places === 0 ? '' : `.${digits.slice(-places)}`;
    return `${minor < 0n ? '-' : ''}${digits.slice(0, digits.length - places)}${part}`;
  });

describe('an amount', () => {
  test.each([
    ['14500.00', '14,500.00', '+14,500.00'],
    ['-1284000', '−1,284,000', '−1,284,000'],
    ['0.00', '0.00', '0.00'],
    ['999', '999', '+999'],
    ['succeeded', 'succeeded', 'succeeded'],
  ])('%s is shown as %s and, as a difference, as %s', (text, shown, signed) => {
    expect([amounts.shownAmount(text), amounts.signedAmount(text)]).toEqual([shown, signed]);
  });

  test('loses no digit, however large it is', () => {
    fc.assert(
      fc.property(decimals, (text) => {
        expect(amounts.shownAmount(text).replaceAll(',', '').replace('−', '-')).toBe(text);
      }),
    );
  });

  test('subtracts exactly, whatever the places of the two', () => {
    fc.assert(
      fc.property(decimals, decimals, (left, right) => {
        const back = amounts.difference(amounts.difference(left, right), amounts.difference('0', right));
        expect(amounts.isSame(back, left)).toBe(true);
        expect(amounts.isAtLeast(left, right)).toBe(
          !amounts.difference(amounts.sizeOf(left), amounts.sizeOf(right)).startsWith('-'),
        );
      }),
    );
  });

  test.each([
    ['326041', '326987', '99.71'],
    ['9999', '10000', '99.99'],
    ['9999999', '10000000', '99.99'],
    ['10.00', '10', '100.00'],
    ['0', '0.00', null],
  ])('%s of %s is %s in a hundred, and only the whole is all of it', (part, whole, shown) => {
    expect(amounts.percent(part, whole)).toBe(shown);
  });

  test('is added up to the last place', () => {
    expect([amounts.total(['0.10', '0.20', '3']), amounts.total(['-1', '0.5']), amounts.total([])]).toEqual([
      ...['3.30', '-0.5', '0'],
    ]);
  });

  test('lines up with those that have a decimal point', () => {
    expect(['1.50', '1', '1.5', '1.500'].map((text) => amounts.missingPlaces(text))).toEqual(['', '.00', '0', '']);
    const places = amounts.placesOf(['1.50', '-3', null, '2.125', 'succeeded']);
    expect([places, amounts.placesOf(['1']), amounts.placesOf(['1'], 0)]).toEqual([3, 2, 0]);
    expect(['1.50', '-1', '1.500'].map((text) => amounts.missingPlaces(text, places))).toEqual(['0', '.000', '']);
    expect(amounts.missingPlaces('1', 0)).toBe('');
  });
});

describe('the side of a break', () => {
  test.each([
    ['AMOUNT_UNDER', '-3037', 'under'],
    ['AMOUNT_OVER', '6.20', 'over'],
    ['FEE_VARIANCE', '437', 'under'],
    ['FEE_MISSING', '-217.50', 'over'],
    ['REFUND_EXCEEDS_PAYMENT', '1579.50', 'under'],
    ['REVERSAL_NOT_SETTLED', '-484.00', 'over'],
    ['STATUS_CONFLICT', null, 'other'],
    ['SETTLEMENT_AMOUNT', '0.00', 'other'],
  ] as const)('%s of %s is %s', (reason, difference, side) => {
    expect(sideOf(reason, difference)).toBe(side);
  });
});

describe('the address of the list', () => {
  const valuesOf = (facet: Facet) => {
    const known = KNOWN[facet];
    const value = known === undefined ? fc.string({ minLength: 1, maxLength: 12 }) : fc.constantFrom(...known);
    return fc.uniqueArray(value, { minLength: 1, maxLength: 3 });
  };
  const queries: fc.Arbitrary<ListQuery> = fc.record({
    filters: fc.record(Object.fromEntries(FACETS.map((facet) => [facet, valuesOf(facet)])), { requiredKeys: [] }),
    from: fc.constantFrom('', '5000', '0.50'),
    to: fc.constantFrom('', '120000.25'),
    search: fc.constantFrom('', 'KE-1119-07315', '订单 7'),
    sort: fc.constantFrom(...SORTS),
    ...{ after: fc.constant(''), page: fc.constant(1) },
  });

  test('says all that the list shows, so that a link shows the same rows', () => {
    fc.assert(
      fc.property(queries, (query) => {
        expect(readQuery(writeQuery(query))).toEqual(query);
      }),
    );
  });

  test('is empty for the list as it is at first, and leaves out what it does not understand', () => {
    expect(writeQuery(ALL_OPEN)).toBe('');
    expect(readQuery('sort=x&value_from=1e9&page=7&other=1&reason=NONE&status=lost&age=x')).toEqual(ALL_OPEN);
    expect(readQuery('after=c&page=3')).toMatchObject({ after: 'c', page: 3 });
  });

  test('begins at the first page whenever a filter changes, and asks the API for no page number', () => {
    const query = toggled({ ...ALL_OPEN, after: 'c', page: 3 }, 'status', 'new');
    expect([query.after, query.page, query.filters.status]).toEqual(['', 1, ['new']]);
    expect(toggled(query, 'status', 'new').filters).toEqual({});
    expect(apiQuery({ ...query, after: 'c', page: 3 })).toBe('status=new&after=c&sort=due&limit=100');
  });

  test('tells how many a filter hides', () => {
    const counts = ['new', 'assigned', 'resolved'].map((value, at) => ({ value, count: at + 1 }));
    expect(hiddenBy('status', counts, 1)).toBe(2);
    expect(hiddenBy('merchant', counts, 1)).toBe(5);
  });
});

test('a file for spreadsheets has its cells as they are, and none that a spreadsheet would run', () => {
  const rows = [
    ['项目', 'a"b', 'x,y', '-12.50'],
    ['=1+1', '+A-1', '@x', '-1-2'],
  ];
  expect(csvOf(rows)).toBe('\ufeff项目,"a""b","x,y",-12.50\r\n\'=1+1,\'+A-1,\'@x,\'-1-2\r\n');
});

describe('a time', () => {
  const at = '2026-06-01T17:30:00Z';
  test('is of the day of its zone', () => {
    expect(wholeTime(at, 'Asia/Shanghai')).toBe('2026-06-02 01:30:00');
    expect(shownTime(at, 'Africa/Nairobi', '2026-06-05T00:00:00Z')).toBe('06-01 20:30');
    expect(shownTime(at, 'UTC', '2027-06-05T00:00:00Z')).toBe('2026-06-01 17:30');
    expect(offsetOf('Asia/Shanghai', at)).toBe('UTC+8');
    expect(dayAfter('2026-12-31', 1)).toBe('2027-01-01');
    expect(daysBetween(dayOf(at, 'UTC'), dayOf(at, 'Asia/Shanghai'))).toBe(1);
  });
});

test('every language has the same words, of the same kind, and none is empty', () => {
  const shape = (table: object, path = ''): string[] =>
    Object.entries(table).flatMap(([name, word]) => {
      const here = `${path}.${name}`;
      if (typeof word === 'object') return shape(word, here);
      return word === '' && !/sidesLong\.other$/.test(here) ? [`${here} is empty`] : [`${here} ${typeof word}`];
    });
  expect(shape(EN)).toEqual(shape(ZH));
  expect(shape(ZH).filter((line) => line.endsWith('empty'))).toEqual([]);
});

test.each([
  ['123456', { digits: '123456' }],
  [' 123 456 ', { digits: '123456' }],
  ['123-456', { digits: '123456' }],
  ['１２３４５６', { digits: '123456' }],
  ['12345', 'wrong'],
  ['1234567', 'wrong'],
  ['12345a', 'wrong'],
  ['', 'none'],
  [undefined, 'none'],
] as const)('of a code written as %j the digits count', (written, code) => {
  expect(codeOf(written)).toEqual(code);
});

test.each([
  ['2026-02-28', true],
  ['2028-02-29', true],
  ['2026-02-29', false],
  ['2026-99-99', false],
  ['2026-1-1', false],
  ['today', false],
])('%s is a day: %s', (text, is) => {
  expect(isDay(text)).toBe(is);
});

test('what the service refuses by name has words of its own only where there is such a name', () => {
  for (const { failed, signIn } of [ZH, EN])
    for (const code of Object.keys({ ...failed.codes, ...signIn.refused })) expect(ERROR_CODES).toHaveProperty(code);
});
