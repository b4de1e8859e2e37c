// A case as it is shown: by the API and by the command alike. Everything is text: amounts are decimals, times ISO 8601.

import { formatMinor } from '../../domain/money.ts';
import { formatInstant } from '../../domain/time.ts';
import { fingerprintOf } from '../../matching/decision-names.ts';
import { findingView } from '../transaction-view.ts';
import type { CaseRow } from './case-rows.ts';

/** `age` is in business days. */
export function caseView(row: CaseRow, age: number | null): object {
  const { id, key, merchant, provider, standing, finding, reasons, value, status, resolution } = row;
  const { owner, due_at, assignment, notes, entryId } = row;
  return {
    ...{ id, key, merchant, provider, standing },
    ...findingView(finding, { reasons: new Set(reasons) }),
    value: value.map(([currency, minor]) => ({ currency, amount: formatMinor(minor, currency) })),
    ...{ age, status, resolution, owner, due_at: due_at === null ? null : formatInstant(due_at) },
    ...{ waiting_on: assignment?.waiting_on ?? null, notes, finding: fingerprintOf(finding), entry: entryId },
  };
}
