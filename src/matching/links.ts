// Links: people say of which orders money was paid for. A link holds as every resolution does, by what evidence alone
// gives of the key at which the money is. What is linked to that key changes none of it: so no link depends on another
// one, and what keys tell each other ends.

import type { Assessment, Finding } from '../domain/assessment.ts';
import type { LinkTarget } from '../domain/decision.ts';
import type { LinkedMoney } from '../domain/handoff.ts';
import { minorOf } from '../domain/money.ts';
import { type Instant, later, latest } from '../domain/time.ts';
import { proposalsOf, resolutionsOf } from './decisions.ts';
import type { PaymentState } from './evolve.ts';
import type { MatchGroup } from './payment-stage.ts';
import { returnsOf } from './returns.ts';
import type { CompiledRules } from './rules.ts';

/** A link that holds, and the finding by evidence that it is about. */
export interface LinkOut {
  readonly finding: Finding;
  readonly amount: bigint;
  readonly currency: string;
  readonly to: readonly LinkTarget[];
  readonly since: Instant | null;
}

const NONE: readonly LinkOut[] = [];

/** Whether anybody ever proposed to link money of this key. */
export function hasLinks({ decisions }: PaymentState): boolean {
  return decisions?.some(({ body }) => body.type === 'ResolutionProposed' && body.kind === 'link') ?? false;
}

/** The links that hold; `evidence` is what evidence gives without any. */
export function linksOut(
  key: string,
  state: PaymentState,
  rules: CompiledRules,
  evidence: Assessment,
): readonly LinkOut[] {
  if (!hasLinks(state)) return NONE;
  const views = resolutionsOf(proposalsOf(key, state.decisions ?? [], rules, evidence));
  return [...views].flatMap(([finding, { proposal, approval }]) => {
    const { kind, amount, currency, to = [] } = proposal.body;
    if (kind !== 'link' || amount === null || currency === null) return [];
    const decided = later(proposal.occurred_at, approval?.occurred_at ?? null);
    return [{ finding, amount: minorOf(amount, currency), currency, to, since: later(finding.opened_at, decided) }];
  });
}

/** What the links that hold say to each of their orders. */
export function linkedMoney(
  outs: readonly LinkOut[],
  { payments, returns }: MatchGroup,
): readonly { readonly reference: string; readonly money: LinkedMoney }[] {
  return outs.flatMap(({ currency, to, since }) => {
    const live = payments.filter((payment) => {
      return payment.succeeded && payment.currency === currency && !returnsOf(returns, payment).inFull;
    });
    const at = latest(live.map(({ succeededAt, seenAt }) => succeededAt ?? seenAt));
    const shared = { currency, provider: live[0]?.provider ?? '', at, since };
    return to.map(({ reference, merchant, amount }) => ({ reference, money: { amount, merchant, ...shared } }));
  });
}

/** What counts for other orders, in minor units by currency. */
export function sumsOut(outs: readonly LinkOut[]): ReadonlyMap<string, bigint> {
  const sums = new Map<string, bigint>();
  for (const { amount, currency } of outs) sums.set(currency, (sums.get(currency) ?? 0n) + amount);
  return sums;
}
