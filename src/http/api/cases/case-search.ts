// What a request asks of the list of cases: by its filters, within what its caller sees, and by the name searched for.

import type { z } from 'zod';
import {
  type AskedPage,
  CASE_SEARCHES,
  type CasePage,
  type CaseSearch,
} from '../../../projections/cases/case-question.ts';
import { hasAllMerchants } from '../../access/api-key.ts';
import { deciderOf } from '../../access/decider.ts';
import type { Call } from '../route.ts';
import type { CaseFilters } from '../schemas/cases.ts';
import { refundSigns } from './refund-signs.ts';

type Asking = Pick<Call, 'parts' | 'caller'>;
type Paging = Pick<AskedPage, 'sort' | 'after' | 'limit'>;

export interface FoundCases {
  readonly page: CasePage;
  /** What the search found; null where nothing was searched for. */
  readonly search: CaseSearch | null;
}

/**
 * Whole names first: a part of a reference finds only what nothing else is named. `known` is what the same search found
 * before, since each kind of search passes over all rows.
 */
export async function searchCases(
  call: Asking,
  { q, ...filters }: z.output<typeof CaseFilters>,
  paging: Paging,
  known: CaseSearch | null = null,
): Promise<FoundCases> {
  const { cases } = call.parts.ledger;
  const { signOf } = refundSigns(call.parts.tables);
  const question = questionOf(call, filters, paging);
  if (q === undefined) return { page: await cases.page(question, signOf), search: null };
  let page: CasePage | undefined;
  for (const how of known === null ? CASE_SEARCHES : [known]) {
    page = await cases.page({ ...question, q: { text: q, how } }, signOf);
    if (page.sought > 0) return { page, search: how };
  }
  return { page: page!, search: known ?? CASE_SEARCHES.at(-1)! };
}

function questionOf(
  { parts, caller }: Asking,
  { value_from, value_to, owner, ...filter }: Omit<z.output<typeof CaseFilters>, 'q'>,
  paging: Paging,
): AskedPage {
  const me = owner?.includes('me') ? deciderOf(parts.people, caller, '').person : '';
  return {
    filter: { ...filter, owner: owner?.map((one) => (one === 'me' ? me : one)) },
    valueFrom: value_from,
    valueTo: value_to,
    merchants: hasAllMerchants(caller) ? null : caller.merchants,
    ...paging,
    now: parts.clock.now(),
  };
}
