// What a mapping must say of values: of rows without their own, of the file's words, of rows that are not of the kind.

import type { FileKind } from '../../producers/formats/format.ts';
import { currencyOfSign } from './currency-signs.ts';
import { isCurrency } from './fields.ts';
import { numberParts } from './number-signs.ts';
import type { SampleColumn, SampleRow } from './sample.ts';
import { belowZero, type FoundColumns } from './suggest-columns.ts';
import type { Alternative, Conclusions } from './suggestion.ts';
import { EVENTS, LINE_TYPES, MOVED, ORDER_STATUSES, plainWord } from './value-words.ts';

/** What the file is, as far as it is known by now. */
export interface KnownTable {
  readonly kind: FileKind;
  readonly columns: readonly SampleColumn[];
  readonly header: readonly string[];
  readonly rows: readonly SampleRow[];
  readonly found: FoundColumns;
  /** Texts beside the table. */
  readonly texts: readonly string[];
  /** Signs beside amounts. */
  readonly signs: ReadonlyMap<string, string>;
}

/** Currencies that a question offers where nothing else is known. */
const USUAL = ['KES', 'NGN', 'XOF', 'UGX', 'GHS', 'TZS', 'USD'];
/** A code in the title of a file or the name of a column. */
const CODE = /(?:^|[^A-Za-z])([A-Z]{3})(?=$|[^A-Za-z])/g;
const WORDS_MAX = 12;

/** The currencies that the cells, the signs or the titles name. */
export function currenciesOf({ found, texts, columns, signs }: Omit<KnownTable, 'kind' | 'header' | 'rows'>): string[] {
  const cells = found.get('currency')?.flatMap((column) => column.cells) ?? [];
  const named = [...new Set(cells.map((cell) => cell.toUpperCase()).filter(isCurrency))];
  if (named.length > 0) return named;
  const ofSigns = [...signs.keys()].map(currencyOfSign).filter((code) => code !== undefined);
  if (ofSigns.length > 0) return [...new Set(ofSigns)];
  return [...new Set([...columns.map(({ name }) => name), ...texts].flatMap(codesIn))];
}

function codesIn(text: string): string[] {
  return [...text.matchAll(CODE)].map(([, code]) => code!).filter(isCurrency);
}

export function concludeConstants(to: Conclusions, table: KnownTable, currencies: readonly string[]): void {
  const { kind, found, columns, texts, signs } = table;
  if (!found.has('currency')) {
    const path = ['constants', 'currency'];
    const [code] = currencies;
    const text = [...columns.map(({ name }) => name), ...texts].find((one) => codesIn(one).includes(code ?? ''));
    if (code !== undefined && currencies.length === 1) {
      const cell = [...signs].find(([sign]) => currencyOfSign(sign) === code)?.[1];
      if (cell !== undefined) to.conclude(path, code, 'likely', 'currencySign', cell);
      else to.conclude(path, code, 'likely', 'currencyHeader', text ?? code);
    } else {
      const offered = currencies.length > 0 ? currencies : USUAL;
      const alternatives = offered.map((one): Alternative => {
        return { settings: [{ path, value: one }], means: ['currencyIs', one] };
      });
      to.ask(path, alternatives, 'askCurrency');
    }
  }
  if (kind === 'orders' && !found.has('merchant')) askMerchant(to);
  if (kind === 'bank' && !found.has('account')) concludeBankAccount(to, table);
  if (kind === 'settlements' && !found.has('type')) concludeType(to, table);
  if (kind === 'callbacks' && !found.has('event')) {
    const settings = [{ path: ['constants', 'event'], value: 'payment.success' }];
    to.ask(['constants', 'event'], [{ settings, means: ['eventConstant'] }], 'askNoColumn', 'event');
  }
}

/** A title that names the account of the statement, with its number beside it or in the next cell. */
const ACCOUNT_TITLE =
  /(?:\baccount|\bcompte|\bconta|\bakaunti|\biban|\u8d26\u53f7|\u8d26\u6237)[^\d]*(\d[\d -]{3,}\d|$)/i;
const ACCOUNT = /^[A-Z]{0,2}\d[\d -]{3,}\d$/;

function concludeBankAccount(to: Conclusions, { texts }: KnownTable): void {
  const path = ['constants', 'account'];
  for (const [at, text] of texts.entries()) {
    const beside = ACCOUNT_TITLE.exec(text)?.[1];
    const number = beside === '' ? ACCOUNT.exec((texts[at + 1] ?? '').trim())?.[0] : beside;
    if (number !== undefined) return to.conclude(path, number, 'likely', 'accountTitle', text);
  }
  to.ask(path, [{ settings: [{ path, value: 'our-account' }], means: ['accountIs'] }], 'askAccount');
}

/** Orders that do not say of which shop they are. */
export function askMerchant(to: Conclusions): void {
  const settings = [{ path: ['constants', 'merchant'], value: 'my-shop' }];
  to.ask(['constants', 'merchant'], [{ settings, means: ['merchantIs'] }], 'askMerchant');
}

function concludeType(to: Conclusions, { found }: KnownTable): void {
  const below = belowZero(found.get('amount_received'));
  const path = ['constants', 'type'];
  if (below === undefined) return to.conclude(path, 'payment', 'likely', 'payments');
  const alternatives = ['payment', 'refund', 'adjustment'].map((type): Alternative => {
    return { settings: [{ path, value: type }], means: ['typeIs', type] };
  });
  to.ask(path, alternatives, 'askType', below);
}

