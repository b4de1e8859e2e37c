// The route of the history of rules: what changed when, and what it changed.

import { setTimeout as pause } from 'node:timers/promises';
import { formatInstant } from '../../../domain/time.ts';
import { type Answer, type Call, json, type Route, route } from '../route.ts';
import { RulesChanges } from '../schemas/rules.ts';

/** How long one request reads on, in pieces between which the ledger does its own work. */
const READING_MILLIS = 1_000;

export const RULES_ROUTE: Route = route({
  method: 'GET',
  url: '/v1/rules/changes',
  summary: 'Which rules came in force when, what changed in them, and which open cases they ended',
  description:
    'Read from the ledger itself. A long ledger is read in several requests: `is_whole` says whether all of it was.',
  roles: ['auditor', 'admin', 'approver'],
  scope: 'organisation',
  answers: { 200: json('The changes, the latest first', RulesChanges) },
  handle: showRules,
});

async function showRules({ parts: { changes } }: Call): Promise<Answer> {
  const until = performance.now() + READING_MILLIS;
  let page = await changes.rulesHistory();
  while (!page.isWhole && performance.now() < until) {
    await pause(1);
    page = await changes.rulesHistory();
  }
  const shown = page.changes.map(({ at, ...change }) => ({ ...change, at: formatInstant(at) }));
  return { status: 200, body: { is_whole: page.isWhole, changes: shown } };
}
