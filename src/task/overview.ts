// The totals of some tables' keys: counts by standing and reason, money by currency, and the open findings.

import { type Finding, type MoneyMoved, type Standing, standingOf } from '../domain/assessment.ts';
import { ByteReader } from '../domain/bytes.ts';
import { entryId } from '../domain/entry.ts';
import { isBreak, type ReasonCode } from '../domain/reasons.ts';
import { type AssessmentBeginning, isOpen, readBeginning, readFindings } from './assessment-codec.ts';
import { readRecord } from './key-record.ts';
import { packedAmounts } from './packed-sums.ts';
import { isEmptyPlace } from './record-place.ts';
import type { StateTable } from './state-table.ts';

/** Money of one currency in minor units: received = matched + resolved + open + returned. */
export interface MoneyTotals {
  received: bigint;
  matched: bigint;
  resolved: bigint;
  open: bigint;
  returned: bigint;
}

export interface Totals {
  keys: number;
  readonly standing: Record<Standing, number>;
  breaks: number;
  /** By currency. */
  readonly money: Map<string, MoneyTotals>;
}

/** An open break or notice of a key, and its entry. */
export interface OpenFinding {
  readonly key: string;
  readonly merchant: string;
  readonly provider: string;
  readonly standing: Standing;
  readonly finding: Finding & { readonly reason: ReasonCode };
  readonly entryId: string;
  readonly money: readonly MoneyMoved[];
}

export interface Overview {
  readonly all: Totals;
  readonly byMerchant: Map<string, Totals>;
  readonly byProvider: Map<string, Totals>;
  readonly findings: OpenFinding[];
}

export function emptyOverview(): Overview {
  return { all: emptyTotals(), byMerchant: new Map(), byProvider: new Map(), findings: [] };
}

export function emptyTotals(): Totals {
  return {
    keys: 0,
    standing: { closed: 0, matched: 0, resolved: 0, pending: 0, unmatched: 0 },
    breaks: 0,
    money: new Map(),
  };
}

/** Adds a table's keys; `partition` is the one of their entries. */
export function addTable(overview: Overview, table: StateTable, partition: number): void {
  // Summed first by both names together, as they are in the bytes: fewer texts and sums per key.
  const groups = new Map<string, Group>();
  addPacked(groups, table);
  for (let slot = 0; slot < table.count; slot++) {
    if (table.packed?.has(slot)) continue;
    const place = table.assessmentOf(slot);
    if (isEmptyPlace(place)) continue;
    const reader = new ByteReader(place.bytes, place.from, place.to);
    const beginning = readBeginning(reader);
    const { merchant, provider } = beginning;
    let breaks = 0;
    // Most keys have nothing beyond their sums.
    if (beginning.openFindings > 0) {
      const open = openFindings(table, slot, partition, beginning, reader);
      for (const each of open) overview.findings.push(each);
      breaks = open.filter(({ finding }) => isBreak(finding.reason)).length;
    }
    if (beginning.payout !== null) {
      addBreaks(overview, provider, breaks);
      continue;
    }
    addKey(groupOf(groups, merchant, provider).totals, beginning, breaks);
  }
  for (const { merchant, provider, totals } of groups.values()) {
    mergeTotals(overview.all, totals);
    mergeTotals(totalsOf(overview.byMerchant, merchant), totals);
    mergeTotals(totalsOf(overview.byProvider, provider), totals);
  }
}

function groupOf(groups: Map<string, Group>, merchant: string, provider: string): Group {
  const name = `${merchant}\n${provider}`;
  let group = groups.get(name);
  if (group === undefined) {
    group = { merchant, provider, totals: emptyTotals() };
    groups.set(name, group);
  }
  return group;
}

/** The keys that agree to the cent have nothing beyond their sums. */
function addPacked(groups: Map<string, Group>, { packed }: StateTable): void {
  if (packed === undefined) return;
  for (const { merchant, provider, currency, keys, received } of packedAmounts(packed.rows)) {
    const { totals } = groupOf(groups, merchant, provider);
    totals.keys += keys;
    totals.standing.matched += keys;
    addMoney(totals, currency, { received, matched: received, resolved: 0n, open: 0n, returned: 0n });
  }
}

/** A payout is no payment: only its breaks count among them. */
function addBreaks(overview: Overview, provider: string, breaks: number): void {
  if (breaks === 0) return;
  overview.all.breaks += breaks;
  totalsOf(overview.byProvider, provider).breaks += breaks;
}

interface Group {
  readonly merchant: string;
  readonly provider: string;
  readonly totals: Totals;
}

