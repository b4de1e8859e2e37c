// What a mapping makes of a file, as text for a terminal.

import type { Language } from '../../domain/reason-words.ts';
import { grouped, printable, type TableColumn, tableText } from '../reports/table.ts';
import type { CheckedMapping, CheckedRow } from './check.ts';

const EN = {
  named: (title: string, name: string) => `Read as the ${name} of ${title}.`,
  before: 'Before: the first rows as the file has them, in the columns that are read',
  after: 'After: what they become',
  row: 'Row',
  becomes: 'Becomes',
  nothing: 'left out',
  rejected: 'rejected',
  counts: 'Rows',
  word: 'What the rows are',
  count: 'Rows',
  leftOut: 'left out by the mapping',
  rejects: 'Rejected',
  field: 'Field',
  column: 'Column',
  code: 'Code',
  firstLine: 'First in row',
  problem: 'Problem',
  sums: 'What the amounts come to',
  currency: 'Currency',
  amounts: 'Amounts',
  fees: 'Fees',
  total: (rows: string, taken: string, leftOut: string, rejected: string) =>
    `rows = taken + left out + rejected: ${rows} = ${taken} + ${leftOut} + ${rejected}`,
  cut: 'The last row has no line end, or there is no row that `footer` names: the file is perhaps cut.',
  lack: (expected: string, found: string) =>
    `The file is not whole, and an import takes none of it: expected ${expected}, found ${found}.`,
  totals: 'Totals that the file states',
  stated: 'Stated',
  found: 'Rows come to',
  none: 'No row is read.',
};

const ZH: typeof EN = {
  named: (title, name) => `按 ${title} 的 ${name} 读取。`,
  before: '之前：文件中的前几行（只列出被读取的列）',
  after: '之后：它们变成什么',
  row: '行',
  becomes: '变成',
  nothing: '不计入',
  rejected: '拒收',
  counts: '行数',
  word: '这些行是什么',
  count: '行数',
  leftOut: '按映射不计入',
  rejects: '拒收',
  field: '字段',
  column: '列',
  code: '代码',
  firstLine: '首见于行',
  problem: '问题',
  sums: '金额合计',
  currency: '币种',
  amounts: '金额',
  fees: '手续费',
  total: (rows, taken, leftOut, rejected) =>
    `行数 = 采用 + 不计入 + 拒收：${rows} = ${taken} + ${leftOut} + ${rejected}`,
  cut: '最后一行没有换行符，或没有 `footer` 所说的行：文件可能不完整。',
  lack: (expected, found) => `文件不完整，导入时不会采用任何内容：应为 ${expected}，实为 ${found}。`,
  totals: '文件自带的合计',
  stated: '文件合计',
  found: '各行合计',
  none: '没有读到任何行。',
};

const WORDS: Readonly<Record<Language, typeof EN>> = { en: EN, 'zh-CN': ZH };
const CELL_MAX = 24;

