// Which of several references that claim one payment is its holder, the one at which its money counts.

import type { Claim } from '../domain/fact.ts';
import type { Claimant, ClaimantDetail, NamedAmount } from '../domain/handoff.ts';
import { minorOf } from '../domain/money.ts';
import { isAboutPayment } from '../domain/payment-ids.ts';
import { absolute } from './findings.ts';
import type { CompiledRules } from './rules.ts';
import { maySpeak, type Speakers, speakerOf, voiceOfSource } from './speakers.ts';

export interface KnownClaimant extends Claimant {
  readonly detail: ClaimantDetail;
}

/** Where the money of a payment counts for a claimant: at itself where it is not named, see `Held`. */
export type Holders = ReadonlyMap<string, string | null>;

/** For each claimant whose money counts elsewhere the holder, and null for each that has a part. */
export function holdersOf(claimants: readonly KnownClaimant[], rules: CompiledRules): Holders {
  const holders = new Map<string, string | null>();
  const heard = claimants.filter((claimant) => isHeard(claimant, rules.speakers));
  const paid = heard.filter(({ detail }) => detail.kind === 'payment' && detail.money).sort(byRank(rules));
  const parts = partsOf(paid);
  for (const claimant of heard) {
    const { reference, detail } = claimant;
    if (parts.has(reference)) holders.set(reference, null);
    else if (detail.kind === 'payment' ? !detail.money : detail.order !== null) continue;
    else {
      const others = paid.filter((other) => parts.size === 0 || parts.has(other.reference));
      const best = others.find((other) => other === claimant || contend(other, claimant, rules.speakers));
      if (best !== undefined && best !== claimant) holders.set(reference, best.reference);
    }
  }
  return holders;
}

/** The holder rule: the order that fits, else an order, else the best evidence, else the smallest in byte order. */
export function byRank({ tolerance }: CompiledRules): (left: Claimant, right: Claimant) => number {
  return (left, right) =>
    fits(right, tolerance) - fits(left, tolerance) ||
    Number((right.detail?.order ?? null) !== null) - Number((left.detail?.order ?? null) !== null) ||
    (right.detail?.evidence ?? 0) - (left.detail?.evidence ?? 0) ||
    Buffer.compare(Buffer.from(left.reference), Buffer.from(right.reference));
}

function fits({ detail }: Claimant, tolerance: CompiledRules['tolerance']): number {
  const paid = detail?.reported ?? detail?.settled ?? null;
  const order = detail?.order ?? null;
  if (paid === null || order === null || paid.currency !== order.currency) return 0;
  return Number(absolute(minor(paid) - minor(order)) <= (tolerance.get(order.currency) ?? 0n));
}

/** The references of which each has its part: all lines are under orders, and come to what was reported, exactly. */
function partsOf(paid: readonly KnownClaimant[]): ReadonlySet<string> {
  const parts = paid.filter(({ detail }) => detail.settled !== null);
  const reported = paid.find(({ detail }) => detail.reported !== null)?.detail.reported;
  if (parts.length < 2 || reported === undefined || reported === null) return new Set();
  let sum = 0n;
  for (const { detail } of parts) {
    if (detail.order === null || detail.settled!.currency !== reported.currency) return new Set();
    sum += minor(detail.settled!);
  }
  return sum === minor(reported) ? new Set(parts.map(({ reference }) => reference)) : new Set();
}

function minor({ amount, currency }: NamedAmount): bigint {
  return minorOf(amount, currency);
}

/** Whether any of a claimant's sources may speak for its merchants: what others say there counts for nothing. */
function isHeard({ detail: { sources, merchants } }: KnownClaimant, speakers: Speakers | null): boolean {
  if (speakers === null || merchants.length === 0 || sources.length === 0) return true;
  return sources.some((source) => maySpeak(speakers, source, merchants));
}

/** Ids are the sender's own words: accounts that speak for different merchants do not claim each other's payments. */
function contend(left: KnownClaimant, right: KnownClaimant, speakers: Speakers | null): boolean {
  if (speakers === null) return true;
  const [voices, others] = [left, right].map(({ detail }) =>
    detail.sources.map((source) => (source === null ? null : voiceOfSource(speakers, source))),
  ) as [(string | null)[], (string | null)[]];
  return voices.some((voice) => voice === null || others.some((other) => other === null || other === voice));
}

const SAME_SOURCE = 0;
const SPEAKS_THERE = 1;
const FOREIGN_THERE = 2;

/** How well a reference suits a fact without one, from 0 for best; null if the fact must not go there. */
export function suitOf(fact: Claim, { detail }: Claimant, speakers: Speakers | null): number | null {
  if (speakers === null || detail === null) return SAME_SOURCE;
  const { sources, merchants } = detail;
  let best: number | null = null;
  for (const source of sources.length === 0 ? [null] : sources) {
    const suit = suitOfSource(fact, source, merchants, speakers);
    if (suit !== null && (best === null || suit < best)) best = suit;
  }
  return best;
}

function suitOfSource(
  fact: Claim,
  source: string | null,
  merchants: readonly string[],
  speakers: Speakers,
): number | null {
  const own = speakerOf(fact);
  const hasOrder = merchants.length > 0;
  // What counts for nothing there says nothing of whose id it is either.
  if (hasOrder && !maySpeak(speakers, source, merchants)) return null;
  // A return that names another shop's payment goes there to be told, and counts for nothing.
  if (hasOrder && !maySpeak(speakers, own, merchants)) return isReturn(fact) ? FOREIGN_THERE : null;
  if (own === null || source === null || own === source) return SAME_SOURCE;
  return hasOrder ? SPEAKS_THERE : null;
}

function isReturn({ body }: Claim): boolean {
  return isAboutPayment(body) && body.original_transaction_id !== null;
}
