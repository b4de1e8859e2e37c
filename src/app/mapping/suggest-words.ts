// What a suggested mapping says to people about each of its lines, in both languages.

import type { Language } from '../../domain/reason-words.ts';

const EN = {
  known: 'known',
  sure: 'sure',
  likely: 'likely',
  pick: 'Take the "# ? " off the right line, and delete the others.',
  // Where the file is from
  named: (title: string, name: string) => `This file is the ${name} of ${title}`,
  namedUse: (provider: string, kind: string, file: string) =>
    `No mapping is needed: hesabu reconcile --provider ${provider} --${kind} ${file}`,
  namedLine: (name: string) => `as the ${name} has it`,
  canonical: () => "the columns are Hesabu's own: no mapping is needed for them",
  kindBecause: (columns: string) => `it has ${columns}`,
  kindGiven: () => 'as --kind says',
  kindUnknown: () => 'no column says what kind of file it is',
  askKind: (found: string, other: string) =>
    `Is this a file of ${found}, or of ${other}? If of ${other}, run this again with --kind ${other}.`,
  askMerchant: () => 'Which shop are the orders from? No column says it.',
  merchantIs: () => 'the name of the shop',
  askAccount: () => 'Which account of the bank is the statement of? No column says it.',
  accountIs: () => "the bank's name for its account",
  accountTitle: (text: string) => `"${text}" says so`,
  askCurrency: () => 'In which currency are the amounts? Nothing in the file says it.',
  currencyIs: (code: string) => `the amounts are in ${code}`,
  currencyHeader: (text: string) => `"${text}" says so`,
  currencySign: (cell: string) => `of the sign in "${cell}"`,
  // The form of the file
  encoding: (example: string) => `the bytes are not UTF-8; read so, there is "${example}"`,
  askEncoding: (count: string) =>
    `The bytes fit ${count} encodings; what follows is for the first. Is its text right? If not, run this again with ` +
    '--encoding and another.',
  encodingGives: (example: string) => `gives "${example}"`,
  separator: (cells: string) => `so the header has ${cells} cells`,
  sheet: () => 'the sheet with the header',
  header: (line: string) => `the header is in row ${line}, after titles`,
  footer: (line: string) => `row ${line} only adds up`,
  each: (path: string) => `the rows stand in ${path}`,
  // Numbers
  decimal: (cell: string) => `"${cell}"`,
  thousands: (cell: string) => `"${cell}"`,
  askPoint: (cell: string) => `Is "${cell}" a number with decimals, or are its last three figures thousands?`,
  pointDecimal: (cell: string, read: string) => `${cell} is ${read}`,
  sign: (cell: string) => `"${cell}"`,
  askSign: (cell: string) => `Which currency is the sign in "${cell}"?`,
  brackets: (cell: string) => `"${cell}" is taken to be below zero`,
  trailingMinus: (cell: string) => `"${cell}" has its minus at the end`,
  unitHeader: (name: string) => `the column "${name}" says so`,
  returnsPositive: (cell: string, word: string) =>
    `lines of type ${word} have amounts such as ${cell}, without a minus`,
  feesNegative: (cell: string) => `the fees are below zero, such as ${cell}`,
  // Dates
  dateForm: (cell: string) => `"${cell}"`,
  dateOrder: (cell: string) => `"${cell}" has no such month the other way round`,
  askOrder: (cell: string) => `Is "${cell}" written with the day first, or with the month first?`,
  orderIs: (read: string) => `it is ${read}`,
  askZone: (cell: string) => `In which zone are times such as "${cell}"? They have no offset.`,
  zoneIs: (text: string) => `"${text}" names it`,
  zoneOf: (cell: string, read: string) => `${cell} there is ${read}`,
  withAbove: () => 'with the line above',
  // Columns
  column: () => 'by its name and what stands in it',
  columnGuess: () => 'by its name; look at it',
  plusMinus: () => 'one column for what came in, one for what went out',
  askColumn: (field: string) => `Which column is ${field}?`,
  columnExample: (cell: string) => `such as "${cell}"`,
  columnEmpty: () => 'its cells are empty',
  askNoColumn: (field: string) => `No column looks like ${field}, which every row needs. Name one here.`,
  noColumn: () => 'the file has no such column',
  netOnly: () => 'the file has the net amount only; the gross may be another',
  payments: () => 'no column tells types, and no amount is below zero: all are taken for payments',
  askType: (cell: string) => `No column tells types, but there are amounts such as ${cell}. What are the rows?`,
  typeIs: (word: string) => `every row is a ${word}`,
  payoutPattern: (cell: string) => `"${cell}" names a payout`,
  // Words
  wordMeans: () => 'a usual word for it',
  askWord: (word: string) => `What does "${word}" mean?`,
  askWordKeep: () => 'If none fits, delete these lines: such rows are then told apart from the known ones.',
  wordIs: (ours: string) => ours,
  rowsMoved: (words: string) => `rows with other words, such as ${words}, moved no money: they are left out`,
  rowsAllMoved: () => 'all rows have it; others are left out',
  eventConstant: () => 'no column tells events',
  askUnsayable: (name: string) =>
    `No mapping can read this (${name}): its values are not members with names. docs/providers.md lists what is read.`,
  unreadDates: (cell: string) => `"${cell}" is in no form that is known: its row will be refused.`,
};

type Words = typeof EN;
export type MessageId = {
  [Id in keyof Words]: Words[Id] extends (...args: never[]) => string ? Id : never;
}[keyof Words];
/** A message and what it names. */
export type Message = { [Id in MessageId]: readonly [Id, ...Parameters<Words[Id]>] }[MessageId];

