// A name that occurs twice in one object is found, and nothing else.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { duplicateName, repeatedName } from '../../../src/producers/files/duplicate-names.ts';
import { read } from '../import-helpers.ts';

describe('a name that occurs twice', () => {
  test.each([
    ['{"a":1,"a":2}', 'a'],
    ['{"data":{"amount":"1","b":[{"x":1}],"amount":"2"}}', 'amount'],
    ['{"a":1,"\\u0061":2}', 'a'],
    ['[{"a":1},{"a":1,"b":{},"b":[]}]', 'b'],
    ['{"__proto__":1,"__proto__":2}', '__proto__'],
    ['{ "a" : "\\"" , "a" : 1 }', 'a'],
  ])('in %s is found', (json, name) => {
    expect(duplicateName(json)).toBe(name);
  });

  test.each(['{}', '[]', '"a"', '1', '{"a":{"a":{"a":1}}}', '[{"a":1},{"a":1}]', '{"a":"\\"a\\":1,\\"a\\":2"}'])(
    'is not found in %s',
    (json) => {
      expect(duplicateName(json)).toBeUndefined();
    },
  );

  test('is never found in the output of JSON.stringify, and always found if a member is repeated', () => {
    const objects = fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 });
    fc.assert(
      fc.property(objects, fc.jsonValue(), (object, value) => {
        const json = JSON.stringify(object);
        expect(duplicateName(json)).toBeUndefined();
        expect(repeatedName(json, JSON.parse(json))).toBeUndefined();
        const [name] = Object.keys(object) as [string];
        for (const blank of ['', ' ', '\n']) {
          const twice = `${json.slice(0, -1)},${JSON.stringify(name)}${blank}:${JSON.stringify(value)}}`;
          expect(duplicateName(twice)).toBe(name);
          expect(repeatedName(twice, JSON.parse(twice))).toBe(name);
        }
      }),
    );
  });

  test('is searched for in a hundred thousand nested lists (B04)', () => {
    expect(duplicateName(`${'['.repeat(100_000)}${']'.repeat(100_000)}`)).toBeUndefined();
  });

  test('is found though a text beside it looks like a name', () => {
    for (const json of ['{"a":1,"a":2,"b":"\\":"}', '{"a":1,"a" :2,"b":"x\\":1"}', '{"a":"\\" :","a":1}']) {
      expect(repeatedName(json, JSON.parse(json))).toBe('a');
    }
  });
});

describe('a row with a name twice', () => {
  const poll = '"transaction_reference":"R1","status":"failed"';
  const line = '{"transaction_reference":"R1","type":"payment","amount_received":"1","currency":"KES"';

  test('is refused in JSON lines, in its own object or an inner one', async () => {
    const rows = [`{${poll},"status":"success"}`, `{${poll},"extra":{"a":1,"a":2}}`, `{${poll}}`];
    const { facts, faults, rejects } = await read('polls', `${rows.join('\n')}\n`);
    expect([facts.length, faults]).toEqual([1, ['1  HESABU_JSON_INVALID', '2  HESABU_JSON_INVALID']]);
    expect(rejects[0]!.message).toContain('found the name "status" twice in one object');
  });

  test('is refused in a report, which is not taken at all with such a head or tail', async () => {
    const report = (head: string, inner: string, tail: string) =>
      `{"settlement_date":"2026-02-01"${head},"lines":[${line}},${line}${inner}}]${tail}}`;
    const row = await read('settlements', report('', ',"amount_received":"2"', ''));
    expect([row.facts.length, row.faults]).toEqual([1, ['2  HESABU_JSON_INVALID']]);
    for (const text of [
      report(',"settlement_date":"2026-02-02"', '', ''),
      report('', '', ',"lines":[]'),
      report('', '', ',"settlement_date":"2026-02-03"'),
    ]) {
      const { facts, result } = await read('settlements', text);
      expect([facts, result.lack]).toEqual([[], expect.objectContaining({ found: 'a part of it' })]);
    }
  });
});