/** The words of a kind that have a meaning of ours, and where they stand. */
const WORD_FIELDS: Readonly<
  Partial<Record<FileKind, readonly [field: string, meanings: ReadonlyMap<string, string>]>>
> = {
  orders: ['status', ORDER_STATUSES],
  settlements: ['type', LINE_TYPES],
  callbacks: ['event', EVENTS],
};

/** Which of our words may be meant where nobody knows. */
const OFFERED: Readonly<Partial<Record<FileKind, readonly string[]>>> = {
  orders: ['awaiting_payment', 'paid', 'fulfilled', 'cancelled'],
  settlements: ['payment', 'refund', 'reversal', 'chargeback', 'fee', 'payout', 'adjustment'],
  callbacks: ['payment.success', 'payment.failed', 'payment.pending', 'refund.success'],
};

/** `ours` are the words that the format knows by themselves. */
export function concludeWords(to: Conclusions, { kind, found }: KnownTable, ours: readonly string[]): void {
  const rule = WORD_FIELDS[kind];
  const column = rule === undefined ? undefined : found.get(rule[0])?.[0];
  if (rule === undefined || column === undefined) return;
  const [field, meanings] = rule;
  for (const word of [...new Set(column.cells)].slice(0, WORDS_MAX)) {
    if (ours.includes(word.toLowerCase())) continue;
    const path = ['words', field, word];
    const meaning = meanings.get(plainWord(word));
    if (meaning !== undefined) to.conclude(path, meaning, 'likely', 'wordMeans');
    else {
      const alternatives = OFFERED[kind]!.map((one): Alternative => {
        return { settings: [{ path, value: one }], means: ['wordIs', one] };
      });
      to.ask(path, alternatives, 'askWord', word);
    }
  }
}

/** Lines of a report that say by a status of their own that no money moved. */
export function concludeRows(to: Conclusions, { kind, found, columns }: KnownTable): void {
  if (kind !== 'settlements' && kind !== 'bank') return;
  const used = new Set([...found.values()].flat());
  for (const column of columns) {
    if (used.has(column) || column.cells.length === 0) continue;
    const words = [...new Set(column.cells)];
    const meanings = words.map((word) => MOVED.get(plainWord(word)));
    if (meanings.some((meaning) => meaning === undefined)) continue;
    const moved = words.filter((_word, at) => meanings[at] === 'yes');
    const others = words.filter((_word, at) => meanings[at] === 'no');
    if (moved.length === 0) continue;
    const value = { [column.name]: moved };
    if (others.length === 0) to.conclude(['rows', 'where'], value, 'likely', 'rowsAllMoved');
    else to.conclude(['rows', 'where'], value, 'likely', 'rowsMoved', others.join(', '));
    return;
  }
}

const RETURNS: ReadonlySet<string> = new Set(['refund', 'reversal', 'chargeback']);

/** How a report writes returns and fees, where it is not as ours. */
export function concludeSigns(to: Conclusions, { kind, header, rows, found }: KnownTable): void {
  if (kind !== 'settlements' && kind !== 'callbacks' && kind !== 'polls') return;
  const at = (field: string) => header.findIndex((name) => name.trim() === found.get(field)?.[0]?.name);
  const value: Record<string, string> = {};
  let why: readonly ['returnsPositive', string, string] | readonly ['feesNegative', string] | undefined;
  const fee = belowZero(found.get('fee_deduction') ?? found.get('fee'));
  if (fee !== undefined) {
    value.fees = 'negative';
    why = ['feesNegative', fee];
  }
  const [type, amount] = [at('type'), at('amount_received')];
  if (kind === 'settlements' && type >= 0 && amount >= 0 && found.get('amount_received')!.length === 1) {
    const returns = rows
      .map(({ cells }) => ({ word: (cells[type] ?? '').trim(), amount: (cells[amount] ?? '').trim() }))
      .filter(({ word }) => RETURNS.has(LINE_TYPES.get(plainWord(word)) ?? plainWord(word)));
    const first = returns.find((row) => /[1-9]/.test(row.amount));
    if (first !== undefined && returns.every((row) => belowZero([{ name: '', cells: [row.amount] }]) === undefined)) {
      value.returns = 'positive';
      why = ['returnsPositive', first.amount, first.word];
    }
  }
  if (why !== undefined) to.conclude(['signs'], value, 'likely', ...why);
}

/** A name of a column such as `Amount (cents)` or `Montant en kobo`. */
const MINOR = /\b(?:cents?|kobo|pesewas?|centimes?|minor)\b|分$/i;

export function concludeUnit(to: Conclusions, found: FoundColumns): void {
  const named = [...found.values()]
    .flat()
    .find(({ name, cells }) => MINOR.test(name) && cells.every((cell) => numberParts(cell)));
  if (named !== undefined) to.conclude(['unit'], 'minor', 'likely', 'unitHeader', named.name);
}

const PAYOUT_NAMES = /\b([A-Z]{2,8})[_-](\d{3,})\b/;

/** A bank's text often names the payout, as in PSTK_4711. */
export function concludePayoutPattern(to: Conclusions, { kind, found }: KnownTable): void {
  const column = kind === 'bank' && !found.has('payout_id') ? found.get('narration')?.[0] : undefined;
  for (const cell of column?.cells ?? []) {
    const [, prefix] = PAYOUT_NAMES.exec(cell) ?? [];
    if (prefix === undefined) continue;
    const pattern = `${prefix}[_-](\\d+)`;
    return to.conclude(['columns', 'payout_id'], { from: column!.name, pattern }, 'likely', 'payoutPattern', cell);
  }
}
