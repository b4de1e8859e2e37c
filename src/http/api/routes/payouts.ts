// The routes of payouts: all of them by page, and one by its id.

import { z } from 'zod';
import { HesabuError } from '../../../domain/errors.ts';
import type { ReasonCode } from '../../../domain/reasons.ts';
import type { Payout as PayoutRead } from '../../../projections/payouts.ts';
import { findingView } from '../../../projections/transaction-view.ts';
import { type Answer, type Call, json, type Route, route } from '../route.ts';
import { count, text } from '../schemas/basic.ts';
import { PAYOUT_STATES, Payout, PayoutMatches, Payouts } from '../schemas/payouts.ts';

/** A payout has lines of all merchants of its account: it is for those who see all of them. */
const READERS = ['operator', 'approver', 'auditor', 'admin'] as const;

const ListQuery = z.strictObject({
  state: z.enum(PAYOUT_STATES).optional(),
  after: text.optional(),
  limit: count(1, 1_000, 100),
});
const IdParams = z.strictObject({ id: text.meta({ examples: ['PO-2026-01-31'] }) });
const IdQuery = z.strictObject({
  /** The provider's account, where several have a payout of this id. */
  account: text.optional(),
});

export const PAYOUT_ROUTES: readonly Route[] = [
  route({
    method: 'GET',
    url: '/v1/payouts',
    summary: 'Payouts in the order of their keys: their lines, what was paid, what the bank received',
    roles: READERS,
    scope: 'organisation',
    query: ListQuery,
    answers: {
      200: json('A page of payouts', Payouts, {
        payout: { to: 'GET /v1/payouts/:id', by: { id: '$response.body#/payouts/0/id' } },
        next: { to: 'GET /v1/payouts', by: { after: '$response.body#/next' } },
      }),
    },
    handle: listPayouts,
  }),
  route({
    method: 'GET',
    url: '/v1/payouts/:id',
    summary: "A payout, by the provider's id, with its findings",
    description: 'The answer includes all facts that arrived before the request.',
    roles: READERS,
    scope: 'organisation',
    params: IdParams,
    query: IdQuery,
    answers: {
      200: json('The payout', Payout),
      300: json('Several accounts have a payout of this id', PayoutMatches),
    },
    handle: showPayout,
  }),
];

async function listPayouts({ parts, query }: Call<unknown, z.output<typeof ListQuery>>): Promise<Answer> {
  const { state, after, limit } = query;
  const payouts = await parts.ledger.payouts();
  const wanted = payouts.filter((one) => {
    return (state === undefined || one.state === state) && (after === undefined || one.key > after);
  });
  const shown = wanted.slice(0, limit);
  const next = wanted.length > shown.length ? shown.at(-1)!.key : null;
  return { status: 200, body: { payouts: shown.map(({ findings: _, ...one }) => one), next } };
}

type ShowCall = Call<z.output<typeof IdParams>, z.output<typeof IdQuery>>;

async function showPayout({ parts, params: { id }, query }: ShowCall): Promise<Answer> {
  const { ledger } = parts;
  await ledger.loop.catchUp();
  const payouts = await ledger.payouts();
  const isOf = (one: PayoutRead) => query.account === undefined || one.account === query.account;
  const found = payouts.filter((one) => (one.payout_id === id || one.key === id) && isOf(one));
  const [first, ...others] = found;
  if (first === undefined) throw new HesabuError('HESABU_NOT_FOUND', { where: id });
  if (others.length > 0) {
    return { status: 300, body: { matches: found.map(({ key, provider, account }) => ({ key, provider, account })) } };
  }
  const reasons = new Set(
    first.findings.flatMap(({ finding }): ReasonCode[] => (finding.reason === null ? [] : [finding.reason])),
  );
  const findings = first.findings.map(({ finding, entry }) => ({ ...findingView(finding, { reasons }), entry }));
  return { status: 200, body: { ...first, findings } };
}
