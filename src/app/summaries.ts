// The results of a run in the shape of summary.json.

import { basename } from 'node:path';
import { formatMinor } from '../domain/money.ts';
import { formatInstant } from '../domain/time.ts';
import type { EmbeddedLedger } from '../engine/embedded-ledger.ts';
import type { Ask } from '../engine/executors/queries.ts';
import type { ImportedFile } from '../engine/file-importer.ts';
import { hintsFor } from '../engine/hints.ts';
import { type Rules, rulesHash } from '../matching/rules.ts';
import type { FileKind } from '../producers/formats/format.ts';
import type { MoneyHints } from '../projections/hints.ts';
import type { Imports } from '../projections/imports.ts';
import { type LedgerSums, ledgerSums } from '../projections/ledger-sums.ts';
import type { ShareRow } from '../projections/shares.ts';
import type { MoneyTotals, Overview, Totals } from '../task/overview.ts';
import type { GroupRow } from './reports/groups.ts';
import { type PayoutFigures, payoutSummary } from './reports/payouts.ts';
import { shareSummary } from './reports/shares.ts';
import type { FileSummary, MoneySummary, Summary } from './reports/summary.ts';

export interface Outcome extends PayoutFigures {
  readonly sums: LedgerSums;
  /** What each merchant gets of payments for several. */
  readonly shares: readonly ShareRow[];
  readonly root: string;
  readonly rules: Rules;
}

/** What a summary needs from a ledger in addition to its outcome. */
export type LedgerFigures = Pick<EmbeddedLedger, 'asOf' | 'entries' | 'counts'>;

/** What a ledger under these rules comes to; `root` where it is known. An overview that is at hand spares a pass. */
export async function outcomeOf(
  ask: Ask,
  rules: Rules,
  root: () => Promise<string>,
  overview?: Overview,
): Promise<Outcome> {
  const sums = overview === undefined ? await ask({ query: 'ledgerSums' }) : ledgerSums(overview);
  const [payouts, fees, shares] = await Promise.all([
    ask({ query: 'payouts' }),
    ask({ query: 'feesPaid' }),
    ask({ query: 'shares', rulesHash: rulesHash(rules) }),
  ]);
  return { sums, payouts, fees, shares, rules, root: await root() };
}

/** What the breaks that ask may be about. A summary needs none of it. */
export function overviewHints(ask: Ask, { findings }: Overview): Promise<readonly MoneyHints[]> {
  return hintsFor(
    ask,
    findings.map(({ key, finding: { reason } }) => ({ key, reason })),
  );
}

/** `elapsedMs` is passed through. The summary lists only the files of this run, not those imported before it. */
export function summarise(
  ledger: LedgerFigures,
  outcome: Outcome,
  imported: readonly ImportedFile[],
  elapsedMs: number,
): Summary {
  const { sums, root } = outcome;
  const files = imported.map((file) => fileSummary(ledger, file));
  const sum = (part: (file: FileSummary) => number, kind?: FileKind) =>
    files.filter((file) => kind === undefined || file.kind === kind).reduce((total, file) => total + part(file), 0);
  return {
    as_of: formatInstant(ledger.asOf),
    files,
    facts: {
      orders: sum((file) => file.taken, 'orders'),
      callbacks: sum((file) => file.taken, 'callbacks'),
      polls: sum((file) => file.taken, 'polls'),
      settlements: sum((file) => file.taken, 'settlements'),
      ...(files.some(({ kind }) => kind === 'bank') ? { bank: sum((file) => file.taken, 'bank') } : {}),
      redelivered: sum((file) => file.redelivered),
      rejected: sum((file) => file.rejected),
    },
    keys: sums.all.keys,
    standing: standingCounts(sums.all),
    breaks: mapped(sums.counts, same),
    notices: mapped(sums.notices, same),
    ledger_entries: ledger.entries,
    outcome_root: root,
    elapsed_ms: Math.round(elapsedMs),
    money: moneySummary(sums.all.money),
    break_value: breakSums(sums),
    ...unreportedIn(outcome.rules),
    ...payoutSummary(outcome, outcome.rules),
    ...shareSummary(outcome.shares),
  };
}

