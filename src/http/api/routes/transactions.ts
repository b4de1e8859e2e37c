// The routes of transactions: one transaction by any of its names, and all open transactions.

import { z } from 'zod';
import { HesabuError } from '../../../domain/errors.ts';
import { type CompiledRules, compileRules } from '../../../matching/rules.ts';
import { maySpeak } from '../../../matching/speakers.ts';
import type { FoundTransaction } from '../../../projections/found-transactions.ts';
import { hintsByKey } from '../../../projections/hints.ts';
import {
  type FindingView,
  findingView,
  type TransactionView,
  withSurroundings,
} from '../../../projections/transaction-view.ts';
import { hasAllMerchants, mayTouch } from '../../access/api-key.ts';
import { withFileRows } from '../file-rows.ts';
import { riskView } from '../risk-view.ts';
import { type Answer, type Call, json, type Route, route } from '../route.ts';
import { count, fileRowCount, merchantName, reason, reference, standing, text } from '../schemas/basic.ts';
import { Matches, OpenTransactions, Transaction } from '../schemas/ledger.ts';

const READERS = ['shop', 'operator', 'approver', 'auditor', 'admin'] as const;
const EXCHANGES_MAX = 100;

const NameParams = z.strictObject({ id: reference });
const NameQuery = z.strictObject({ file_rows: fileRowCount });
const OpenQuery = z.strictObject({
  standing: standing.optional(),
  reason: reason.optional(),
  merchant: merchantName.optional(),
  after: text.optional(),
  limit: count(1, 1_000, 100),
});

export const TRANSACTION_ROUTES: readonly Route[] = [
  route({
    method: 'GET',
    url: '/v1/transactions/:id',
    summary: "A transaction, by the shop's reference, the provider's id or the operator's id",
    description:
      'The answer includes all facts that arrived before the request. With `file_rows` as many of its facts have ' +
      'their row in the file that they are from, which is searched in the log.',
    roles: READERS,
    scope: 'merchant',
    params: NameParams,
    query: NameQuery,
    answers: {
      200: json('The transaction', Transaction),
      300: json('Several transactions have this name', Matches),
    },
    handle: showTransaction,
  }),
  route({
    method: 'GET',
    url: '/v1/transactions',
    summary: 'Transactions with open breaks or notices, in the order of their references',
    roles: READERS,
    scope: 'merchant',
    query: OpenQuery,
    answers: {
      200: json('A page of transactions', OpenTransactions, {
        transaction: {
          to: 'GET /v1/transactions/:id',
          by: { id: '$response.body#/transactions/0/transaction_reference' },
        },
        next: { to: 'GET /v1/transactions', by: { after: '$response.body#/next' } },
      }),
    },
    handle: listOpen,
  }),
];

type NameCall = Call<z.output<typeof NameParams>, z.output<typeof NameQuery>>;

async function showTransaction(call: NameCall): Promise<Answer> {
  const { parts, params, caller } = call;
  const { ledger } = parts;
  await ledger.loop.catchUp();
  const rules = compileRules(ledger.loop.rules);
  const found = await findVisible(call);
  const [first, ...others] = found;
  if (first === undefined) throw new HesabuError('HESABU_NOT_FOUND', { where: params.id });
  if (others.length > 0) return { status: 300, body: { matches: found.map(({ view }) => matchOf(view)) } };
  const { view } = first;
  const reference = view.transaction_reference;
  const exchanges = (await parts.exchanges.find({ name: reference, limit: EXCHANGES_MAX })).filter(
    ({ account }) => hasAllMerchants(caller) || isSpokenBy(first, account, rules),
  );
  const risk = (await parts.risk(reference)).map(riskView);
  const findings = await hinted(call, reference, view.findings);
  const claims = await withFileRows(call, reference, view.claims);
  const body = { ...view, claims, findings, risk, exchanges: exchanges.map(({ id }) => id) };
  return { status: 200, body };
}

/**
 * The transactions of this name that the caller may see. What another shop's account says is for those who see all
 * shops: nobody else finds anything by it. And another shop's reference hides no payment that has the same name.
 */
async function findVisible({ parts: { ledger }, params: { id }, caller }: NameCall): Promise<FoundTransaction[]> {
  const { reader } = ledger;
  const shown = hasAllMerchants(caller) ? 'all claims' : 'claims that count';
  const isVisible = ({ view }: FoundTransaction) => mayTouch(caller, view.merchant);
  const named = await reader.transactions(id, shown);
  const visible = named.filter(isVisible);
  if (visible.length > 0 || !named.some(({ view }) => view.transaction_reference === id)) return visible;
  return (await reader.transactions(id, shown, 'passed over')).filter(isVisible);
}

type HintCall = Pick<Call<unknown>, 'parts' | 'caller'>;

/** The findings of a key with what they may be about, as far as the caller may see it. */
async function hinted<View extends FindingView>(
  { parts: { ledger }, caller }: HintCall,
  key: string,
  findings: readonly View[],
): Promise<View[]> {
  const reasons = new Set(findings.map(({ reason }) => reason));
  const found = await ledger.hints([...reasons].map((reason) => ({ key, reason })));
  const about = hintsByKey(found, merchantsOf(caller));
  return findings.map((finding) => withSurroundings(finding, { reasons, hints: about(key, finding.reason) }));
}

function merchantsOf(caller: HintCall['caller']): readonly string[] | null {
  return hasAllMerchants(caller) ? null : caller.merchants;
}

/** Whether an exchange with this account may be about the order; one with a shop has none. */
function isSpokenBy({ merchants }: FoundTransaction, account: string, { speakers }: CompiledRules): boolean {
  return speakers === null || !account.includes('/') || maySpeak(speakers, account, merchants);
}

function matchOf({ transaction_reference, merchant, provider, standing }: TransactionView): object {
  return { transaction_reference, merchant, provider, standing };
}

async function listOpen({ parts, caller, query }: Call<unknown, z.output<typeof OpenQuery>>): Promise<Answer> {
  const merchants = merchantsOf(caller);
  const found = await parts.ledger.reader.openPage({ ...query, merchants });
  const shown = found.slice(0, query.limit);
  const breaks = shown.flatMap(({ key, findings }) => findings.map(({ finding: { reason } }) => ({ key, reason })));
  const about = hintsByKey(await parts.ledger.hints(breaks), merchants);
  const transactions = shown.map(({ key, findings }) => {
    const { merchant, provider, standing } = findings[0]!;
    const reasons = new Set(findings.map(({ finding }) => finding.reason));
    const views = findings.map(({ finding, entryId }) => {
      return { ...findingView(finding, { reasons, hints: about(key, finding.reason) }), entry: entryId };
    });
    return { transaction_reference: key, ...{ merchant, provider, standing }, findings: views };
  });
  const next = found.length > shown.length ? shown.at(-1)!.key : null;
  return { status: 200, body: { transactions, next } };
}
