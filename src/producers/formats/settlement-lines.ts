// What holds of the lines of every settlement, however they are written: which are about the account and no payment,
// and which way the money of a line goes.

import type { LineType } from '../../domain/fact.ts';
import { accountDayKey, payoutKey } from '../../domain/key.ts';

/** Which way the money of a line goes; of the other types either way. */
const COMES_IN: ReadonlySet<LineType> = new Set(['payment', 'release', 'return_failed']);
const GOES_OUT: ReadonlySet<LineType> = new Set(['refund', 'reversal', 'chargeback', 'reserve']);

/** Lines that may stand for themselves, without any payment. */
const OF_ACCOUNT: ReadonlySet<LineType> = new Set(['fee', 'tax', 'reserve', 'release', 'adjustment', 'transfer']);

interface LineAbout {
  readonly type: LineType;
  readonly reference: string | null;
  /** The id of the payment that it names. */
  readonly original: string | null;
}

/** Whether a line is about the account. A fee without a reference is a payment's only if it names the original. */
export function isOfAccount({ type, reference, original }: LineAbout): boolean {
  return type === 'payout' || (OF_ACCOUNT.has(type) && reference === null && original === null);
}

/** The key of a line of the account: that of its payout, otherwise that of the account's day. */
export function accountLineKey(
  source: string,
  { type, payout, date }: { readonly type: LineType; readonly payout: string | null; readonly date: string },
): string {
  if (type === 'payout') return payoutKey(source, payout ?? '');
  return payout === null ? accountDayKey(source, date) : payoutKey(source, payout);
}

/**
 * What was expected of a line's amount; undefined where it is so. A report that writes returns without a sign would
 * have them count as money that came in.
 */
export function lineSignFault(type: LineType, gross: string): string | undefined {
  const isBelow = gross.startsWith('-');
  if (isBelow && COMES_IN.has(type)) return `zero or more in a line of type ${type}`;
  if (isBelow || !GOES_OUT.has(type) || !/[1-9]/.test(gross)) return undefined;
  const back = type === 'reserve' ? 'release' : 'return_failed';
  return `zero or less in a line of type ${type}, or the type ${back}`;
}