export function checkText(checked: CheckedMapping, lang: Language): string {
  const { result, named, taken, words: found, rejects, first } = checked;
  const words = WORDS[lang];
  const parts: string[] = named === null ? [] : [words.named(named.title, named.name)];
  if (first.length > 0) {
    parts.push(`${words.before}\n${rowsTable(first, ({ before }) => before, words.row)}`);
    parts.push(`${words.after}\n${rowsTable(first, (row) => row.after ?? becomes(row, words), words.row)}`);
  }
  parts.push(wordsTable(found, result.leftOut, words));
  if (rejects.length > 0) {
    const head: TableColumn[] = [
      { title: words.field },
      { title: words.code },
      { title: words.count, align: 'right' },
      { title: words.firstLine, align: 'right' },
    ];
    const rows = rejects.map(({ field, code, count, line }) => [field, code, grouped(count), `${line ?? ''}`]);
    const messages = rejects.map(({ message }) => `  ${printable(message)}`);
    parts.push([words.rejects, tableText(head, rows), ...messages].join('\n'));
  }
  parts.push(sumsTable(result, words), totalsTable(result, words));
  parts.push(words.total(...countsOf(result, taken)));
  if (result.isPerhapsCut) parts.push(words.cut);
  if (result.lack !== null) parts.push(words.lack(result.lack.expected, result.lack.found));
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function wordsTable(found: CheckedMapping['words'], leftOut: number, words: typeof EN): string {
  const columns: TableColumn[] = [
    { title: words.word },
    { title: words.count, align: 'right' },
    { title: words.currency },
    { title: words.amounts, align: 'right' },
  ];
  const inOrder = [...found].sort(([left], [right]) => (left < right ? -1 : 1));
  const rows = inOrder.flatMap(([word, { rows: count, sums }]) => {
    const amounts = Object.entries(sums).map(([currency, sum]) => [currency, grouped(sum)] as const);
    return (amounts.length === 0 ? [['', ''] as const] : amounts).map(([currency, sum], at) =>
      at === 0 ? [printable(word), grouped(count), currency, sum] : ['', '', currency, sum],
    );
  });
  if (leftOut > 0) rows.push([words.leftOut, grouped(leftOut), '', '']);
  return rows.length === 0 ? '' : tableText(columns, rows);
}

function countsOf({ rows, leftOut, rejected }: CheckedMapping['result'], taken: number) {
  return [grouped(rows), grouped(taken), grouped(leftOut), grouped(rejected)] as const;
}

function becomes({ reject }: CheckedRow, words: typeof EN): Readonly<Record<string, string>> {
  return { [words.becomes]: reject === null ? words.nothing : `${words.rejected}: ${reject.message}` };
}

/** A table of what some rows have, with the columns that any of them fills. */
function rowsTable(
  rows: readonly CheckedRow[],
  cellsOf: (row: CheckedRow) => Readonly<Record<string, string>>,
  title: string,
): string {
  const names = [...new Set(rows.flatMap((row) => Object.keys(cellsOf(row))))];
  const columns: TableColumn[] = [{ title, align: 'right' }, ...names.map((name) => ({ title: shortened(name) }))];
  return tableText(
    columns,
    rows.map((row) => [`${row.line}`, ...names.map((name) => shortened(cellsOf(row)[name] ?? ''))]),
  );
}

function shortened(text: string): string {
  const plain = printable(text);
  return plain.length > CELL_MAX ? `${plain.slice(0, CELL_MAX - 1)}…` : plain;
}

function totalsTable({ totals }: CheckedMapping['result'], words: typeof EN): string {
  if (totals.length === 0) return '';
  const columns: TableColumn[] = [
    { title: words.row, align: 'right' },
    { title: words.column },
    { title: words.stated, align: 'right' },
    { title: words.found, align: 'right' },
  ];
  const rows = totals.map(({ line, name, stated, found }) => {
    return [`${line}`, printable(name), grouped(stated), grouped(found)];
  });
  return `${words.totals}\n${tableText(columns, rows)}`;
}

function sumsTable({ sums, fees }: CheckedMapping['result'], words: typeof EN): string {
  const rows = Object.entries(sums).map(([currency, sum]) => {
    return [currency, grouped(sum), fees[currency] === undefined ? '' : grouped(fees[currency])];
  });
  if (rows.length === 0) return words.none;
  const columns: TableColumn[] = [
    { title: words.currency },
    { title: words.amounts, align: 'right' },
    { title: words.fees, align: 'right' },
  ];
  return `${words.sums}\n${tableText(columns, rows)}`;
}

/** The same as data. */
export function checkJson({ kind, named, result, taken, words, rejects, first }: CheckedMapping): object {
  const { rows, leftOut, rejected, sums, fees, lack, totals, isPerhapsCut } = result;
  return {
    ...{ kind, export: named === null ? null : { provider: named.provider, name: named.name } },
    ...{ rows, taken, left_out: leftOut, rejected, words: Object.fromEntries(words), sums, fees },
    ...{ rejects, first: first.map(rowJson), totals, perhaps_cut: isPerhapsCut, lack },
  };
}

function rowJson({ reject, ...row }: CheckedRow): object {
  return { ...row, fault: reject?.message ?? null };
}
