// The read model of matched payments: one row per key, from the key's claims as the rules read them. Made page by
// page, so that a million keys are never in memory as objects.

import { type Standing, standingOf } from '../domain/assessment.ts';
import { ByteReader } from '../domain/bytes.ts';
import { addDecimal, type Decimal, formatDecimal, parseDecimal } from '../domain/decimal.ts';
import { FACT_TOPICS, type FactTopic, topicOf } from '../domain/fact.ts';
import { PAYOUT_MARK_CODE } from '../domain/key.ts';
import { formatMinor } from '../domain/money.ts';
import { earliest, type Instant } from '../domain/time.ts';
import { topicAt } from '../log/log-place.ts';
import { readMatchGroup } from '../matching/assess.ts';
import type { Line } from '../matching/claims.ts';
import { toldTo } from '../matching/handoffs.ts';
import { grossOf } from '../matching/lines.ts';
import type { MatchGroup } from '../matching/payment-stage.ts';
import { returnsOf } from '../matching/returns.ts';
import type { CompiledRules } from '../matching/rules.ts';
import { readBeginning } from '../task/assessment-codec.ts';
import { claimsOf, readRecord } from '../task/key-record.ts';
import { isEmptyPlace, type RecordPlace } from '../task/record-place.ts';
import type { StateTable } from '../task/state-table.ts';
import type { ReconciliationTask } from '../task/task.ts';

/** One key. Amounts are decimal texts in `currency`; null where no source gave one. */
export interface Transaction {
  readonly merchant: string;
  readonly provider: string;
  readonly transaction_reference: string;
  readonly order_amount: string | null;
  readonly paid: string | null;
  readonly returned: string | null;
  /** The sum of the settlement lines: payments less claw-backs. */
  readonly settled: string | null;
  /** The gateway's fee; may have more decimals than the currency. */
  readonly fee: string | null;
  readonly currency: string | null;
  readonly paid_at: Instant | null;
  /** The last settlement report's own date, `YYYY-MM-DD`. */
  readonly settled_on: string | null;
}

/** The heights of some blocks of a partition that follow one another, from the first to before the last. */
export interface HeightRange {
  readonly from: number;
  readonly to: number;
}

export interface TransactionPageQuestion {
  readonly partition: number;
  /** The key that the page begins after; null for the first page. */
  readonly after: string | null;
  /** Only of keys with their last entry in one of these blocks; null for all. */
  readonly blocks: HeightRange | null;
  /** Of the rules by which the claims are read, in hex. */
  readonly rulesHash: string;
}

export interface TransactionPage {
  readonly rows: readonly Transaction[];
  /** The key that the next page begins after; null after the last. */
  readonly next: string | null;
}

const PAGE_ROWS = 2_000;

/**
 * The matched keys of a partition in byte order, those that come after a key or all. A page goes on after a key, not at
 * a count of keys: others may come between two pages.
 */
export function transactionPage(
  tasks: readonly Pick<ReconciliationTask, 'table' | 'head'>[],
  { partition, after, blocks }: Omit<TransactionPageQuestion, 'rulesHash'>,
  rules: CompiledRules,
): TransactionPage {
  const { table } = tasks.find(({ head }) => head.partition === partition)!;
  const slots = table.keys.slotsInOrder(after ?? undefined);
  const rows: Transaction[] = [];
  let at = 0;
  const slotAt = (index: number) => slots[index]!;
  const isWanted = (slot: number) => blocks === null || isIn(lastHeightOf(table, slot), blocks);
  for (; at < slots.length && rows.length < PAGE_ROWS; at++) {
    const slot = slots[at]!;
    if (table.keys.markOf(slot) === PAYOUT_MARK_CODE || !isWanted(slot)) continue;
    const beginning = beginningOf(table.assessmentOf(slot));
    if (beginning?.standing !== 'matched') continue;
    table.packed?.ahead.read(at, slots.length, slotAt, isWanted);
    const about = readMatchGroup({ claims: claimsOf(table.recordOf(slot)) }, rules);
    rows.push(transactionOf(table.keys.keyOf(slot), beginning.merchant, beginning.provider, about));
  }
  // The next page goes on with what was read ahead for this one.
  if (at < slots.length) return { rows, next: table.keys.keyOf(slots[at - 1]!) };
  table.packed?.ahead.forget();
  return { rows, next: null };
}

