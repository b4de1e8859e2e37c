// ARCHITECTURE.md speaks of names and files that are there, and answers each question with one file, or two.

import { describe, expect, test } from 'vitest';
import { sourcesBelow, textOf } from '../house/source.ts';

const text = textOf('ARCHITECTURE.md');
const chapter = (title: string) => text.split(`\n## ${title}\n`)[1]!.split('\n## ')[0]!;
/** The cells of the rows of tables, without their heads. */
const rowsOf = (markdown: string) =>
  markdown
    .split('\n')
    .filter((line, at, lines) => line.startsWith('| ') && !/^\|[-:|]+$/.test(lines[at + 1] ?? ''))
    .map((line) => line.slice(2, -2).split(' | '));
const codeIn = (cell: string) => [...cell.matchAll(/`([^`]+)`|\[([\w.]+)\]/g)].map(([, code, link]) => code ?? link!);

describe('the glossary', () => {
  const rows = rowsOf(chapter('Glossary'));
  const names = rows.flatMap(([, , code = '']) => codeIn(code)).filter((name) => !/[/.]/.test(name));
  const source = sourcesBelow('src')
    .map((one) => one.text)
    .join('\n');

  test('gives the names that the code has', () => {
    expect(names.length).toBeGreaterThan(40);
    const declared = (name: string) => new RegExp(`\\b(class|interface|type|function|const|async) ${name}\\b`);
    expect(names.filter((name) => !declared(name).test(source))).toEqual([]);
  });

  test('explains no term twice', () => {
    const terms = rows.flatMap(([term = '']) => term.split(', '));
    expect(terms.filter((term, at) => terms.indexOf(term) !== at)).toEqual([]);
  });
});

describe('where it is decided', () => {
  const rows = rowsOf(chapter('Where is it decided?'));

  test('is one file for each question, or two', () => {
    expect(rows.length).toBeGreaterThan(60);
    const counts = rows.map(([question = '', answer = '']) => [question, codeIn(answer).length] as const);
    expect(counts.filter(([, count]) => count < 1 || count > 2)).toEqual([]);
  });
});
