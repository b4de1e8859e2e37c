// How days ended, by their reports: how much of the transactions and of the money had no open break.

import { Link } from 'wouter';
import { useLive } from '../api/live.ts';
import { difference, percent, shownAmount } from '../state/amount.ts';
import { useWords } from '../words/words.ts';

export interface ReportDay {
  readonly day: string;
  readonly keys: number;
  readonly unmatched: number;
  readonly breaks: number;
  readonly money: readonly { readonly currency: string; readonly received: string; readonly breaks: string }[];
}

/** The earliest first; of the merchants that one sees. */
export function useReportDays(): readonly ReportDay[] {
  return useLive<{ readonly days: readonly ReportDay[] }>('/v1/reports').data?.days ?? [];
}

/** Of what was received in a currency, how much is in no open break. */
export function shareOf({ money }: ReportDay, currency: string): string | null {
  const sums = money.find((one) => one.currency === currency);
  if (sums === undefined) return null;
  const left = difference(sums.received, sums.breaks);
  const share = percent(left.startsWith('-') ? '0' : left, sums.received);
  return share === null ? null : `${share}%`;
}

export function ExplainedLine({ last: { day, keys, unmatched } }: { readonly last: ReportDay }) {
  const { overview: words } = useWords();
  const share = percent(`${keys - unmatched}`, `${keys}`);
  return (
    <p>
      <Link href={`/statements/${day}`} className="figure-link big-number">
        {share === null ? '—' : `${share}%`}
      </Link>
      <br />
      <span className="quiet">
        {words.explained} · {words.explainedCount(shownAmount(`${keys - unmatched}`), shownAmount(`${keys}`))} ·{' '}
        {words.explainedAt(day)}
      </span>
    </p>
  );
}
