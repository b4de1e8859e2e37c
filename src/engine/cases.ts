// A page of the cases of a ledger that stands still: for commands, which ask for one and keep no list.

import { compileRules, type Rules } from '../matching/rules.ts';
import { Ageing } from '../projections/cases/case-ages.ts';
import { CaseList } from '../projections/cases/case-list.ts';
import type { CasePage, CaseQuestion } from '../projections/cases/case-question.ts';
import type { Ask } from './executors/queries.ts';

export async function casePage(ask: Ask, rules: Rules, { routing, ...question }: CaseQuestion): Promise<CasePage> {
  const list = new CaseList();
  await list.bringUp((changes) => ask({ query: 'caseChanges', ...changes }), routing);
  return list.page(question, new Ageing(compileRules(rules).calendar, question.now));
}
