// Money that people linked to an order: it stays under the key at which it came in, and counts for the order. Nothing
// of the payment moves, so no id, line or payout is told twice, and what evidence gives of a key without its links
// never depends on a link.

import type { Claim } from '../domain/fact.ts';
import type { LinkedMoney } from '../domain/handoff.ts';
import { minorOf } from '../domain/money.ts';
import type { Instant } from '../domain/time.ts';
import type { Findings } from './findings.ts';
import { toldTo } from './handoffs.ts';
import type { Payment } from './payments.ts';

/** What another key's money counts for the order of this one. */
export interface Credit {
  /** As a payment of the order: known by the key at which the money is. */
  readonly payment: Payment;
  readonly amount: bigint;
  readonly currency: string;
  /** Whose order people saw. */
  readonly merchant: string;
  readonly since: Instant | null;
}

export interface Links {
  readonly credits: readonly Credit[];
  /** What money of this key counts for other orders, in minor units by currency. */
  readonly out: ReadonlyMap<string, bigint>;
}

const NO_CREDITS: readonly Credit[] = [];

/** Whether other keys' money was linked to this one. */
export function hasCredits(claims: readonly Claim[]): boolean {
  for (const { body } of claims) {
    if (body.type === 'Handoff' && body.word === 'linked' && body.content !== null) return true;
  }
  return false;
}

/** In the order of the keys at which the money is. */
export function creditsIn(claims: readonly Claim[]): readonly Credit[] {
  if (!hasCredits(claims)) return NO_CREDITS;
  const credits = toldTo(claims).words.flatMap(({ word, from, content }) => {
    return word === 'linked' ? [creditOf(from, JSON.parse(content) as LinkedMoney)] : [];
  });
  return credits.sort((left, right) => (nameOf(left) < nameOf(right) ? -1 : 1));
}

function nameOf({ payment: { name }, currency }: Credit): string {
  return `${name}\n${currency}`;
}

function creditOf(from: string, { amount, currency, merchant, provider, at, since }: LinkedMoney): Credit {
  const minor = minorOf(amount, currency);
  const payment: Payment = {
    ...{ name: from, id: from, provider, voice: provider, ids: [], observations: [], lines: [] },
    ...{ reportedStatus: 'succeeded', succeeded: true, gross: minor, currency, lineGross: null },
    ...{ grossAt: since, succeededAt: at, dueDay: null, seenAt: at, operator: null },
  };
  return { payment, amount: minor, currency, merchant, since };
}

/** What is linked counts for the order that people saw, and not for one that another shop placed there. */
export function creditsFor(links: Links | undefined, merchant: string): readonly Credit[] {
  return links?.credits.filter((credit) => credit.merchant === merchant) ?? NO_CREDITS;
}

/** Money whose order is not there, or not any more, is never out of sight. */
export function tellStranded(found: Findings, links: Links | undefined, counted: readonly Credit[]): void {
  for (const credit of links?.credits ?? NO_CREDITS) {
    if (counted.includes(credit)) continue;
    const { payment, amount, currency, since } = credit;
    found.amounts('ORDER_MISSING', { subject: payment.name, openedAt: since }, 0n, amount, currency);
  }
}

/** Says which money the order was paid with. */
export function tellCredits(found: Findings, credits: readonly Credit[]): void {
  for (const { payment, amount, currency, since } of credits) {
    const values = { expected: null, observed: amount, currency };
    found.report('payment', 'decision', 'LINKED_IN', { subject: payment.name, openedAt: since, ...values });
  }
}
