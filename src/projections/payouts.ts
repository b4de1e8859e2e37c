// The read model of payouts: for each what its lines come to, what was paid, what the bank received, and where it
// stands; and the fees paid in all.

import { type Finding, type Standing, type StandingCounts, standingOf } from '../domain/assessment.ts';
import { ByteReader } from '../domain/bytes.ts';
import { currencyExponent } from '../domain/currency.ts';
import { addDecimal, type Decimal, decimalOf, negated, normalDecimal } from '../domain/decimal.ts';
import { entryId } from '../domain/entry.ts';
import type { Claim, SettlementLineReported } from '../domain/fact.ts';
import { PAYOUT_MARK_CODE } from '../domain/key.ts';
import { formatMinor } from '../domain/money.ts';
import type { LineFee } from '../log/body-codec.ts';
import { type ClaimFee, readClaimFee } from '../log/fact-codec.ts';
import { countedLines } from '../matching/counted-lines.ts';
import { type PayoutSums, readPayout } from '../matching/payouts.ts';
import { readAssessment } from '../task/assessment-codec.ts';
import { CLAIM_HEAD_SIZE, claimsOf, readRecord } from '../task/key-record.ts';
import { packedFees } from '../task/packed-sums.ts';
import { isEmptyPlace, type RecordPlace } from '../task/record-place.ts';
import type { StateTable } from '../task/state-table.ts';
import type { ReconciliationTask } from '../task/task.ts';

export type PayoutState = Exclude<Standing, 'closed'>;
export type PayoutCounts = Omit<StandingCounts, 'closed'>;

/** One currency of a payout. Amounts are decimal texts in it; null where nobody said it. */
export interface PayoutAmounts {
  readonly currency: string;
  /** When it was paid, otherwise the last date of its lines, `YYYY-MM-DD`. */
  readonly date: string;
  /** How many lines it has, apart from those that say what was paid. */
  readonly lines: number;
  readonly gross: string;
  readonly fees: string;
  readonly returns: string;
  readonly other: string;
  /** gross - fees + returns + other. */
  readonly expected: string;
  readonly paid: string | null;
  readonly banked: string | null;
  /** paid - expected. */
  readonly difference: string | null;
  readonly state: PayoutState;
}

export interface Payout {
  readonly key: string;
  readonly provider: string;
  readonly account: string | null;
  readonly payout_id: string;
  readonly state: PayoutState;
  /** In the order of the currencies. */
  readonly amounts: readonly PayoutAmounts[];
  /** What is found about it, each with its entry. */
  readonly findings: readonly { readonly finding: Finding; readonly entry: string | null }[];
}

/** A row of payouts.csv: a payout in one currency. */
export interface PayoutRow extends Omit<Payout, 'amounts' | 'key' | 'state' | 'findings'>, PayoutAmounts {}

/** All payouts of some tables. What the bank received without a name, and what is in no payout, is none. */
export function payoutsOf(tasks: readonly Pick<ReconciliationTask, 'table' | 'head'>[]): Payout[] {
  const payouts: Payout[] = [];
  for (const { table, head } of tasks) {
    for (let slot = 0; slot < table.count; slot++) {
      if (table.keys.markOf(slot) !== PAYOUT_MARK_CODE) continue;
      if (isEmptyPlace(table.assessmentOf(slot))) continue;
      const payout = payoutOf(table.keys.keyOf(slot), table.recordOf(slot), head.partition);
      if (payout !== undefined) payouts.push(payout);
    }
  }
  return payouts;
}

function payoutOf(key: string, place: RecordPlace, partition: number): Payout | undefined {
  const claims = claimsOf(place);
  const about = readPayout({ claims });
  const [first] = claims;
  if (!about.isPayout || first === undefined) return undefined;
  const { bytes, from, to } = place;
  const record = readRecord(bytes, from, to);
  const assessment = readAssessment(new ByteReader(bytes, record.assessment.from, record.assessment.to));
  const state = standingOf(assessment) as PayoutState;
  const broken = new Set(assessment.findings.flatMap(({ kind, currency }) => (kind === 'unmatched' ? [currency] : [])));
  const { provider, account } = first;
  const payout_id = key.slice(key.indexOf(':') + 1);
  const amounts = about.sums.map((sums) => amountsOf(sums, stateOf(sums, state, broken)));
  const { places } = record.entered;
  const findings = assessment.findings.map((finding, at) => {
    const entered = places[at];
    return { finding, entry: entered === undefined ? null : entryId(partition, entered.height, entered.index) };
  });
  return { key, provider, account, payout_id, state, amounts, findings };
}

/** Of one currency: a break of another one is not its own, and what agrees does not wait for the others. */
function stateOf(sums: PayoutSums, whole: PayoutState, broken: ReadonlySet<string | null>): PayoutState {
  if (whole === 'matched' || whole === 'resolved') return whole;
  if (broken.has(sums.currency) || broken.has(null)) return 'unmatched';
  const { expected, paid, banked } = sums;
  return (paid ?? 0n) === expected && (banked ?? 0n) === expected ? 'matched' : 'pending';
}

