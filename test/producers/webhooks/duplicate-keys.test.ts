// A name that occurs twice in one object is found, and nothing else.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { duplicateKey } from '../../../src/producers/webhooks/duplicate-keys.ts';

describe('a name that occurs twice', () => {
  test.each([
    ['{"a":1,"a":2}', 'a'],
    ['{"data":{"amount":"1","b":[{"x":1}],"amount":"2"}}', 'amount'],
    ['{"a":1,"\\u0061":2}', 'a'],
    ['[{"a":1},{"a":1,"b":{},"b":[]}]', 'b'],
    ['{"__proto__":1,"__proto__":2}', '__proto__'],
    ['{ "a" : "\\"" , "a" : 1 }', 'a'],
  ])('in %s is found', (json, name) => {
    expect(duplicateKey(json)).toBe(name);
  });

  test.each(['{}', '[]', '"a"', '1', '{"a":{"a":{"a":1}}}', '[{"a":1},{"a":1}]', '{"a":"\\"a\\":1,\\"a\\":2"}'])(
    'is not found in %s',
    (json) => {
      expect(duplicateKey(json)).toBeUndefined();
    },
  );

  test('is never found in the output of JSON.stringify, and always found if a member is repeated', () => {
    const objects = fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 });
    fc.assert(
      fc.property(objects, fc.jsonValue(), (object, value) => {
        const json = JSON.stringify(object);
        expect(duplicateKey(json)).toBeUndefined();
        const [name] = Object.keys(object) as [string];
        expect(duplicateKey(`${json.slice(0, -1)},${JSON.stringify(name)}:${JSON.stringify(value)}}`)).toBe(name);
      }),
    );
  });

  test('is searched for in a hundred thousand nested lists (B04)', () => {
    expect(duplicateKey(`${'['.repeat(100_000)}${']'.repeat(100_000)}`)).toBeUndefined();
  });
});
