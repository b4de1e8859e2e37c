// The cases of docs/faults.md: ids in titles are ids of the table, and what was covered stays covered.
import { expect, test } from 'vitest';
import { caseIds, coveredIds, idsIn, keptIds, leftIds } from './faults.ts';

test('the table has 122 cases, each once', () => {
  expect(new Set(caseIds()).size).toBe(122);
  expect(caseIds()).toHaveLength(122);
});

test('titles name cases of the table only', () => {
  expect([...coveredIds().keys()].filter((id) => !caseIds().includes(id))).toEqual([]);
});

test('no case that was covered is covered no longer', () => {
  const found = coveredIds();
  expect(keptIds().filter((id) => found.get(id) !== 'covered')).toEqual([]);
});

test('what is not covered, or in part, is listed with what it needs', () => {
  const found = coveredIds();
  expect(leftIds()).toEqual(caseIds().filter((id) => found.get(id) !== 'covered'));
});

test('the reader of titles finds ids at their end, whole and partly, and nothing else', () => {
  const [from, to] = ['it(' + "'", "'"];
  const text = [
    `${from}is well (L01)${to}`,
    `${from}is well too (F01 partly, F02)${to}`,
    `${from}more (F01)${to}`,
    `${from}again (F01 partly)${to}`,
    `${from}rest (S23 partly)${to}`,
    `${from}(R05) at the start${to}`,
    '// a comment (B01)',
  ];
  expect(Object.fromEntries(idsIn(text.join('\n')))).toEqual({
    L01: 'covered',
    F01: 'covered',
    F02: 'covered',
    S23: 'partly',
  });
});