/** The open findings of a key; none of one that has no assessment. */
export function openFindingsAt(table: StateTable, slot: number, partition: number): OpenFinding[] {
  if (table.packed?.has(slot)) return [];
  const place = table.assessmentOf(slot);
  if (isEmptyPlace(place)) return [];
  const reader = new ByteReader(place.bytes, place.from, place.to);
  const beginning = readBeginning(reader);
  if (beginning.openFindings === 0) return [];
  return openFindings(table, slot, partition, beginning, reader);
}

/** The open findings of a key, and what people resolved in the place of others. */
export function workedFindingsAt(table: StateTable, slot: number, partition: number): OpenFinding[] {
  if (table.packed?.has(slot)) return [];
  const place = table.assessmentOf(slot);
  if (isEmptyPlace(place)) return [];
  const reader = new ByteReader(place.bytes, place.from, place.to);
  const beginning = readBeginning(reader);
  return openFindings(table, slot, partition, beginning, reader, isWorked);
}

function isWorked(finding: Finding): finding is Finding & { readonly reason: ReasonCode } {
  if (isOpen(finding)) return true;
  const { kind, reason } = finding;
  // A day that is closed is no case, nor is an order that another key's money paid for: that key has the case.
  return kind === 'decision' && reason !== null && reason !== 'PERIOD_CLOSED' && reason !== 'LINKED_IN';
}

function openFindings(
  table: StateTable,
  slot: number,
  partition: number,
  beginning: AssessmentBeginning,
  reader: ByteReader,
  isWanted = isOpen,
): OpenFinding[] {
  const { bytes, from, to } = table.recordOf(slot);
  const { places } = readRecord(bytes, from, to).entered;
  const key = table.keys.keyOf(slot);
  const { merchant, provider, money } = beginning;
  const standing = standingOf(beginning);
  const open: OpenFinding[] = [];
  for (const [at, finding] of readFindings(reader).entries()) {
    if (!isWanted(finding)) continue;
    const { height, index } = places[at]!;
    open.push({ key, merchant, provider, standing, finding, entryId: entryId(partition, height, index), money });
  }
  return open;
}

function totalsOf(groups: Map<string, Totals>, name: string): Totals {
  let totals = groups.get(name);
  if (totals === undefined) {
    totals = emptyTotals();
    groups.set(name, totals);
  }
  return totals;
}

function addKey(totals: Totals, beginning: AssessmentBeginning, breaks: number): void {
  const standing = standingOf(beginning);
  totals.keys++;
  totals.standing[standing]++;
  totals.breaks += breaks;
  for (const { currency, received, returned } of beginning.money) {
    const kept = received - returned;
    addMoney(totals, currency, {
      received,
      matched: standing === 'matched' ? kept : 0n,
      resolved: standing === 'resolved' ? kept : 0n,
      open: standing === 'matched' || standing === 'resolved' ? 0n : kept,
      returned,
    });
  }
}

function addMoney(totals: Totals, currency: string, more: MoneyTotals): void {
  const sum = totals.money.get(currency);
  if (sum === undefined) {
    totals.money.set(currency, more);
    return;
  }
  sum.received += more.received;
  sum.matched += more.matched;
  sum.resolved += more.resolved;
  sum.open += more.open;
  sum.returned += more.returned;
}

/** Where each payment's key stands, and the reasons of its breaks and notices, one for each finding. */
export interface KeyStanding {
  readonly key: string;
  readonly standing: Standing;
  readonly reasons: readonly ReasonCode[];
}

export function* keyStandings(table: StateTable): Iterable<KeyStanding> {
  for (let slot = 0; slot < table.count; slot++) {
    const place = table.assessmentOf(slot);
    if (isEmptyPlace(place)) continue;
    const reader = new ByteReader(place.bytes, place.from, place.to);
    const beginning = readBeginning(reader);
    if (beginning.payout !== null) continue;
    const standing = standingOf(beginning);
    const reasons = readFindings(reader)
      .filter(isOpen)
      .map(({ reason }) => reason);
    yield { key: table.keys.keyOf(slot), standing, reasons };
  }
}

/** Adds the overview of another thread. */
export function mergeOverview(into: Overview, more: Overview): void {
  mergeTotals(into.all, more.all);
  for (const [name, totals] of more.byMerchant) mergeTotals(totalsOf(into.byMerchant, name), totals);
  for (const [name, totals] of more.byProvider) mergeTotals(totalsOf(into.byProvider, name), totals);
  for (const finding of more.findings) into.findings.push(finding);
}

export function mergeTotals(into: Totals, more: Totals): void {
  into.keys += more.keys;
  into.breaks += more.breaks;
  for (const standing of Object.keys(more.standing) as Standing[]) into.standing[standing] += more.standing[standing];
  for (const [currency, money] of more.money) addMoney(into, currency, { ...money });
}
