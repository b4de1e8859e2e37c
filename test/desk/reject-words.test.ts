// What the service says of rejected rows is said on the page in the reader's language: each text that the readers of
// files have in their sources, with whatever it is filled.
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { saidInChinese } from '../../desk/words/zh-rejects.ts';
import { REFERENCE_FORM } from '../../src/domain/key.ts';
import { CLAIM_YEARS } from '../../src/domain/time.ts';

const FOLDER = 'src/producers';
/** Of rows; what is said of whole files is in other words. */
const READERS = [
  ...['files/amounts.ts', 'files/json-rows.ts', 'files/last-row.ts', 'files/mapped-fields.ts', 'files/mapped-json.ts'],
  ...['files/table-end.ts', 'files/table.ts', 'files/time-forms.ts', 'files/workbook-table.ts', 'files/csv.ts'],
  ...readdirSync(`${FOLDER}/formats`).map((name) => `formats/${name}`),
];
const TEXT = /'((?:an?|one|no|the|at most|zero or|texts|shorter|UTF-8) [^'{}]*)'|`([^`]*)`/g;
const SAYS = /refuse\w*\(|expected\b|found:|FORM|WORDS|return [`']zero|\? [`']a real| \? undefined : `a ref/;

function textsOf(file: string): string[] {
  const lines = readFileSync(`${FOLDER}/${file}`, 'utf8').split('\n');
  return lines
    .filter((line) => SAYS.test(line) && !/^\s*(\/\/|\*|\/\*\*)/.test(line) && !/Error\(/.test(line))
    .flatMap((line) => [...line.matchAll(TEXT)].map(([, plain, filled]) => plain ?? filled!))
    .map((text) => text.replaceAll(/\$\{([^}]*)\}/g, (_, name: string) => FILLED[name] ?? '7'))
    .filter((text) => /[a-z]{3}/.test(text) && !text.includes('; expected '));
}

/** What is a part of the words; anything other differs from row to row. */
const FILLED: Readonly<Record<string, string>> = {
  ...{ CLAIM_YEARS, AS_MAPPED: 'as `signs` of the mapping says' },
  why: 'came twice: clocks were set back',
};

test('every text of the readers of files has Chinese words', () => {
  const texts = [...new Set([REFERENCE_FORM, ...READERS.flatMap(textsOf)])];
  expect(texts.length).toBeGreaterThan(40);
  expect(texts.filter((text) => saidInChinese(text) === undefined)).toEqual([]);
});

test.each([
  ['at most 2 decimals in KES', 'KES 至多 2 位小数'],
  ['an amount in the currency of the row', '该行币种的金额'],
  ['an amount in KES', 'KES 金额'],
  ['a real date as dd/MM/yyyy, or as ISO 8601', '真实的日期，写作 dd/MM/yyyy，或按 ISO 8601'],
  ['what may be a row of totals, "Total (KES)"', '可能是合计行："Total (KES)"'],
  ['a text that nobody worded', undefined],
])('says %s in Chinese', (english, chinese) => expect(saidInChinese(english)).toBe(chinese));
