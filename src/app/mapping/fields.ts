// Which columns of a file may be which field of ours, by their names and by what stands in them.

import { currencyExponent } from '../../domain/currency.ts';
import type { FileKind } from '../../producers/formats/format.ts';
import { isDateLike } from './date-forms.ts';
import { type Concept, plainName, rankOf } from './header-words.ts';
import { numberParts } from './number-signs.ts';
import type { SampleColumn } from './sample.ts';

/** What must stand in the cells of a field. */
export type Content = 'amount' | 'date' | 'currency' | 'word' | 'text';

export interface FieldRule {
  readonly field: string;
  readonly content: Content;
  /** What its column may be about, best first. */
  readonly concepts: readonly Concept[];
}

const rule = (field: string, content: Content, ...concepts: Concept[]): FieldRule => ({ field, content, concepts });

/** The fields that are looked for, in the order in which they take their columns. */
export const FIELD_RULES: Readonly<Record<FileKind, readonly FieldRule[]>> = {
  orders: [
    rule('transaction_reference', 'text', 'reference', 'order-number'),
    rule('amount', 'amount', 'amount'),
    rule('currency', 'currency', 'currency'),
    rule('placed_at', 'date', 'placed', 'time'),
    rule('merchant', 'text', 'merchant'),
    rule('status', 'word', 'status'),
    rule('order_number', 'text', 'order-number'),
    rule('expires_at', 'date', 'expires'),
    rule('updated_at', 'date', 'changed'),
    rule('msisdn', 'text', 'phone'),
    rule('country', 'text', 'country'),
  ],
  callbacks: [
    rule('event', 'word', 'event', 'status'),
    rule('transaction_reference', 'text', 'reference', 'order-number'),
    rule('transaction_id', 'text', 'transaction'),
    rule('amount', 'amount', 'amount'),
    rule('currency', 'currency', 'currency'),
    rule('created_at', 'date', 'placed', 'time', 'changed'),
    rule('fee', 'amount', 'fee'),
    rule('msisdn', 'text', 'phone'),
    rule('original_transaction_id', 'text', 'original'),
    rule('operator_transaction_id', 'text', 'operator-id'),
    rule('request_id', 'text', 'request'),
  ],
  polls: [
    rule('status', 'word', 'status'),
    rule('transaction_reference', 'text', 'reference', 'order-number'),
    rule('transaction_id', 'text', 'transaction'),
    rule('amount', 'amount', 'amount'),
    rule('currency', 'currency', 'currency'),
    rule('updated_at', 'date', 'changed', 'time', 'placed'),
    rule('fee', 'amount', 'fee'),
    rule('operator_transaction_id', 'text', 'operator-id'),
    rule('request_id', 'text', 'request'),
  ],
  settlements: [
    rule('transaction_reference', 'text', 'reference', 'order-number'),
    rule('transaction_id', 'text', 'transaction'),
    rule('type', 'word', 'type'),
    rule('amount_received', 'amount', 'amount'),
    rule('currency', 'currency', 'currency'),
    rule('fee_deduction', 'amount', 'fee'),
    rule('settlement_date', 'date', 'settled', 'time', 'placed'),
    rule('payout_id', 'text', 'payout'),
    rule('report_id', 'text', 'report'),
    rule('original_transaction_id', 'text', 'original'),
    rule('operator_transaction_id', 'text', 'operator-id'),
    rule('request_id', 'text', 'request'),
  ],
  bank: [
    rule('account', 'text', 'bank-account'),
    rule('bank_reference', 'text', 'bank-reference', 'transaction'),
    rule('value_date', 'date', 'settled', 'time'),
    rule('amount', 'amount', 'amount'),
    rule('currency', 'currency', 'currency'),
    rule('narration', 'text', 'narration'),
    rule('payout_id', 'text', 'payout'),
  ],
};

export interface Candidate {
  readonly column: SampleColumn;
  /** 0 for best. */
  readonly rank: number;
}

const CONCEPT_STEP = 10;
/** Up to this rank the name of the column says what it is. */
const SURE_RANK_MAX = 1;
/** Parts of JSON that are about other things: an id in them is no payment's. */
const ELSEWHERE = /(?:^|\.)(?:customer|metadata|authorization|log|subaccount|split|plan|source|billing|shipping)\./;

/** The columns that a field may have, best first. A column of our own name is the best. */
export function candidatesFor({ field, content, concepts }: FieldRule, columns: readonly SampleColumn[]): Candidate[] {
  const found: Candidate[] = [];
  for (const column of columns) {
    const rank = rankIn(column.name, field, concepts);
    if (rank !== undefined && suits(column, content)) found.push({ column, rank });
  }
  if (content === 'currency' && found.length === 0) {
    // Codes of currencies alone show themselves, whatever the name of their column.
    const codes = columns.filter(({ cells }) => cells.length > 0 && cells.every(isCode));
    found.push(...codes.map((column) => ({ column, rank: CONCEPT_STEP })));
  }
  return found.sort((left, right) => left.rank - right.rank);
}

function rankIn(name: string, field: string, concepts: readonly Concept[]): number | undefined {
  const last = name.slice(name.lastIndexOf('.') + 1);
  if (last.toLowerCase() === field) return -1;
  if (ELSEWHERE.test(name)) return undefined;
  const plain = plainName(last);
  for (const [at, concept] of concepts.entries()) {
    const rank = rankOf(plain, concept);
    if (rank !== undefined) return at * CONCEPT_STEP + rank;
  }
  return undefined;
}

export function isSureRank(rank: number): boolean {
  return rank <= SURE_RANK_MAX;
}

/** How many cells of a column may be something else: they will be rejects. */
const MISFITS_MAX = 0.2;
const WORDS_MAX = 40;

/** Whether the cells of a column can be what a field needs. An empty column can be anything. */
export function suits({ cells }: SampleColumn, content: Content): boolean {
  if (content === 'text') return true;
  if (content === 'word') return new Set(cells).size <= WORDS_MAX;
  const fits = { amount: isAmount, date: isDateLike, currency: isCurrency }[content];
  const misfits = cells.filter((cell) => !fits(cell)).length;
  return misfits <= cells.length * MISFITS_MAX;
}

function isAmount(cell: string): boolean {
  return numberParts(cell) !== undefined;
}

function isCode(cell: string): boolean {
  return /^[A-Z]{3}$/.test(cell) && isCurrency(cell);
}

export function isCurrency(cell: string): boolean {
  return currencyExponent(cell.toUpperCase()) !== undefined;
}
