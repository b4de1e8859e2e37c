// The assessment of a key under the rules at a given time: both stages, every finding, and the next deadline.

import type { Assessment, MoneyMoved } from '../domain/assessment.ts';
import type { Instant } from '../domain/time.ts';
import { sortClaims } from './claims.ts';
import type { PaymentState } from './evolve.ts';
import { FeeLines } from './fee-lines.ts';
import { Findings } from './findings.ts';
import { keepGroup, keptGroup } from './grown-group.ts';
import { readOrder } from './orders.ts';
import { partsOf, sightOfParts } from './payment-parts.ts';
import { assessPaymentStage, type MatchGroup } from './payment-stage.ts';
import { findPayments } from './payments.ts';
import { findReturns, isWithoutReturns, returnsOf } from './returns.ts';
import type { CompiledRules } from './rules.ts';
import { assessSettlementStage } from './settlement-stage.ts';
import { sharingOf } from './shared-payments.ts';
import { hear } from './speakers.ts';
import { tellForeign } from './whose-order.ts';

/** Pure: the same claims, rules and time give the same assessment. The order of the claims does not matter. */
export function assess(state: PaymentState, rules: CompiledRules, asOf: Instant): Assessment {
  const about = readMatchGroup(state, rules, asOf);
  const found = new Findings(asOf);
  const payment = assessPaymentStage(found, about);
  const settlement = assessSettlementStage(found, about);
  tellForeign(found, about);
  return {
    merchant: about.order?.merchant ?? '',
    provider: about.payments[0]?.provider ?? about.order?.provider ?? about.heard.claims[0]?.provider ?? '',
    payment,
    settlement,
    payout: null,
    findings: found.list,
    money: moneyMoved(about),
    next_deadline: found.nextDeadline,
  };
}

/**
 * Reads the claims of a key as an order, its payments and its returns. Both stages are decided on these. Without a time
 * every status of the order is in force.
 */
export function readMatchGroup(state: PaymentState, rules: CompiledRules, asOf = Number.POSITIVE_INFINITY): MatchGroup {
  const kept = keptGroup(state, rules);
  if (kept === undefined) return readAll(state, rules, asOf);
  // Payments do not depend on the order's status, which is all of it that time changes.
  return kept.order === undefined ? kept : { ...kept, order: readOrder(kept.claims, rules, asOf) };
}

function readAll(state: PaymentState, rules: CompiledRules, asOf: Instant): MatchGroup {
  const { counting, lost, split } = sharingOf(state.claims);
  const heard = hear(counting, rules.speakers);
  const { merchants, voiceOf } = heard;
  const claims = sortClaims(heard.claims);
  // Nobody knows whose order the payments are for: none of them is compared.
  const order = merchants.length > 1 ? undefined : readOrder(claims, rules, asOf);
  const payments = findPayments(claims, order, rules, voiceOf, split);
  const feeLines = new FeeLines(claims.feeLines, voiceOf);
  const returns = findReturns(claims, payments, rules.calendar, voiceOf);
  const standAlone = isWithoutReturns(returns) && claims.feeLines.length === 0;
  const parts = standAlone ? partsOf(payments) : null;
  const about: MatchGroup = { rules, heard, claims, lost, feeLines, order, payments, parts, returns };
  keepGroup(state, about);
  return about;
}

export function moneyMoved({ payments, parts, returns }: MatchGroup): MoneyMoved[] {
  if (parts !== null) {
    return sightOfParts(parts).gross.map(({ currency, gross }) => ({ currency, received: gross, returned: 0n }));
  }
  const moved: { currency: string; received: bigint; returned: bigint }[] = [];
  let sum: (typeof moved)[number] | undefined;
  for (const payment of payments) {
    const { succeeded, gross, currency } = payment;
    if (!succeeded || gross === null || currency === null) continue;
    const { returned } = returnsOf(returns, payment);
    if (sum?.currency !== currency) sum = moved.find((entry) => entry.currency === currency);
    if (sum === undefined) {
      sum = { currency, received: 0n, returned: 0n };
      moved.push(sum);
    }
    sum.received += gross;
    // An excess over the payment is a separate break and not part of the money received.
    sum.returned += returned < gross ? returned : gross;
  }
  return moved;
}
