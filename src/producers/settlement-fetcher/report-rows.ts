// What the row of a settlement report implies: when it is fetched again, and whether it is missing. Pure.

import type { Instant } from '../../domain/time.ts';
import { type FetchTime, nextTime } from './report-days.ts';
import type { ReportRow } from './report-table.ts';

export interface FetchSettings extends FetchTime {
  readonly days_back: number;
  /** Milliseconds. */
  readonly retry: number;
  readonly alert_after: number;
}

const DAY_MILLIS = 24 * 3_600_000;
export const WAIT_MILLIS_MIN = 1_000;

export function keyOf({ provider, account }: { readonly provider: string; readonly account: string }): string {
  return `${provider}/${account}`;
}

export function nameOf({ account, date }: ReportRow): string {
  return `${account} ${date}`;
}

export function aboutOf({ account, date }: { account: string; date: string }): { account: string; date: string } {
  return { account, date };
}

/** When a failed call is repeated; also at the moment when the report becomes missing, to notify in time. */
export function retryTime(settlement: FetchSettings, { status, expected, due }: ReportRow, now: Instant): Instant {
  // A report that has been missing for days is fetched once a day until it arrives.
  if (now >= due + settlement.days_back * DAY_MILLIS + settlement.alert_after) return nextTime(now, settlement);
  const retryAt = now + Math.max(settlement.retry, WAIT_MILLIS_MIN);
  const lateFrom = due + settlement.alert_after;
  return status === 'waiting' && expected === 1 && lateFrom > now ? Math.min(retryAt, lateFrom) : retryAt;
}

/** Whether the report is later than allowed. */
export function isMissing(settlement: FetchSettings, { status, expected, due }: ReportRow, now: Instant): boolean {
  return status === 'waiting' && expected === 1 && now >= due + settlement.alert_after;
}

export function newRow(account: string, date: string, expected: 0 | 1): Omit<ReportRow, 'due' | 'next'> {
  return {
    account,
    date,
    status: 'waiting',
    expected,
    missed: 0,
    tries: 0,
    looks: 0,
    sha256: null,
    rows: null,
    file: null,
    rejected: null,
    import: null,
    cursor: null,
  };
}
