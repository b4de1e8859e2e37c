// What other rules would have changed: two overviews of the same facts, compared by reason, by standing and by key.

import { STANDINGS, type Standing } from '../domain/assessment.ts';
import { breakValueOf } from '../domain/break-value.ts';
import { formatMinor } from '../domain/money.ts';
import { isBreak, REASON_CODES, type ReasonCode } from '../domain/reasons.ts';
import type { MoneyTotals, OpenFinding, Overview } from '../task/overview.ts';

/** Decimal texts by currency. */
export type Amounts = Readonly<Record<string, string>>;

export interface Compared<Value> {
  readonly before: Value;
  readonly after: Value;
  /** after - before. */
  readonly difference: Value;
}

export interface ReasonChange {
  readonly reason: ReasonCode;
  readonly count: Compared<number>;
  readonly value: Compared<Amounts>;
}

export interface KeyChange {
  readonly key: string;
  readonly merchant: string;
  readonly provider: string;
  /** Reasons of the open breaks, in the order in which they were found. */
  readonly reasons: { readonly before: readonly ReasonCode[]; readonly after: readonly ReasonCode[] };
  readonly value: Compared<Amounts>;
}

export interface RulesComparison {
  /** Reasons that are open before or after. */
  readonly reasons: readonly ReasonChange[];
  /** `resolved` is left out where nobody decided anything. */
  readonly standing: Readonly<Record<Exclude<Standing, 'resolved'>, Compared<number>>> & {
    readonly resolved?: Compared<number>;
  };
  /** How many keys have different breaks. */
  readonly keys_changed: number;
  /** The largest changes, as shares of all money received in the currency: so no exchange rate is needed. */
  readonly largest: readonly KeyChange[];
}

const LARGEST_MAX = 10;

export function compareOverviews(before: Overview, after: Overview): RulesComparison {
  const changes = keyChanges(before, after);
  return {
    reasons: reasonChanges(before.findings, after.findings),
    standing: Object.fromEntries(
      STANDINGS.toReversed()
        .map((name) => [name, counts(before.all.standing[name], after.all.standing[name])] as const)
        .filter(([name, { before: was, after: is }]) => name !== 'resolved' || was + is > 0),
    ) as unknown as RulesComparison['standing'],
    keys_changed: changes.length,
    largest: changes.slice(0, LARGEST_MAX),
  };
}

function counts(before: number, after: number): Compared<number> {
  return { before, after, difference: after - before };
}

type Minor = Map<string, bigint>;

class ValueSum {
  count = 0;
  readonly minor: Minor = new Map();

  add(open: OpenFinding): void {
    this.count++;
    for (const [currency, minor] of breakValueOf(open))
      this.minor.set(currency, (this.minor.get(currency) ?? 0n) + minor);
  }
}

const NO_VALUE = new ValueSum();

function reasonChanges(before: readonly OpenFinding[], after: readonly OpenFinding[]): ReasonChange[] {
  const [old, now] = [before, after].map((findings) => sumsBy(findings, ({ finding }) => finding.reason)) as [
    Map<ReasonCode, ValueSum>,
    Map<ReasonCode, ValueSum>,
  ];
  return REASON_CODES.filter((reason) => old.has(reason) || now.has(reason)).map((reason) => {
    const [left, right] = [old.get(reason) ?? NO_VALUE, now.get(reason) ?? NO_VALUE];
    return { reason, count: counts(left.count, right.count), value: amounts(left.minor, right.minor) };
  });
}

function sumsBy<Name>(findings: readonly OpenFinding[], name: (open: OpenFinding) => Name): Map<Name, ValueSum> {
  const sums = new Map<Name, ValueSum>();
  for (const open of findings) {
    let sum = sums.get(name(open));
    if (sum === undefined) {
      sum = new ValueSum();
      sums.set(name(open), sum);
    }
    sum.add(open);
  }
  return sums;
}

function amounts(before: Minor, after: Minor): Compared<Amounts> {
  const currencies = [...new Set([...before.keys(), ...after.keys()])].sort();
  const texts = (of: (currency: string) => bigint | undefined) => {
    const formatted = currencies.flatMap((currency) => {
      const minor = of(currency);
      return minor === undefined ? [] : [[currency, formatMinor(minor, currency)] as const];
    });
    return Object.fromEntries(formatted);
  };
  const difference = differences(before, after);
  return {
    before: texts((currency) => before.get(currency)),
    after: texts((currency) => after.get(currency)),
    difference: texts((currency) => difference.get(currency)),
  };
}

function differences(before: Minor, after: Minor): Minor {
  const found: Minor = new Map();
  for (const currency of new Set([...before.keys(), ...after.keys()])) {
    found.set(currency, (after.get(currency) ?? 0n) - (before.get(currency) ?? 0n));
  }
  return found;
}

/** The keys whose breaks differ, the largest change first. */
function keyChanges(before: Overview, after: Overview): KeyChange[] {
  const [old, now] = [breaksByKey(before), breaksByKey(after)];
  const changes: { readonly change: KeyChange; readonly share: bigint }[] = [];
  for (const key of new Set([...old.keys(), ...now.keys()])) {
    const [left, right] = [old.get(key) ?? [], now.get(key) ?? []];
    if (textOf(left) === textOf(right)) continue;
    const { merchant, provider } = (right[0] ?? left[0])!;
    const [leftSum, rightSum] = [left, right].map((breaks) => {
      return sumsBy(breaks, () => '').get('') ?? NO_VALUE;
    }) as [ValueSum, ValueSum];
    const reasons = { before: reasonsOf(left), after: reasonsOf(right) };
    const change = { key, merchant, provider, reasons, value: amounts(leftSum.minor, rightSum.minor) };
    changes.push({ change, share: shareOf(differences(leftSum.minor, rightSum.minor), before.all.money) });
  }
  changes.sort((left, right) => {
    if (left.share !== right.share) return left.share > right.share ? -1 : 1;
    return left.change.key < right.change.key ? -1 : 1;
  });
  return changes.map(({ change }) => change);
}

function breaksByKey({ findings }: Overview): Map<string, OpenFinding[]> {
  const byKey = new Map<string, OpenFinding[]>();
  for (const open of findings) {
    if (!isBreak(open.finding.reason)) continue;
    const list = byKey.get(open.key);
    if (list === undefined) byKey.set(open.key, [open]);
    else list.push(open);
  }
  return byKey;
}

function reasonsOf(breaks: readonly OpenFinding[]): ReasonCode[] {
  return breaks.map(({ finding }) => finding.reason);
}

function textOf(breaks: readonly OpenFinding[]): string {
  return JSON.stringify(breaks.map(({ finding }) => finding));
}

/** Shares of the money received in a currency are whole multiples of one part in this many. */
const SHARE_PARTS = 10n ** 18n;

function shareOf(difference: Minor, money: ReadonlyMap<string, MoneyTotals>): bigint {
  let largest = 0n;
  for (const [currency, minor] of difference) {
    const received = money.get(currency)?.received ?? 0n;
    const share = ((minor < 0n ? -minor : minor) * SHARE_PARTS) / (received > 0n ? received : 1n);
    if (share > largest) largest = share;
  }
  return largest;
}
