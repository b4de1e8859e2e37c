// A page of the keys with open breaks or notices, in the byte order of their keys. Only what is shown is read and sent:
// a list of all of them would cost the more, the more there are.

import type { Standing } from '../domain/assessment.ts';
import { PAYOUT_MARK_CODE } from '../domain/key.ts';
import type { ReasonCode } from '../domain/reasons.ts';
import { type OpenFinding, openFindingsAt } from './overview.ts';
import type { StateTable } from './state-table.ts';

export interface OpenPageQuestion {
  /** The keys after this one; all of them where absent. */
  readonly after?: string | undefined;
  /** The maximum of keys. */
  readonly limit: number;
  /** Whose keys may be shown; null for everybody's. */
  readonly merchants: readonly string[] | null;
  readonly merchant?: string | undefined;
  readonly standing?: Standing | undefined;
  readonly reason?: ReasonCode | undefined;
}

/** A key with those of its findings that were asked for. */
export interface OpenKey {
  readonly key: string;
  readonly findings: readonly OpenFinding[];
}

/** The first of a table's keys of payments, and one more than the limit if there are more. */
export function openKeys(table: StateTable, partition: number, question: OpenPageQuestion): OpenKey[] {
  const slots = table.keys.slotsInOrder(question.after);
  const found: OpenKey[] = [];
  for (let at = 0; at < slots.length && found.length <= question.limit; at++) {
    if (table.keys.markOf(slots[at]!) === PAYOUT_MARK_CODE) continue;
    const findings = openFindingsAt(table, slots[at]!, partition).filter((open) => isAskedFor(open, question));
    if (findings.length > 0) found.push({ key: findings[0]!.key, findings });
  }
  return found;
}

function isAskedFor({ merchant, standing, finding }: OpenFinding, { merchants, ...asked }: OpenPageQuestion): boolean {
  if (merchants !== null && !merchants.includes(merchant)) return false;
  if (asked.merchant !== undefined && merchant !== asked.merchant) return false;
  if (asked.standing !== undefined && standing !== asked.standing) return false;
  return asked.reason === undefined || finding.reason === asked.reason;
}

/** The keys of several tables in one order, as far as the question goes, and one more if there are more. */
export function mergeOpenKeys(answers: readonly (readonly OpenKey[])[], limit: number): OpenKey[] {
  const keys = answers.flat().map((open) => ({ open, bytes: Buffer.from(open.key) }));
  keys.sort((left, right) => left.bytes.compare(right.bytes));
  return keys.slice(0, limit + 1).map(({ open }) => open);
}
