// The results of a reconciliation run: the shape of summary.json, and the sums that must add up.

import type { Standing } from '../../domain/assessment.ts';
import { addDecimal, compareDecimal, type Decimal, parseDecimal } from '../../domain/decimal.ts';
import type { ReasonCode } from '../../domain/reasons.ts';
import { replaceFile, TextFile } from '../../runtime/whole-file.ts';
import type { RiskCounts } from './risk.ts';

/** What happened to the rows of a file; `refused` if it was imported before. */
export interface FileSummary {
  readonly file: string;
  readonly kind: 'orders' | 'callbacks' | 'polls' | 'settlements';
  readonly rows: number;
  readonly facts: number;
  readonly redelivered: number;
  readonly rejected: number;
  readonly refused: boolean;
}

/** Money of one currency as decimal texts: received = matched + open + returned. */
export interface MoneySummary {
  readonly received: string;
  readonly matched: string;
  readonly open: string;
  readonly returned: string;
}

export interface Summary {
  /** ISO 8601, UTC. */
  readonly as_of: string;
  readonly facts: {
    readonly orders: number;
    readonly callbacks: number;
    readonly polls: number;
    readonly settlements: number;
    readonly redelivered: number;
    readonly rejected: number;
  };
  readonly keys: number;
  readonly standing: Readonly<Record<Standing, number>>;
  readonly breaks: Readonly<Partial<Record<ReasonCode, number>>>;
  readonly notices: Readonly<Partial<Record<ReasonCode, number>>>;
  readonly ledger_entries: number;
  readonly outcome_root: string;
  readonly elapsed_ms: number;
  /** Milliseconds by phase: start, read, match, add_up. */
  readonly phases_ms?: Readonly<Record<string, number>>;
  readonly files: readonly FileSummary[];
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

/** Whether every row became a fact, a redelivery or a reject. A refused file has no rows to account for. */
export function isFileEven(file: FileSummary): boolean {
  return file.refused || file.rows === file.facts + file.redelivered + file.rejected;
}

/** Whether every key has exactly one standing. */
export function areKeysEven(summary: Pick<Summary, 'keys' | 'standing'>): boolean {
  const { matched, pending, unmatched, closed } = summary.standing;
  return summary.keys === matched + pending + unmatched + closed;
}

/** Whether all money received is matched, open or returned. */
export function isMoneyEven(money: MoneySummary): boolean {
  const parts = [money.matched, money.open, money.returned].map(decimalOf);
  return compareDecimal(decimalOf(money.received), parts.reduce(addDecimal)) === 0;
}

function decimalOf(text: string): Decimal {
  const decimal = parseDecimal(text);
  if (decimal === undefined) throw new RangeError(`"${text}" is not an amount`);
  return decimal;
}
