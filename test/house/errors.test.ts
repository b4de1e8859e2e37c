// ERRORS.md and the table of error codes say the same, both ways, and every code is thrown somewhere. That the examples
// are true is tested in test/errors.
import { describe, expect, test } from 'vitest';
import { ERROR_CODES, type ErrorCode } from '../../src/domain/error-codes.ts';
import { chaptersOf, lineOf } from '../errors/chapters.ts';
import { sourcesBelow } from './source.ts';

const chapters = chaptersOf();
const codes = Object.keys(ERROR_CODES) as ErrorCode[];

describe('ERRORS.md', () => {
  test('has one chapter for each code, in the order of the table', () => {
    expect(chapters.map(({ code }) => code)).toEqual(codes);
  });

  test.each(chapters)('$code has the exit, cause, example and remedy of the table', (chapter) => {
    const entry = ERROR_CODES[chapter.code as ErrorCode];
    expect(lineOf(chapter, 'Exit')).toBe(String(entry.exit));
    expect(lineOf(chapter, 'Cause').length).toBeGreaterThan(20);
    expect(lineOf(chapter, 'Example')).toMatch(new RegExp(`^\`${chapter.code}: .+\`$`));
    expect(lineOf(chapter, 'Example')).toContain(entry.title);
    expect(lineOf(chapter, 'Remedy').startsWith(entry.remedy)).toBe(true);
  });
});

describe('the table', () => {
  test('has only codes that the code raises', () => {
    const raised = sourcesBelow('src', 'bin')
      .filter(({ path }) => !path.startsWith('src/domain/error-codes'))
      .map(({ text }) => text)
      .join('\n');
    expect(codes.filter((code) => !new RegExp(`\\b${code}\\b`).test(raised))).toEqual([]);
  });

  test('has every code that the code mentions', () => {
    const mentioned = sourcesBelow('src', 'bin').flatMap(({ text }) => text.match(/\bHESABU_[A-Z_]+\b(?!\*)/g) ?? []);
    const unknown = [...new Set(mentioned)].filter((code) => !Object.hasOwn(ERROR_CODES, code) && !code.endsWith('_'));
    // Environment variables have the same prefix and are read from `env` by name.
    const variables = sourcesBelow('src', 'bin').flatMap(
      ({ text }) => text.match(/(?<=\benv(\.|\['|\('))HESABU_[A-Z_]+/g) ?? [],
    );
    expect(unknown.filter((code) => !variables.includes(code))).toEqual([]);
  });
});
