// The members of a JSON body.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exactJson } from '../../../src/producers/bodies/json-fields.ts';
import { fieldsOf } from './given-body.ts';

const NIL = '00000000-0000-0000-0000-000000000000';

describe('numbers', () => {
  test.each([
    ['beyond 2^53', '{"id": 9007199254740993}', '9007199254740993'],
    ['with zeros at their end', '{"id": 1000.10}', '1000.10'],
    ['with an exponent', '{"id": 1e3}', '1e3'],
    ['below zero', '{"id": -0.00}', '-0.00'],
  ])('%s are the text that was written', (_what, text, id) => {
    expect(fieldsOf(text).text('id')).toBe(id);
  });

  test('in a list are too', () => {
    expect(exactJson('{"ids": [9007199254740993, {"deep": [12345678901234567890]}]}')).toEqual({
      value: { ids: ['9007199254740993', { deep: ['12345678901234567890'] }] },
    });
  });

  test('and nothing else of a JSON text is changed', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        const asTexts = JSON.parse(text, (_name, one) => (typeof one === 'number' ? JSON.stringify(one) : one));
        expect(exactJson(text)).toEqual({ value: asTexts });
      }),
    );
  });

  test('a name that comes twice in one object is a fault', () => {
    expect(exactJson('{"amount": 1, "amount": 99999}')).toEqual({ fault: expect.stringContaining('twice') });
  });
});

test.each([
  ['objects', `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`],
  ['lists', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
])('%s within thousands of others are a fault, whatever the stack holds', (_what, text) => {
  expect(exactJson(text)).toEqual({ fault: 'more than 100 levels' });
});

describe('a path', () => {
  const fields = fieldsOf('{"a": {"b": [{"c": "x"}], "n": null, "e": ""}, "event.type": "T", "list": [1, {"c": "y"}]}');

  test.each([
    ['an object', 'a.b.0.c', 'x'],
    ['a name with a dot', 'event.type', 'T'],
    ['the first of several with a value', ['a.n', 'a.e', 'a.missing', 'event.type'] as string[], 'T'],
    ['nothing', 'a.missing.deeper', null],
    ['an inherited name', 'a.constructor', null],
  ])('leads into %s', (_what, path, text) => {
    expect(fields.text(path)).toBe(text);
    expect(fields.fault).toBeNull();
  });

  test('gives the objects of a list with their places, each with faults of its own', () => {
    const each = fields.each('list');
    expect(each.map(({ path }) => path)).toEqual(['list[1]']);
    each[0]!.required('d', each[0]!.text('d'));
    expect(each[0]!.fault).toMatchObject({ field: 'list[1].d', code: 'HESABU_FIELD_MISSING' });
    expect(fields.fault).toBeNull();
  });

  test('names the whole path of a fault within', () => {
    const own = fieldsOf('{"a": {"b": {"x": 1}}}');
    own.within('a').text('b');
    expect(own.fault).toMatchObject({ field: 'a.b', code: 'HESABU_FIELD_INVALID' });
    expect(own.again().fault).toBeNull();
  });
});

describe('an id', () => {
  test.each(['N/A', 'n/a', '0', '0000', 'null', 'None', '-', '', ' ', 'undefined', '#N/A', NIL])(
    'is not %j',
    (text) => {
      expect(fieldsOf(JSON.stringify({ id: text, other: 'X-1' })).id(['id', 'other'])).toBe('X-1');
    },
  );

  test.each(['false', '0', 'null'])('is not the bare word %s', (word) => {
    expect(fieldsOf(`{"id": ${word}}`).id('id')).toBeNull();
  });

  test.each(['10', '0100', 'N/A-1', '00A'])('may be %j', (text) => {
    expect(fieldsOf(JSON.stringify({ id: text })).id('id')).toBe(text);
  });

  test.each([
    ['too long', 'x'.repeat(257)],
    ['with a control character', 'a\u0007b'],
    ['half a character', '\ud800'],
  ])('that is %s is a fault', (_what, text) => {
    const fields = fieldsOf(JSON.stringify({ id: text }));
    expect(fields.id('id')).toBeNull();
    expect(fields.fault).toMatchObject({ field: 'id', code: 'HESABU_FIELD_INVALID' });
  });
});
