// The assessment of a key under the rules at a given time: both stages, every finding, and the next deadline.

import type { Assessment, MoneyMoved, Standing } from '../domain/assessment.ts';
import type { Instant } from '../domain/time.ts';
import { sortClaims } from './claims.ts';
import type { PaymentState } from './evolve.ts';
import { FeeLines } from './fee-lines.ts';
import { Findings } from './findings.ts';
import { keepGroup, keptGroup } from './grown-group.ts';
import { merchantsOfParts } from './order-parts.ts';
import { readOrder } from './orders.ts';
import { assessPartSettlement } from './part-stage.ts';
import { partsOf, sightOfParts } from './payment-parts.ts';
import { assessPaymentStage, type MatchGroup } from './payment-stage.ts';
import { findPayments } from './payments.ts';
import { findReturns, isWithoutReturns, returnsOf } from './returns.ts';
import type { CompiledRules } from './rules.ts';
import { assessSettlementStage } from './settlement-stage.ts';
import { sharingOf } from './shared-payments.ts';
import { hear } from './speakers.ts';
import { askedOrder, readWhole } from './whole-orders.ts';
import { tellForeign } from './whose-order.ts';

/** Pure: the same claims, rules and time give the same assessment. The order of the claims does not matter. */
export function assess(state: PaymentState, rules: CompiledRules, asOf: Instant): Assessment {
  return assessGroup(readMatchGroup(state, rules, asOf), asOf);
}

/** The same of claims that were read already, as of the same time. */
export function assessGroup(about: MatchGroup, asOf: Instant): Assessment {
  const found = new Findings(asOf);
  const payment = assessPaymentStage(found, about);
  const settlement = settlementOf(found, about);
  tellForeign(found, about);
  return {
    merchant: about.order?.merchant ?? '',
    provider: about.payments[0]?.provider ?? about.order?.provider ?? about.heard.claims[0]?.provider ?? '',
    payment,
    settlement,
    payout: null,
    findings: found.list,
    money: moneyMoved(about),
    ...found.awaited,
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
  const sharing = sharingOf(state.claims);
  const { counting, split, partOf, parts: orderParts } = sharing;
  const heard = hear(counting, rules.speakers, merchantsOfParts(orderParts));
  const { merchants, voiceOf } = heard;
  const claims = sortClaims(heard.claims);
  // Nobody knows whose order the payments are for: none of them is compared.
  const own = merchants.length > 1 ? undefined : readOrder(claims, rules, asOf);
  const isWhole = orderParts.length > 0 && merchants.length < 2;
  const asked = isWhole ? askedOrder(own, orderParts, rules) : partOf === null ? own : undefined;
  const payments = findPayments(claims, asked, rules, voiceOf, split);
  const whole = isWhole ? readWhole(own, orderParts, payments, rules, asOf) : null;
  const order = whole?.order ?? own;
  const feeLines = new FeeLines(claims.feeLines, voiceOf);
  const returns = findReturns(claims, payments, rules.calendar, voiceOf);
  const standAlone = isWithoutReturns(returns) && claims.feeLines.length === 0;
  const parts = standAlone ? partsOf(payments) : null;
  const about: MatchGroup = { rules, heard, claims, sharing, feeLines, order, whole, payments, parts, returns };
  keepGroup(state, about);
  return about;
}

/** That of a part follows its whole, unless money came here that is nobody's yet. */
function settlementOf(found: Findings, about: MatchGroup): Standing {
  const { order, payments } = about;
  const { partOf } = about.sharing;
  const isPart = partOf !== null && order !== undefined && payments.length === 0;
  return isPart ? assessPartSettlement(found, order, partOf) : assessSettlementStage(found, about);
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
