// What rules mean, as a number: it grows in epochs only, and rules from before the number keep their hash.
import { expect, test } from 'vitest';
import { compileRules, DEFAULT_RULES, parseRules, rulesHash } from '../../src/matching/rules.ts';
import { NEWEST_SEMANTICS, semanticsFault, semanticsOf, withSemantics } from '../../src/matching/semantics.ts';

test('rules without a number have the first, and keep their hash under it', () => {
  expect([semanticsOf(DEFAULT_RULES), compileRules(DEFAULT_RULES).semantics]).toEqual([1, 1]);
  expect(withSemantics(DEFAULT_RULES, 1)).toEqual(DEFAULT_RULES);
  expect(rulesHash(withSemantics(parseRules({ semantics: 1 }), 1))).toBe(rulesHash(DEFAULT_RULES));
  const second = withSemantics(DEFAULT_RULES, 2);
  expect(second.semantics).toBe(2);
  expect(rulesHash(second)).not.toBe(rulesHash(DEFAULT_RULES));
  expect(withSemantics(second, 2)).toEqual(second);
  expect(withSemantics(second, 1)).toEqual(DEFAULT_RULES);
});

test('a number that this version does not know is refused', () => {
  for (const semantics of [0, NEWEST_SEMANTICS + 1, 1.5, '1']) {
    expect(() => parseRules({ semantics })).toThrow('HESABU_RULES_INVALID: rules: semantics');
  }
});

test('the number never falls, and grows where an epoch begins', () => {
  expect([semanticsFault(1, 1, false), semanticsFault(1, 1, true), semanticsFault(1, 3, true)]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  expect(semanticsFault(2, 1, true)).toBe('the semantics of its rules is 1, after 2');
  expect(semanticsFault(1, 2, false)).toContain('without an epoch');
});