const ZH: Words = {
  known: '已知',
  sure: '确定',
  likely: '很可能',
  pick: '去掉正确那一行开头的 "# ? "，并删除其余各行。',
  named: (title, name) => `此文件是 ${title} 的 ${name}`,
  namedUse: (provider, kind, file) => `不需要映射：hesabu reconcile --provider ${provider} --${kind} ${file}`,
  namedLine: (name) => `按 ${name} 的格式`,
  canonical: () => '列名就是 Hesabu 自己的，不需要映射',
  kindBecause: (columns) => `文件有 ${columns}`,
  kindGiven: () => '由 --kind 指定',
  kindUnknown: () => '没有任何列能说明文件的类型',
  askKind: (found, other) => `此文件是 ${found} 还是 ${other}？如果是 ${other}，请加 --kind ${other} 重新运行。`,
  askMerchant: () => '这些订单属于哪个店铺？没有列说明。',
  merchantIs: () => '店铺名称',
  askAccount: () => '这是哪个银行账户的对账单？没有列说明。',
  accountIs: () => '银行账户的名称',
  accountTitle: (text) => `"${text}" 已说明`,
  askCurrency: () => '金额是什么币种？文件中没有说明。',
  currencyIs: (code) => `金额是 ${code}`,
  currencyHeader: (text) => `"${text}" 已说明`,
  currencySign: (cell) => `来自 "${cell}" 中的符号`,
  encoding: (example) => `字节不是 UTF-8；按此编码读出 "${example}"`,
  askEncoding: (count) =>
    `字节不是 UTF-8，有 ${count} 种编码都符合；下文按第一种。文字对吗？如果不对，请加 --encoding 换一种重新运行。`,
  encodingGives: (example) => `读出 "${example}"`,
  separator: (cells) => `这样表头有 ${cells} 个单元格`,
  sheet: () => '含有表头的工作表',
  header: (line) => `表头在第 ${line} 行，前面是标题`,
  footer: (line) => `第 ${line} 行只是合计`,
  each: (path) => `各行在 ${path} 中`,
  decimal: (cell) => `"${cell}"`,
  thousands: (cell) => `"${cell}"`,
  askPoint: (cell) => `"${cell}" 是带小数的数，还是最后三位是千位？`,
  pointDecimal: (cell, read) => `${cell} 是 ${read}`,
  sign: (cell) => `"${cell}"`,
  askSign: (cell) => `"${cell}" 中的符号是什么币种？`,
  brackets: (cell) => `"${cell}" 视为负数`,
  trailingMinus: (cell) => `"${cell}" 的负号在末尾`,
  unitHeader: (name) => `列名 "${name}" 已说明`,
  returnsPositive: (cell, word) => `类型为 ${word} 的行金额如 ${cell}，没有负号`,
  feesNegative: (cell) => `手续费为负数，如 ${cell}`,
  dateForm: (cell) => `"${cell}"`,
  dateOrder: (cell) => `"${cell}" 反过来读没有这样的月份`,
  askOrder: (cell) => `"${cell}" 是日在前，还是月在前？`,
  orderIs: (read) => `即 ${read}`,
  askZone: (cell) => `"${cell}" 这样的时间属于哪个时区？它们没有偏移。`,
  zoneIs: (text) => `"${text}" 已说明`,
  zoneOf: (cell, read) => `当地 ${cell} 即 ${read}`,
  withAbove: () => '与上一行一起',
  column: () => '根据列名和内容',
  columnGuess: () => '根据列名；请核对',
  plusMinus: () => '一列为收入，一列为支出',
  askColumn: (field) => `哪一列是 ${field}？`,
  columnExample: (cell) => `例如 "${cell}"`,
  columnEmpty: () => '该列为空',
  askNoColumn: (field) => `没有列像 ${field}，而每一行都需要它。请在此写出列名。`,
  noColumn: () => '文件没有这一列',
  netOnly: () => '文件只有净额；总额可能不同',
  payments: () => '没有类型列，且没有负数金额：全部视为付款',
  askType: (cell) => `没有类型列，但有 ${cell} 这样的金额。这些行是什么？`,
  typeIs: (word) => `每一行都是 ${word}`,
  payoutPattern: (cell) => `"${cell}" 写明了打款编号`,
  wordMeans: () => '常用词',
  askWord: (word) => `"${word}" 是什么意思？`,
  askWordKeep: () => '如果都不对，请删除这些行：这些行会与已知的行区分开。',
  wordIs: (ours) => ours,
  rowsMoved: (words) => `其他状态（如 ${words}）的行没有资金变动，不计入`,
  rowsAllMoved: () => '所有行都是如此；其他的不计入',
  eventConstant: () => '没有事件列',
  askUnsayable: (name) =>
    `没有映射能读取它（${name}）：其中的值不是有名字的成员。docs/providers.md 列出可以读取的文件。`,
  unreadDates: (cell) => `"${cell}" 不是已知的格式：该行会被拒收。`,
};

const WORDS: Readonly<Record<Language, Words>> = { en: EN, 'zh-CN': ZH };

export function suggestWords(lang: Language): Words {
  return WORDS[lang];
}

/** A message as a sentence. */
export function messageText([id, ...args]: Message, lang: Language): string {
  return (WORDS[lang][id] as (...args: readonly string[]) => string)(...(args as readonly string[]));
}
