// The version of a case: it changes with the finding, with what people decide of it, and with the facts about it. Who
// acts on what he read names it, so that two people do not overwrite each other without seeing it.

import { hash } from 'node:crypto';
import type { CaseRow } from '../../../projections/cases/case-rows.ts';
import type { Talk } from '../../../projections/cases/case-talk.ts';
import { versionText } from '../../../projections/cases/case-view.ts';
import { deciderOf } from '../../access/decider.ts';
import { idOfDecision } from '../decision-call.ts';
import { changedFrom, type OpenedCase } from '../opened-case.ts';
import type { Call } from '../route.ts';

const VERSION_LENGTH = 32;

export interface CaseAndTalk {
  readonly row: CaseRow | null;
  readonly talk: Talk;
}

/** What the list has of a case, and what was said of it. */
export async function caseAndTalk({ parts }: Pick<Call, 'parts'>, { name }: OpenedCase, id: string) {
  const cases = await parts.ledger.cases.ofKey(name.key);
  const none: CaseAndTalk = { row: null, talk: { assignments: [], notes: [] } };
  return cases.find(({ row }) => row.id === id) ?? none;
}

/** That of its row in the list; of a case that is gone, of what is left of it. */
export function versionOf({ found, proposals }: OpenedCase, { row, talk }: CaseAndTalk): string {
  if (row !== null) return versionText(row);
  const decided = proposals.map(({ proposal, state, approval, rejection }) => {
    return [proposal.id, state, approval?.id ?? null, rejection?.id ?? null];
  });
  const said = [...talk.assignments, ...talk.notes].map(({ id }) => id);
  const text = JSON.stringify([decided, said, found.claims.map(({ id }) => id)]);
  return `"${hash('sha256', text, 'hex').slice(0, VERSION_LENGTH)}"`;
}

/**
 * Throws HESABU_CASE_CHANGED, with both versions, where the request names another version than there is. What it asks
 * for may be there already, since it was sent before and never answered: then it is no change by others.
 */
export async function demandVersion(call: Call<{ readonly id: string }>, opened: OpenedCase): Promise<void> {
  const { ifMatch, params } = call;
  if (ifMatch === null || ifMatch.trim() === '*') return;
  const about = await caseAndTalk(call, opened, params.id);
  const version = versionOf(opened, about);
  if (ifMatch.split(',').some((one) => one.trim() === version)) return;
  if (isDone(call, opened, about)) return;
  const { row } = about;
  const now = row === null ? '' : `, ${row.status}, owner ${row.owner ?? 'nobody'}`;
  throw changedFrom(opened.name.key, `the version ${ifMatch.slice(0, 100)}`, opened.standing, `${version}${now}`);
}

function isDone({ parts, caller, intent }: Call, { found }: OpenedCase, { talk }: CaseAndTalk): boolean {
  const own = idOfDecision(deciderOf(parts.people, caller, '').person, intent);
  return [...found.decisions, ...talk.assignments, ...talk.notes].some(({ id }) => id === own);
}