function unreportedIn({ settlement }: Rules): Pick<Summary, 'unreported'> {
  const { unreported: payments = [], unreported_returns: returns = [] } = settlement;
  const networks = [...new Set([...payments, ...returns])].sort();
  return networks.length === 0 ? {} : { unreported: networks };
}

/** The part of a summary about files of earlier runs; `given` are the imports of this one. */
export function unreadBefore(imports: Imports, given: readonly ImportedFile[]): Pick<Summary, 'unread_before'> {
  const ids = new Set(given.map(({ record }) => record.id));
  const names = imports.unreadSince().flatMap(({ id, file }) => (ids.has(id) ? [] : [basename(file)]));
  return names.length === 0 ? {} : { unread_before: names };
}

function standingCounts({ standing }: Totals): Summary['standing'] {
  const { matched, resolved, pending, unmatched, closed } = standing;
  return { matched, ...(resolved === 0 ? {} : { resolved }), pending, unmatched, closed };
}

function fileSummary(ledger: LedgerFigures, { record, fault }: ImportedFile): FileSummary {
  const isTaken = fault === undefined;
  const { added, known } = (isTaken ? ledger.counts.get(record.id) : undefined) ?? { added: 0, known: 0 };
  return {
    name: basename(record.file),
    kind: record.kind as FileKind,
    read: isTaken,
    rows: record.rows,
    taken: added,
    redelivered: known,
    rejected: record.rejected,
    left_out: record.left_out ?? 0,
    refused: record.status === 'refused',
    fault: fault?.code ?? null,
    sums: record.sums ?? {},
    fees: record.fees ?? {},
    ...(record.perhaps_cut === true ? { perhaps_cut: true } : {}),
  };
}

const same = (count: number) => count;

/** By the names' order. */
function mapped<Value, Shown>(
  values: ReadonlyMap<string, Value>,
  show: (value: Value, name: string) => Shown,
): Record<string, Shown> {
  const sorted = [...values].sort(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(sorted.map(([name, value]) => [name, show(value, name)]));
}

function moneySummary(money: ReadonlyMap<string, MoneyTotals>): Record<string, MoneySummary> {
  return mapped(money, ({ received, matched, resolved, open, returned }, currency) => ({
    received: formatMinor(received, currency),
    matched: formatMinor(matched, currency),
    ...(resolved === 0n ? {} : { resolved: formatMinor(resolved, currency) }),
    open: formatMinor(open, currency),
    returned: formatMinor(returned, currency),
  }));
}

function breakSums({ values }: LedgerSums): Summary['break_value'] {
  return mapped(values, (sums) => mapped(sums, formatMinor));
}

/** What a summary says of all merchants, of one of them. */
export interface MerchantOutcome extends Pick<Summary, 'keys' | 'standing' | 'breaks' | 'money' | 'break_value'> {
  readonly merchant: string;
}

/** By name, for those who see the figures of their own merchants alone. */
export function merchantOutcomes({ byMerchant, findings }: Overview): MerchantOutcome[] {
  const byName = Map.groupBy(findings, ({ merchant }) => merchant);
  return [...byMerchant]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([merchant, totals]) => {
      const sums = ledgerSums({ all: totals, findings: byName.get(merchant) ?? [] });
      return {
        merchant,
        keys: totals.keys,
        standing: standingCounts(totals),
        breaks: mapped(sums.counts, same),
        money: moneySummary(totals.money),
        break_value: breakSums(sums),
      };
    });
}

/** The totals by merchant or provider as rows of a report, by name. */
export function groupRows(groups: ReadonlyMap<string, Totals>): GroupRow[] {
  return [...groups]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, totals]) => ({
      name,
      keys: totals.keys,
      standing: standingCounts(totals),
      breaks: totals.breaks,
      money: moneySummary(totals.money),
    }));
}
