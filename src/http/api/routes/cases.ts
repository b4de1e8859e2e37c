// The routes of cases: the list of all that people work, with its sums and counts.

import type { z } from 'zod';
import { CASE_SEARCHES, type CasePage, type CaseQuestion } from '../../../projections/cases/case-question.ts';
import { caseView, sumsView } from '../../../projections/cases/case-view.ts';
import { hasAllMerchants } from '../../access/api-key.ts';
import { deciderOf } from '../../access/decider.ts';
import { cursorOf, placeIn } from '../case-cursor.ts';
import { type Answer, type Call, json, type Route, route } from '../route.ts';
import { Cases, CasesQuery } from '../schemas/cases.ts';
import { WHOLE_CASE_ROUTES } from './whole-case.ts';

const READERS = ['shop', 'operator', 'approver', 'auditor'] as const;

type Asked = Omit<CaseQuestion, 'routing'>;
type ListCall = Call<unknown, z.output<typeof CasesQuery>>;

export const CASE_ROUTES: readonly Route[] = [
  route({
    method: 'GET',
    url: '/v1/cases',
    summary: 'The cases that people work: open breaks and notices, and what was resolved',
    description:
      'Without `status`, all that are not resolved. A search finds whole references first, then ids of payments, ' +
      'then parts of references. Amounts of several currencies are never added up.',
    roles: READERS,
    scope: 'merchant',
    query: CasesQuery,
    answers: {
      200: json('A page of cases', Cases, {
        next: { to: 'GET /v1/cases', by: { after: '$response.body#/next' } },
        transaction: { to: 'GET /v1/transactions/:id', by: { id: '$response.body#/cases/0/key' } },
      }),
    },
    handle: listCases,
  }),
  ...WHOLE_CASE_ROUTES,
];

async function listCases(call: ListCall): Promise<Answer> {
  const { query } = call;
  const { page, search } = await searched(call, questionOf(call));
  const shown = page.rows.slice(0, query.limit);
  const last = page.rows.length > shown.length ? shown.at(-1)! : null;
  const body = {
    cases: shown.map((row) => caseView(row, row.age)),
    ...sumsView(page),
    search,
    next: last === null ? null : cursorOf(last.place),
  };
  return { status: 200, body };
}

/** Whole names first: a part of a reference finds only what nothing else is named. */
async function searched({ parts, query: { q } }: ListCall, question: Asked) {
  const { cases } = parts.ledger;
  if (q === undefined) return { page: await cases.page(question), search: null };
  let page: CasePage | undefined;
  for (const how of CASE_SEARCHES) {
    page = await cases.page({ ...question, q: { text: q, how } });
    if (page.sought > 0) return { page, search: how };
  }
  return { page: page!, search: CASE_SEARCHES.at(-1)! };
}

function questionOf({ parts, caller, query }: ListCall): Asked {
  const { value_from, value_to, sort, after, limit, q: _, owner, ...filter } = query;
  const isMine = owner === 'me';
  return {
    filter: { ...filter, owner: isMine ? deciderOf(parts.people, caller, '').person : owner },
    valueFrom: value_from,
    valueTo: value_to,
    merchants: hasAllMerchants(caller) ? null : caller.merchants,
    sort,
    after: after === undefined ? undefined : placeIn(after),
    limit,
    now: parts.clock.now(),
  };
}
