// The read model of shares: what each merchant gets of payments for orders of several merchants.

import { ByteReader } from '../domain/bytes.ts';
import { handoffId } from '../domain/handoff.ts';
import { PAYOUT_MARK_CODE } from '../domain/key.ts';
import { formatMinor, minorOf } from '../domain/money.ts';
import type { ReasonCode } from '../domain/reasons.ts';
import type { CompiledRules } from '../matching/rules.ts';
import { type Share, wholeSharesOf } from '../matching/shares.ts';
import { isOpen, readBeginning, readFindings } from '../task/assessment-codec.ts';
import { claimsOf } from '../task/key-record.ts';
import { isEmptyPlace, type RecordPlace } from '../task/record-place.ts';
import type { StateTable } from '../task/state-table.ts';
import type { ReconciliationTask } from '../task/task.ts';

/** A row of shares.csv. Amounts are decimal texts in `currency`. */
export interface ShareRow {
  /** '' for what is of no part, where the whole has no order of its own. */
  readonly merchant: string;
  /** The whole, under which the payer pays. */
  readonly parent: string;
  readonly transaction_reference: string;
  readonly currency: string;
  readonly gross: string;
  readonly returned: string;
  readonly commission: string;
  /** Null until the payment is settled, and so `net`. */
  readonly provider_fee: string | null;
  readonly net: string | null;
  readonly settled: boolean;
  readonly settlement_date: string | null;
}

/** What the shares of one merchant in one currency come to. What is not settled yet is in neither fee nor net. */
export interface ShareSums {
  readonly merchant: string;
  readonly currency: string;
  readonly shares: number;
  readonly settled: number;
  readonly gross: string;
  readonly returned: string;
  readonly commission: string;
  readonly provider_fee: string;
  readonly net: string;
}

/**
 * The shares of all wholes whose payment agrees with them, but for money that is to go back. `rules` are asked for only
 * where there is a whole.
 */
export function sharesOfTasks(
  tasks: readonly Pick<ReconciliationTask, 'table' | 'head'>[],
  rules: () => CompiledRules,
): ShareRow[] {
  const rows: ShareRow[] = [];
  for (const { table, head } of tasks) {
    if (!mayHaveWholes(table)) continue;
    for (let slot = 0; slot < table.count; slot++) {
      // What other keys tell is never packed.
      if (table.packed?.has(slot) || table.keys.markOf(slot) === PAYOUT_MARK_CODE) continue;
      const place = table.recordOf(slot);
      if (!isWhole(place) || !isPaymentMatched(table.assessmentOf(slot))) continue;
      const parent = table.keys.keyOf(slot);
      const whole = wholeSharesOf(parent, { claims: claimsOf(place) }, rules(), head.deadlines_to);
      if (whole === null) continue;
      const { currency, settledOn } = whole;
      for (const share of whole.shares) rows.push(rowOf(parent, currency, settledOn, share));
    }
  }
  return rows;
}

function rowOf(parent: string, currency: string, settledOn: string | null, share: Share): ShareRow {
  const text = (minor: bigint) => formatMinor(minor, currency);
  const { merchant, reference, gross, returned, commission, fee, net } = share;
  return {
    ...{ merchant, parent, transaction_reference: reference, currency },
    ...{ gross: text(gross), returned: text(returned), commission: text(commission) },
    ...{ provider_fee: fee === null ? null : text(fee), net: net === null ? null : text(net) },
    ...{ settled: settledOn !== null, settlement_date: settledOn },
  };
}

/** The id of what a part tells its whole begins so. Nearly no key has it, and no claim of the others is decoded. */
const BELONGS = Buffer.from(handoffId('belongs', '', ''));

/** Whether the bytes in which records lie have it anywhere: sought in nearly no time, however many keys there are. */
function mayHaveWholes(table: StateTable): boolean {
  const slabs = new Set<Buffer>();
  for (let slot = 0; slot < table.count; slot++) {
    if (!table.packed?.has(slot)) slabs.add(table.recordOf(slot).bytes);
  }
  return [...slabs].some((slab) => slab.includes(BELONGS));
}

function isWhole({ bytes, from, to }: RecordPlace): boolean {
  return bytes.subarray(from, to).includes(BELONGS);
}

/** What is still to go back, or may, changes nothing about what was paid for each part. */
const OF_RETURNS: ReadonlySet<ReasonCode> = new Set(['REFUND_FAILED', 'CHARGEBACK_OPEN', 'CANCELLED_BUT_PAID']);

function isPaymentMatched(assessment: RecordPlace): boolean {
  if (isEmptyPlace(assessment)) return false;
  const reader = new ByteReader(assessment.bytes, assessment.from, assessment.to);
  const { payment } = readBeginning(reader);
  if (payment !== 'unmatched') return payment === 'matched';
  return readFindings(reader).every((finding) => {
    return finding.stage !== 'payment' || !isOpen(finding) || OF_RETURNS.has(finding.reason);
  });
}

/** In the order of merchants, wholes and parts. */
export function byMerchant(rows: readonly ShareRow[]): ShareRow[] {
  const nameOf = (row: ShareRow) => [row.merchant, row.parent, row.transaction_reference].join('\n');
  return rows.toSorted((left, right) => (nameOf(left) < nameOf(right) ? -1 : 1));
}

/** By merchant and currency, in their order. */
export function shareSums(rows: readonly ShareRow[]): ShareSums[] {
  const groups = Map.groupBy(byMerchant(rows), ({ merchant, currency }) => `${merchant}\n${currency}`);
  return [...groups.values()].map((own) => {
    const [{ merchant, currency }] = own as [ShareRow];
    const add = (amount: (row: ShareRow) => string | null) => {
      const total = own.reduce((sum, row) => sum + minorOf(amount(row) ?? '0', currency), 0n);
      return formatMinor(total, currency);
    };
    return {
      ...{ merchant, currency, shares: own.length, settled: own.filter(({ settled }) => settled).length },
      gross: add(({ gross }) => gross),
      returned: add(({ returned }) => returned),
      commission: add(({ commission }) => commission),
      provider_fee: add(({ provider_fee }) => provider_fee),
      net: add(({ net }) => net),
    };
  });
}
