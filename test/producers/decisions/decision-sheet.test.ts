// Decisions in a workbook: how much a sheet may have.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { SHEET_COLUMN_WORDS, SHEET_COLUMNS } from '../../../src/domain/decision-words.ts';
import { readDecisionSheet } from '../../../src/producers/decisions/decision-sheet.ts';
import { partsOf, save, zip } from '../files/workbook-parts.ts';

const dir = mkdtempSync(join(tmpdir(), 'hesabu-decision-sheet-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const cell = (text: string) => `<c t="str"><v>${text}</v></c>`;
const TITLES = `<row>${SHEET_COLUMNS.map((column) => cell(SHEET_COLUMN_WORDS.en[column])).join('')}</row>`;
const BLANK = `<row><c r="Z1" t="str"><v>x</v></c></row>`;
const read = (rows: string) =>
  readDecisionSheet(save(dir, zip(partsOf({ sheets: { Sheet1: `${TITLES}${rows}` } }))), 'cases.xlsx');

test('a sheet has at most 20,000 rows, those that say nothing included', async () => {
  expect((await read(BLANK.repeat(20_000))).blank).toBe(20_000);
  await expect(read(BLANK.repeat(20_001))).rejects.toThrow(/HESABU_FILE_UNREADABLE.*at most 20000 rows/);
});

test('a sheet that unzips to more than so many rows take is not read', async () => {
  const text = 'x'.repeat(500_000);
  await expect(read(`<row>${cell(text)}</row>`.repeat(140))).rejects.toThrow(/HESABU_WORKBOOK_INVALID.*64 MiB/);
});

test('a sheet proposes no refund, and says what it may', async () => {
  const given: Readonly<Record<string, string>> = { case: 'x', finding: 'y', act: 'refund', cause: 'other' };
  const row = `<row>${SHEET_COLUMNS.map((column) => cell(given[column] ?? '')).join('')}</row>`;
  const { decisions, faults } = await read(row);
  expect(decisions).toEqual([]);
  expect(faults).toMatchObject([{ code: 'HESABU_FIELD_INVALID', why: expect.stringContaining('write_off, explain') }]);
});