function amountsOf(sums: PayoutSums, state: PayoutState): PayoutAmounts {
  const { currency, part, linesOn, expected, paid, paidOn, banked, bankedOn } = sums;
  const text = (minor: bigint | null) => (minor === null ? null : formatMinor(minor, currency));
  return {
    currency,
    date: paidOn ?? linesOn ?? bankedOn!,
    lines: part.lines,
    gross: part.gross,
    fees: part.fees,
    returns: part.returns,
    other: part.other,
    expected: formatMinor(expected, currency),
    paid: text(paid),
    banked: text(banked),
    difference: text(paid === null ? null : paid - expected),
    state,
  };
}

/** Payouts in the order of their dates, then of their names: one row for each currency. */
export function payoutRows(payouts: readonly Payout[]): PayoutRow[] {
  const rows = payouts.flatMap(({ provider, account, payout_id, amounts }) => {
    return amounts.map((each) => ({ provider, account, payout_id, ...each }));
  });
  const nameOf = (row: PayoutRow) =>
    [row.date, row.provider, row.account ?? '', row.payout_id, row.currency].join('\n');
  return rows.sort((left, right) => (nameOf(left) < nameOf(right) ? -1 : 1));
}

/** How many payouts stand where. */
export function payoutCounts(payouts: readonly Payout[]): PayoutCounts {
  const { resolved, ...counts } = { matched: 0, resolved: 0, pending: 0, unmatched: 0 };
  let decided = resolved;
  for (const { state } of payouts) {
    if (state === 'resolved') decided++;
    else counts[state]++;
  }
  return decided === 0 ? counts : { ...counts, resolved: decided };
}

/** The fees paid in all, by provider and then by currency, exactly. */
export type FeesPaid = ReadonlyMap<string, ReadonlyMap<string, Decimal>>;

/** Of the lines of some tables: what fee columns took, and the fee and tax lines. */
export function feesPaid(tables: readonly StateTable[]): FeesPaid {
  const fees = new Map<string, Map<string, Decimal>>();
  for (const table of tables) {
    const { packed } = table;
    if (packed !== undefined) {
      for (const { provider, currency, fee } of packedFees(packed.rows)) add(fees, provider, currency, fee);
    }
    for (let slot = 0; slot < table.count; slot++) {
      if (!packed?.has(slot)) addFeesOf(fees, table.recordOf(slot));
    }
  }
  return fees;
}

export function mergeFees(parts: readonly FeesPaid[]): FeesPaid {
  const fees = new Map<string, Map<string, Decimal>>();
  for (const part of parts) {
    for (const [provider, sums] of part) for (const [currency, sum] of sums) add(fees, provider, currency, sum);
  }
  return fees;
}

/** In all providers together: decimal texts by currency, in their order. */
export function feeTexts(fees: FeesPaid): Record<string, string> {
  const [all] = mergeFees([...fees.values()].map((sums) => new Map([['', sums]]))).values();
  const currencies = [...(all?.keys() ?? [])].sort();
  return Object.fromEntries(
    currencies.map((code) => [code, normalDecimal(all!.get(code)!, currencyExponent(code) ?? 0)]),
  );
}

/** Most keys have one line at most, whose fee is read without the rest of its claims. */
function addFeesOf(fees: Map<string, Map<string, Decimal>>, place: RecordPlace): void {
  const { bytes, from, to } = place;
  if (to === from) return;
  let only: ClaimFee | null = null;
  for (let at = readRecord(bytes, from, to).claimsFrom; at < to; ) {
    const start = at + CLAIM_HEAD_SIZE;
    at = start + bytes.readUInt32BE(at);
    const found = readClaimFee(bytes, start);
    if (found === null) continue;
    if (found === undefined || only !== null) return addFeesOfClaims(fees, claimsOf(place));
    only = found;
  }
  if (only !== null) addFee(fees, only.provider, only.line);
}

function addFeesOfClaims(fees: Map<string, Map<string, Decimal>>, all: readonly Claim[]): void {
  for (const { line, sign } of countedLines(all)) addFee(fees, line.provider, feeOf(line.body), sign);
}

function feeOf({ line_type: type, gross, currency, fee }: SettlementLineReported): LineFee {
  return { charged: type === 'fee' || type === 'tax' ? gross : null, currency, fee };
}

function addFee(fees: Map<string, Map<string, Decimal>>, provider: string, line: LineFee, sign: 1 | -1 = 1): void {
  const { charged, currency, fee } = line;
  const signed = (amount: Decimal) => (sign > 0 ? amount : negated(amount));
  if (fee !== null) add(fees, provider, currency, signed(decimalOf(fee)));
  if (charged !== null) add(fees, provider, currency, signed(negated(decimalOf(charged))));
}

function add(fees: Map<string, Map<string, Decimal>>, provider: string, currency: string, amount: Decimal): void {
  let sums = fees.get(provider);
  if (sums === undefined) {
    sums = new Map();
    fees.set(provider, sums);
  }
  const sum = sums.get(currency);
  sums.set(currency, sum === undefined ? amount : addDecimal(sum, amount));
}
