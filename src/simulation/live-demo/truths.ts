// What must be true at the end of the live demo: of every order and every part the standing, for the shop its notices,
// and for the merchants of a marketplace what each of them gets. Pure.

import type { Standing } from '../../domain/assessment.ts';
import { isIdentityKey } from '../../domain/key.ts';
import { formatMinor, minorOf } from '../../domain/money.ts';
import type { ShareRow } from '../../projections/shares.ts';
import { feeOf, percentOf } from '../gateway/settlement.ts';
import type { Truth } from '../gateway/truth.ts';
import { compareWithTruth, type KnownResult, type Outcome } from '../truth/truth-check.ts';
import type { Notices } from './notices.ts';
import type { PlannedOrder } from './plan.ts';

/** What the marketplaces keep of what their merchants sell. */
export const COMMISSION_PERCENT = '7.5';

/** Why a part has its result. */
const PART = 'part';

/** What has the same outcome and the same result. */
export interface TruthRow {
  /** What really happened, as the network and the shop name it. */
  readonly outcome: string;
  readonly expected: string;
  readonly count: number;
  readonly agreeing: number;
}

type References = Truth['references'];

/** The networks know the results of payments, and the shop those of orders that nobody paid. A part is as its whole. */
export function knownResults(orders: readonly PlannedOrder[], references: References): KnownResult[] {
  return orders.flatMap(({ reference, customer, parts }): KnownResult[] => {
    const known = references[reference];
    const standing: Standing = known?.expected.standing ?? 'closed';
    const whole = {
      key: reference,
      scenario: known?.outcome ?? customer,
      standing,
      reasons: known?.expected.reasons ?? [],
    };
    return [whole, ...parts.map(({ reference: key }) => ({ key, scenario: PART, standing, reasons: [] }))];
  });
}

/** Of money without an order a key that is closed says that there is none: that agrees with every truth. */
export function standingDifferences(truths: readonly KnownResult[], outcomes: readonly Outcome[]): string[] {
  return compareWithTruth(
    truths,
    outcomes.filter(({ key, standing }) => !(isIdentityKey(key) && standing === 'closed')),
  );
}

/**
 * The shop must have a notice for each order that expired without money, except those that it cancelled itself, and for
 * no other.
 */
export function noticeDifferences(
  orders: readonly PlannedOrder[],
  truths: readonly KnownResult[],
  { accepted, refused }: Notices,
): string[] {
  const parts = new Set(orders.flatMap((order) => order.parts.map(({ reference }) => reference)));
  const expired = new Set<string>();
  for (const { type, data } of accepted.values()) {
    const reference = String(data.transaction_reference);
    if (type === 'order.expired') expired.add(reference);
    if (type === 'order.revived') expired.delete(reference);
  }
  const wrong = truths.flatMap(({ key, scenario, standing }) => {
    // The shop is told once, of the whole.
    if (parts.has(key)) return [];
    const hasExpired = standing === 'closed' && scenario !== 'cancels';
    if (expired.has(key) === hasExpired) return [];
    return [hasExpired ? `${key} expired without a notice to the shop` : `the shop got a notice that ${key} expired`];
  });
  return refused === 0 ? wrong : [...wrong, `${refused} messages to the shop had invalid signatures`];
}

/** Each merchant of a whole that agrees gets its part, less what went back, the commission and its part of the fee. */
export function shareDifferences(
  orders: readonly PlannedOrder[],
  references: References,
  shares: readonly ShareRow[],
): string[] {
  return orders.flatMap((order) => {
    const known = references[order.reference];
    if (order.parts.length === 0 || known?.expected.standing !== 'matched') return [];
    return wholeDifferences(order, known, Map.groupBy(shares, ({ parent }) => parent).get(order.reference) ?? []);
  });
}

type Agreed = readonly [name: string, expected: bigint, found: bigint];

function wholeDifferences(
  { reference, parts }: PlannedOrder,
  { amount, currency, payments }: References[string],
  shares: readonly ShareRow[],
): string[] {
  const minor = (text: string | null) => minorOf(text ?? '0', currency);
  const total = (value: (row: ShareRow) => string | null) => shares.reduce((sum, row) => sum + minor(value(row)), 0n);
  const returned = payments.reduce((sum, payment) => sum + minor(payment.returned), 0n);
  const agreed: Agreed[] = [
    ['gross', minor(amount), total(({ gross }) => gross)],
    ['returned', returned, total((row) => row.returned)],
    ['fee', feeOf(minor(amount), currency), total(({ provider_fee }) => provider_fee)],
  ];
  for (const part of parts) {
    const row = shares.find((one) => one.transaction_reference === part.reference && one.merchant === part.merchant);
    if (row === undefined) return [`${reference}: no share of ${part.merchant}`];
    const kept = minor(row.gross) - minor(row.returned);
    const commission = kept <= 0n ? 0n : percentOf(kept, currency, COMMISSION_PERCENT);
    const net = kept - commission - minor(row.provider_fee);
    agreed.push([`commission of ${part.merchant}`, commission, minor(row.commission)]);
    agreed.push([`net of ${part.merchant}`, net, minor(row.net)]);
  }
  const text = (value: bigint) => `${formatMinor(value, currency)} ${currency}`;
  return agreed.flatMap(([name, expected, found]) =>
    expected === found ? [] : [`${reference}: expected ${name} ${text(expected)}, found ${text(found)}`],
  );
}

/** The most frequent first. */
export function truthRows(truths: readonly KnownResult[], differences: readonly string[]): TruthRow[] {
  const wrong = truths.filter(({ key }) => differences.some((text) => text.startsWith(`${key} `)));
  const nameOf = ({ scenario, standing, reasons }: KnownResult) => `${scenario}\n${[standing, ...reasons].join(' ')}`;
  const groups = [...Map.groupBy(truths, nameOf)].map(([name, all]) => {
    const [outcome, expected] = name.split('\n') as [string, string];
    const disagreeing = all.filter((one) => wrong.includes(one)).length;
    return { outcome, expected, count: all.length, agreeing: all.length - disagreeing };
  });
  return groups.sort((left, right) => right.count - left.count);
}

export function countsOf({ accepted }: Notices): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { type } of accepted.values()) counts[type] = (counts[type] ?? 0) + 1;
  return counts;
}
