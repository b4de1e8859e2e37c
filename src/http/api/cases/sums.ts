// What many decisions would come to: how many, of which value, how many that wait for a second person, and what is
// refused.

import type { ErrorCode } from '../../../domain/error-codes.ts';
import { formatMinor } from '../../../domain/money.ts';
import type { CaseRow } from '../../../projections/cases/case-rows.ts';
import type { Verdict } from './verdict.ts';

interface Judged {
  readonly row: CaseRow | null;
  readonly verdict: Verdict;
}

export function sumsOf(found: readonly Judged[]) {
  const value = new Map<string, bigint>();
  const refused = new Map<string, { code: ErrorCode; why: string; count: number }>();
  const counts = { count: 0, needs_approval: 0, unchanged: 0 };
  for (const { row, verdict } of found) {
    if (verdict.status === 'unchanged') counts.unchanged++;
    else if (verdict.status === 'refused') {
      const { code, why } = verdict;
      const known = refused.get(code) ?? { code, why, count: 0 };
      refused.set(code, { ...known, count: known.count + 1 });
    } else {
      counts.count++;
      if (verdict.needsApproval) counts.needs_approval++;
      for (const [currency, minor] of row?.value ?? []) value.set(currency, (value.get(currency) ?? 0n) + minor);
    }
  }
  const amounts = [...value].sort().map(([currency, sum]) => ({ currency, amount: formatMinor(sum, currency) }));
  return { ...counts, value: amounts, refused: [...refused.values()] };
}
