// The routes of cases: the list of all that people work, with its sums and counts.

import type { z } from 'zod';
import { caseView, sumsView } from '../../../projections/cases/case-view.ts';
import { cursorOf, placeIn } from '../case-cursor.ts';
import { searchCases } from '../cases/case-search.ts';
import { type Answer, type Call, json, type Route, route } from '../route.ts';
import { Cases, CasesQuery } from '../schemas/cases.ts';
import { PROPOSAL_ROUTES } from './proposals.ts';
import { WHOLE_CASE_ROUTES } from './whole-case.ts';

const READERS = ['shop', 'operator', 'approver', 'auditor'] as const;

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
  ...PROPOSAL_ROUTES,
];

async function listCases(call: ListCall): Promise<Answer> {
  const { query } = call;
  const { sort, after, limit, ...filters } = query;
  const place = after === undefined ? undefined : placeIn(after);
  const { page, search } = await searchCases(call, filters, { sort, after: place, limit });
  const shown = page.rows.slice(0, limit);
  const last = page.rows.length > shown.length ? shown.at(-1)! : null;
  const body = {
    cases: shown.map((row) => caseView(row, row)),
    ...sumsView(page),
    search,
    next: last === null ? null : cursorOf(last.place),
  };
  return { status: 200, body };
}
