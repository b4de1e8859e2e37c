// The results of a reconciliation run: the shape of summary.json, and the sums that must add up.

import type { StandingCounts } from '../../domain/assessment.ts';
import { addDecimal, compareDecimal, type Decimal, parseDecimal } from '../../domain/decimal.ts';
import type { ErrorCode } from '../../domain/error-codes.ts';
import type { ReasonCode } from '../../domain/reasons.ts';
import type { FileKind } from '../../producers/formats/format.ts';
import type { PayoutCounts } from '../../projections/payouts.ts';
import type { ShareSums } from '../../projections/shares.ts';
import { replaceFile, TextFile } from '../../runtime/whole-file.ts';
import type { RiskCounts } from './risk.ts';

/** What happened to a file and its rows: rows = taken + redelivered + rejected + left_out. */
export interface FileSummary {
  readonly name: string;
  readonly kind: FileKind;
  /** False if it could not be read as a whole, or not one row of it could be taken. */
  readonly read: boolean;
  readonly rows: number;
  readonly taken: number;
  readonly redelivered: number;
  readonly rejected: number;
  /** Rows that a mapping leaves out. */
  readonly left_out: number;
  /** Whether it was imported before, and so not again; then it has no rows here. */
  readonly refused: boolean;
  /** Why it was not read. */
  readonly fault: ErrorCode | null;
  /** What its rows come to, as decimal texts by currency: amounts, and fees of settlement lines. */
  readonly sums: Readonly<Record<string, string>>;
  readonly fees: Readonly<Record<string, string>>;
  /** Whether its last row has no line end, so that it may be cut. */
  readonly perhaps_cut?: boolean;
}

/** The counts of a file: the first is the sum of the others. */
export const FILE_COUNTS = ['rows', 'taken', 'redelivered', 'rejected', 'left_out'] as const;

/** Money of one currency as decimal texts: received = matched + open + returned. */
export interface MoneySummary {
  readonly received: string;
  readonly matched: string;
  /** Left out where nobody decided anything. */
  readonly resolved?: string;
  readonly open: string;
  readonly returned: string;
}

/** The part on payouts and fees. */
export interface PayoutSummary {
  readonly payouts: PayoutCounts;
  /** How many of the pending ones the rules ask for; left out where there are none. */
  readonly payouts_unproved?: number;
  /** What was paid in fees in all, as decimal texts by currency. */
  readonly fees: Readonly<Record<string, string>>;
  /** The same by provider; left out where there is one at most. */
  readonly fees_by_provider?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** The part on shares of merchants; left out where there are none. */
export interface ShareSummary {
  readonly shares?: readonly ShareSums[];
}

export interface Summary extends PayoutSummary, ShareSummary {
  /** ISO 8601, UTC. */
  readonly as_of: string;
  /** Of this run, in the order in which they were given. */
  readonly files: readonly FileSummary[];
  /** Whether the ledger's time stayed, because a file was not read. */
  readonly time_stayed?: boolean;
  /** The files of earlier runs that were not read, where none of their kind was read since. */
  readonly unread_before?: readonly string[];
  /** The networks of which the rules ask for no settlement, or for none of a return; left out where there are none. */
  readonly unreported?: readonly string[];
  /** What is in the log and in no block yet, facts and handoffs: left out where there is nothing. */
  readonly waiting?: number;
  readonly facts: {
    readonly orders: number;
    readonly callbacks: number;
    readonly polls: number;
    readonly settlements: number;
    /** Left out where there are none. */
    readonly bank?: number;
    readonly redelivered: number;
    readonly rejected: number;
  };
  readonly keys: number;
  readonly standing: StandingCounts;
  readonly breaks: Readonly<Partial<Record<ReasonCode, number>>>;
  readonly notices: Readonly<Partial<Record<ReasonCode, number>>>;
  readonly ledger_entries: number;
  readonly outcome_root: string;
  readonly elapsed_ms: number;
  /** Milliseconds by phase: start, read, match, add_up. */
  readonly phases_ms?: Readonly<Record<string, number>>;
  /** By currency. */
  readonly money: Readonly<Record<string, MoneySummary>>;
  /** The value of the breaks by reason and currency, as decimal texts. */
  readonly break_value: Readonly<Partial<Record<ReasonCode, Readonly<Record<string, string>>>>>;
  /** Orders by risk signal, if reports were written and there are any. */
  readonly risk?: RiskCounts;
}

/** Writes `summary.json`. Throws HESABU_OUT_UNWRITABLE. */
export function writeSummaryJson(path: string, summary: Summary): Promise<void> {
  return replaceFile(path, (temporary) => {
    const file = new TextFile(temporary);
    try {
      file.write(`${JSON.stringify(summary, null, 2)}\n`);
    } finally {
      file.close();
    }
  });
}

/** The names of the files that may have what is missing: of this run, and of earlier ones. */
export function unreadNames({ files, unread_before = [] }: Unread): string[] {
  return [...files.flatMap(({ read, name }) => (read ? [] : [name])), ...unread_before];
}

interface Unread extends Pick<Summary, 'unread_before'> {
  readonly files: readonly Pick<FileSummary, 'name' | 'read'>[];
}

/** Whether every row was taken, was known, was rejected or is left out by a mapping. */
export function isFileEven({ rows, taken, redelivered, rejected, left_out }: FileSummary): boolean {
  return rows === taken + redelivered + rejected + left_out;
}

/** Whether every key has exactly one standing. */
export function areKeysEven(summary: Pick<Summary, 'keys' | 'standing'>): boolean {
  const { matched, resolved = 0, pending, unmatched, closed } = summary.standing;
  return summary.keys === matched + resolved + pending + unmatched + closed;
}

/** What the money received is made of, as a report's columns; what people resolved only where there is any. */
export function moneyParts({ money }: Pick<Summary, 'money'>) {
  const isDecided = Object.values(money).some(({ resolved }) => resolved !== undefined);
  return (['received', 'matched', 'resolved', 'open', 'returned'] as const).filter((part) => {
    return isDecided || part !== 'resolved';
  });
}

/** The columns' titles. */
export const MONEY_TITLES = {
  received: 'received',
  matched: 'matched_money',
  resolved: 'resolved_money',
  open: 'open_money',
  returned: 'returned',
} as const satisfies Record<keyof MoneySummary, string>;

/** Whether all money received is matched, resolved, open or returned. */
export function isMoneyEven(money: MoneySummary): boolean {
  const parts = [money.matched, money.resolved ?? '0', money.open, money.returned].map(decimalOf);
  return compareDecimal(decimalOf(money.received), parts.reduce(addDecimal)) === 0;
}

function decimalOf(text: string): Decimal {
  const decimal = parseDecimal(text);
  if (decimal === undefined) throw new RangeError(`"${text}" is not an amount`);
  return decimal;
}
