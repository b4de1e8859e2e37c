// The rows of the reports, and the guard against cells that a spreadsheet would run as formulas.

import type { Finding } from '../../domain/assessment.ts';
import type { RowPlace, Surroundings } from '../../domain/reason-doubts.ts';
import { type ReaderLanguage, sentenceFor } from '../../domain/reason-words.ts';
import { isBreak, type ReasonCode, type Stage } from '../../domain/reasons.ts';
import type { Instant } from '../../domain/time.ts';
import { hintsByKey, type MoneyHints } from '../../projections/hints.ts';
import type { RiskSignalName } from '../../projections/risk/signal.ts';
import type { Overview } from '../../task/overview.ts';

/** Rows in memory, or pages of rows that arrive as they are ready: a promise for each row would cost more than it. */
export type Rows<Row> = Iterable<Row> | AsyncIterable<readonly Row[]>;

export function pagesOf<Row>(rows: Rows<Row>): Iterable<Iterable<Row>> | AsyncIterable<Iterable<Row>> {
  return Symbol.asyncIterator in rows ? rows : [rows];
}

export type BreakKind = Finding['kind'] | 'notice';

/** One open break or notice. Amounts are decimal texts in `currency`; `difference` is observed - expected. */
export interface BreakRow {
  readonly merchant: string;
  readonly provider: string;
  readonly transaction_reference: string;
  readonly stage: Stage;
  readonly kind: BreakKind;
  readonly reason: ReasonCode;
  readonly expected: string | null;
  readonly observed: string | null;
  readonly difference: string | null;
  readonly currency: string | null;
  readonly opened_at: Instant | null;
  readonly entry_id: string;
  readonly message: string;
}

export type { Transaction as MatchedRow } from '../../projections/transactions.ts';

interface BreakPlace {
  readonly merchant: string;
  readonly provider: string;
  readonly transaction_reference: string;
  readonly entry_id: string;
}

/** The row of a finding that has a reason; the sentence for people is in the given language. */
export function breakRow(
  place: BreakPlace,
  finding: Finding & { reason: ReasonCode },
  language: ReaderLanguage,
  besides: Surroundings = {},
): BreakRow {
  const { merchant, provider, transaction_reference, entry_id } = place;
  const { stage, reason, expected, observed, difference, currency, opened_at } = finding;
  return {
    merchant,
    provider,
    transaction_reference,
    stage,
    kind: isBreak(reason) ? finding.kind : 'notice',
    reason,
    expected,
    observed,
    difference,
    currency,
    opened_at,
    entry_id,
    message: sentenceFor(finding, language, besides),
  };
}

/** What the reports lack: the files that the run did not read, and by reference the rejected rows that name it. */
interface Lacks extends Pick<Surroundings, 'unread'> {
  readonly rejected?: ReadonlyMap<string, readonly RowPlace[]>;
}

/** Breaks by key, then notices by key. */
export function breakRows(
  { findings }: Overview,
  lang: ReaderLanguage,
  hints: readonly MoneyHints[],
  { unread = [], rejected }: Lacks = {},
): BreakRow[] {
  const reasons = new Map<string, Set<ReasonCode>>();
  for (const { key, finding } of findings) {
    const known = reasons.get(key);
    if (known === undefined) reasons.set(key, new Set([finding.reason]));
    else known.add(finding.reason);
  }
  const hintsAt = hintsByKey(hints);
  const rows = findings.map(({ merchant, provider, key, entryId, finding }): BreakRow => {
    const place = { merchant, provider, transaction_reference: key, entry_id: entryId };
    const rows = { rejected: rejected?.get(key) ?? [] };
    const besides = { reasons: reasons.get(key)!, unread, ...rows, hints: hintsAt(key, finding.reason) };
    return breakRow(place, finding, lang, besides);
  });
  return rows.sort((left, right) => Number(isBreak(right.reason)) - Number(isBreak(left.reason)));
}

/**
 * Puts an apostrophe before a text that a spreadsheet would run as a formula: one that starts with = + - @ (also
 * full-width), a tab or a line end. Plain decimals are unchanged, so that -5.00 stays a number.
 */
export function guardFormula(text: string): string {
  switch (text.charCodeAt(0)) {
    case 0x3d: // =
    case 0x2b: // +
    case 0x2d: // -
    case 0x40: // @
    case 0x09:
    case 0x0a:
    case 0x0d:
    case 0xff1d:
    case 0xff0b:
    case 0xff0d:
    case 0xff20:
      return isPlainDecimal(text) ? text : `'${text}`;
    default:
      return text;
  }
}

function isPlainDecimal(text: string): boolean {
  return /^-?\d+(\.\d+)?$/.test(text);
}

export interface RiskRow {
  readonly merchant: string;
  readonly transaction_reference: string;
  readonly signal: RiskSignalName;
  /** The number of orders; null for a signal about one order. */
  readonly count: number | null;
  readonly threshold: string;
  /** ISO 8601 duration; null if the signal has none. */
  readonly window: string | null;
  readonly first_at: Instant;
  readonly message: string;
}
