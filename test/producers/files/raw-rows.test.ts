// Rows are found again with their original text, by the numbers in facts.

import { describe, expect, it } from 'vitest';
import { rowTexts } from '../../../src/producers/files/raw-rows.ts';

const found = (text: string, lines: number[], isSettlement = false) => [
  ...rowTexts(Buffer.from(text), isSettlement, new Set(lines)),
];

describe('rows of a file', () => {
  it('of CSV, with BOM and CRLF, are physical lines from 1', () => {
    expect(found('\ufeffa,b\r\n1,2\r\n3,4\r\n', [2, 3])).toEqual([
      [2, '1,2'],
      [3, '3,4'],
    ]);
  });

  it('a quoted record continues to its end, and the next starts after it', () => {
    expect(found('a,b\n1,"x\n""y""\nz"\n3,4\n', [2, 5])).toEqual([
      [2, '1,"x\n""y""\nz"'],
      [5, '3,4'],
    ]);
  });

  it('of a JSON list, at the top or where a mapping says, are its elements', () => {
    expect(found('[ {"a":1},\n {"b":2}]', [2])).toEqual([[2, '{"b":2}']]);
    const text = '{"data":{"rows":[{"a":1},{"b":[2]}]},"n":2}';
    expect([...rowTexts(Buffer.from(text), false, new Set([2]), 'data.rows')]).toEqual([[2, '{"b":[2]}']]);
  });

  it('of JSON lines end with the line, whatever quotes they contain', () => {
    expect(found('{"a":"\\""}\n{"b":1}\n', [1, 2])).toEqual([
      [1, '{"a":"\\""}'],
      [2, '{"b":1}'],
    ]);
  });

  it('of a JSON report are its elements from 1', () => {
    const report = '{"report_id":"R","lines":[\n  {"a":1},\n  {"b":[2]}\n]}\n';
    expect(found(report, [2], true)).toEqual([[2, '{"b":[2]}']]);
    // In other kinds of files it is a line like any other.
    expect(found(report, [2], false)).toEqual([[2, '  {"a":1},']]);
  });

  it('that do not exist are left out', () => {
    expect(found('a\n1\n', [9])).toEqual([]);
    expect(found('', [1])).toEqual([]);
  });
});