/** The height of the block with a key's last entry; below 0 where it has none. */
function lastHeightOf(table: StateTable, slot: number): number {
  if (table.packed?.has(slot)) return table.packed.lastHeightOf(slot);
  const { bytes, from, to } = table.recordOf(slot);
  if (to === from) return -1;
  return readRecord(bytes, from, to).entered.places.reduce((last, { height }) => Math.max(last, height), -1);
}

function isIn(height: number, { from, to }: HeightRange): boolean {
  return from <= height && height < to;
}

/** Reads only the beginning of the assessment: it is enough to skip unmatched keys. */
function beginningOf(place: RecordPlace): { standing: Standing; merchant: string; provider: string } | undefined {
  if (isEmptyPlace(place)) return undefined;
  const beginning = readBeginning(new ByteReader(place.bytes, place.from, place.to));
  // Neither a payout nor a day is a transaction.
  if (beginning.payout !== null) return undefined;
  return { standing: standingOf(beginning), merchant: beginning.merchant, provider: beginning.provider };
}

/** The totals of a key's order, payments, returns and lines, in the order's currency, otherwise in the payment's. */
export function transactionOf(key: string, merchant: string, provider: string, about: MatchGroup): Transaction {
  const { order, payments, claims } = about;
  const paid = payments.filter((payment) => payment.succeeded);
  const currency = order?.currency ?? paid[0]?.currency ?? null;
  const isOwn = (other: string | null) => other === currency;
  const own = paid.filter((payment) => isOwn(payment.currency));
  const lines = [...claims.paymentLines, ...claims.returnLines].filter(({ body }) => isOwn(body.currency));
  const returned = own.reduce((sum, payment) => sum + returnsOf(about.returns, payment).returned, 0n);
  const text = (minor: bigint | null) => (minor === null || currency === null ? null : formatMinor(minor, currency));
  return {
    merchant,
    provider,
    transaction_reference: key,
    order_amount: text(order?.amount ?? null),
    paid: text(own.length === 0 ? null : own.reduce((sum, { gross }) => sum + (gross ?? 0n), 0n)),
    returned: text(returned === 0n ? null : returned),
    settled: text(lines.length === 0 ? null : grossOf(lines)),
    fee: feeText([...claims.paymentLines, ...claims.feeLines].filter(({ body }) => isOwn(body.currency))),
    currency,
    paid_at: earliest(own.map((payment) => payment.succeededAt)),
    settled_on: lines.reduce<string | null>((last, { body }) => laterDate(last, body.settlement_date), null),
  };
}

function laterDate(left: string | null, right: string): string {
  return left === null || right > left ? right : left;
}

/** The sum of the fees that payment lines deducted and of the fee lines, whose amounts have either sign. */
function feeText(lines: readonly Line[]): string | null {
  let sum: Decimal | undefined;
  for (const { body } of lines) {
    const text = body.line_type === 'fee' ? body.gross.replace('-', '') : body.fee;
    if (text === null) continue;
    const part = parseDecimal(text)!;
    sum = sum === undefined ? part : addDecimal(sum, part);
  }
  return sum === undefined ? null : formatDecimal(sum);
}

/** By topic; lines of a bank, which come on the topic of settlements, by themselves. */
export type ClaimCounts = Record<FactTopic | 'bank', number>;

const COUNTED = [...FACT_TOPICS, 'bank'] as const;

function zeroClaimCounts(): ClaimCounts {
  return Object.fromEntries(COUNTED.map((topic) => [topic, 0])) as ClaimCounts;
}

/** The distinct claims of some tables that hold, where they came in, without what keys tell each other. */
export function countClaims(tables: readonly StateTable[]): ClaimCounts {
  const counts = zeroClaimCounts();
  for (const table of tables) {
    // Each of a packed key holds, and has an id of its own.
    table.packed?.rows.forEachClaim((place) => {
      counts[topicAt(place) as FactTopic]++;
    });
    for (let slot = 0; slot < table.count; slot++) {
      if (table.packed?.has(slot)) continue;
      for (const { body } of toldTo(claimsOf(table.recordOf(slot))).own) {
        counts[body.type === 'BankLineReported' ? 'bank' : topicOf(body)]++;
      }
    }
  }
  return counts;
}

/** The counts of several tables together. */
export function mergeCounts(parts: readonly ClaimCounts[]): ClaimCounts {
  const counts = zeroClaimCounts();
  for (const part of parts) for (const topic of COUNTED) counts[topic] += part[topic];
  return counts;
}
