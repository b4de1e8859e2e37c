// The routes of transactions: one transaction by any of its names, and all open transactions.

import { z } from 'zod';
import { HesabuError } from '../../../domain/errors.ts';
import { LANGUAGES } from '../../../domain/reason-words.ts';
import { formatInstant } from '../../../domain/time.ts';
import { type CompiledRules, compileRules } from '../../../matching/rules.ts';
import { maySpeak } from '../../../matching/speakers.ts';
import type { FoundTransaction } from '../../../projections/found-transactions.ts';
import type { RiskSignal } from '../../../projections/risk/signal.ts';
import { riskSentence } from '../../../projections/risk/words.ts';
import { findingView, type TransactionView } from '../../../projections/transaction-view.ts';
import type { OpenFinding, Overview } from '../../../task/overview.ts';
import { hasAllMerchants, mayTouch } from '../../access/api-key.ts';
import type { EntryPort, KeyPort, LedgerPort } from '../../ledger-port.ts';
import { type Answer, type Call, json, type Route, route } from '../route.ts';
import { count, merchantName, reason, reference, standing, text } from '../schemas/basic.ts';
import { Matches, OpenTransactions, Transaction } from '../schemas/ledger.ts';

const READERS = ['shop', 'operator', 'approver', 'auditor', 'admin'] as const;
const EXCHANGES_MAX = 100;

const NameParams = z.strictObject({ id: reference });
const OpenQuery = z.strictObject({
  standing: standing.optional(),
  reason: reason.optional(),
  merchant: merchantName.optional(),
  after: text.optional(),
  limit: count(1, 1_000, 100),
});

export function transactionRoutes({ reader }: Pick<LedgerPort, 'reader'>): readonly Route[] {
  const overviews = new Overviews(reader);
  return [
    route({
      method: 'GET',
      url: '/v1/transactions/:id',
      summary: "A transaction, by the shop's reference, the provider's id or the operator's id",
      description: 'The answer includes all facts that arrived before the request.',
      roles: READERS,
      scope: 'merchant',
      params: NameParams,
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
      answers: { 200: json('A page of transactions', OpenTransactions) },
      handle: (call) => listOpen(call, overviews),
    }),
  ];
}

async function showTransaction(call: Call<z.output<typeof NameParams>>): Promise<Answer> {
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
  const risk = parts.risk(reference).map(riskView);
  const body = { ...view, risk, exchanges: exchanges.map(({ id }) => id) };
  return { status: 200, body };
}

/**
 * The transactions of this name that the caller may see. What another shop's account says is for those who see all
 * shops: nobody else finds anything by it. And another shop's reference hides no payment that has the same name.
 */
async function findVisible({
  parts: { ledger },
  params: { id },
  caller,
}: Call<z.output<typeof NameParams>>): Promise<FoundTransaction[]> {
  const { reader } = ledger;
  const shown = hasAllMerchants(caller) ? 'all claims' : 'claims that count';
  const isVisible = ({ view }: FoundTransaction) => mayTouch(caller, view.merchant);
  const named = await reader.transactions(id, shown);
  const visible = named.filter(isVisible);
  if (visible.length > 0 || !named.some(({ view }) => view.transaction_reference === id)) return visible;
  return (await reader.transactions(id, shown, 'passed over')).filter(isVisible);
}

/** Whether an exchange with this account may be about the order; one with a shop has none. */
function isSpokenBy({ merchants }: FoundTransaction, account: string, { speakers }: CompiledRules): boolean {
  return speakers === null || !account.includes('/') || maySpeak(speakers, account, merchants);
}

function riskView(signal: RiskSignal): object {
  const message = Object.fromEntries(LANGUAGES.map((language) => [language, riskSentence(signal, language)]));
  return { ...signal, since: formatInstant(signal.since), message };
}

function matchOf({ transaction_reference, merchant, provider, standing }: TransactionView): object {
  return { transaction_reference, merchant, provider, standing };
}

type OverviewReader = Pick<KeyPort, 'overview'> & Pick<EntryPort, 'end'>;

/** An overview reads every key, so it is reused until the ledger grows. */
class Overviews {
  private readonly reader: OverviewReader;
  private end = '';
  private last: Promise<Overview> | undefined;

  constructor(reader: OverviewReader) {
    this.reader = reader;
  }

  now(): Promise<Overview> {
    const { end } = this.reader;
    if (this.last === undefined || this.end !== end) {
      this.end = end;
      this.last = this.reader.overview();
      this.last.catch(() => {
        this.last = undefined;
      });
    }
    return this.last;
  }
}

async function listOpen(
  { caller, query }: Call<unknown, z.output<typeof OpenQuery>>,
  overviews: Overviews,
): Promise<Answer> {
  const { findings } = await overviews.now();
  const { after, limit } = query;
  const transactions: { transaction_reference: string; findings: object[] }[] = [];
  let next: string | null = null;
  // Findings are sorted by key.
  for (const open of findings) {
    if ((after !== undefined && open.key <= after) || !isRequested(open, query)) continue;
    if (!mayTouch(caller, open.merchant)) continue;
    const last = transactions.at(-1);
    const view = { ...findingView(open.finding), entry: open.entryId };
    if (last?.transaction_reference === open.key) last.findings.push(view);
    else if (transactions.length === limit) {
      next = last!.transaction_reference;
      break;
    } else {
      const { merchant, provider } = open;
      transactions.push({
        transaction_reference: open.key,
        ...{ merchant, provider, standing: open.standing },
        findings: [view],
      });
    }
  }
  return { status: 200, body: { transactions, next } };
}

function isRequested(
  open: OpenFinding,
  { standing: stands, reason: why, merchant }: z.output<typeof OpenQuery>,
): boolean {
  if (stands !== undefined && open.standing !== stands) return false;
  if (why !== undefined && open.finding.reason !== why) return false;
  return merchant === undefined || open.merchant === merchant;
}
