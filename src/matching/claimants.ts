// Which of several references that claim one payment is its holder, the one at which its money counts.

import type { Claim } from '../domain/fact.ts';
import type { Claimant, ClaimantDetail, Held, NamedAmount, PaymentGist } from '../domain/handoff.ts';
import { minorOf } from '../domain/money.ts';
import { isAboutPayment } from '../domain/payment-ids.ts';
import { absolute } from './findings.ts';
import type { CompiledRules } from './rules.ts';
import { maySpeak, type Speakers, speakerOf, voiceOfSource } from './speakers.ts';

export interface KnownClaimant extends Claimant {
  readonly detail: ClaimantDetail;
}

/** So many references may claim one payment by chance or by mistake. */
const FEW_MAX = 8;

/**
 * What each claimant is told of a payment that several claim; nothing where only one does, or nobody says that money
 * came. `facts` is what is known of the payment without a reference.
 */
export function holdersOf(
  claimants: readonly KnownClaimant[],
  facts: readonly PaymentGist[],
  rules: CompiledRules,
): ReadonlyMap<string, Held> {
  const holders = new Map<string, Held>();
  const { speakers } = rules;
  const rankOf = ranking(amountsIn(claimants, facts), rules);
  const heard = claimants.filter((claimant) => isHeard(claimant, speakers));
  const rivals = heard.filter(isOfMoney).sort(byRank(rankOf));
  // Only payments that mean money are shared.
  if (![...facts, ...rivals.map(({ detail }) => detail)].some(({ money }) => money)) return holders;
  const parts = facts.some(({ settled }) => settled !== null) ? NO_PARTS : partsOf(rivals);
  const known = roundedDown(rivals.length);
  const keepers = parts.size === 0 ? rivals : rivals.filter(({ reference }) => parts.has(reference));
  for (const claimant of heard) {
    const { reference, detail } = claimant;
    if (parts.has(reference)) holders.set(reference, { holder: null, isHere: true, rank: [known] });
    else if (isOfMoney(claimant) || detail.order === null) {
      const best = keepers.find((other) => other === claimant || contend(other, claimant, speakers));
      if (best === undefined || rivals.length + Number(!isOfMoney(claimant)) < 2) continue;
      holders.set(reference, {
        ...{ holder: best.reference, isHere: best === claimant },
        rank: [known, ...rankOf(best)],
      });
    }
  }
  return holders;
}

/** A few are counted; of many only the power of two, since each change of the number is told to all of them. */
function roundedDown(count: number): number {
  return count <= FEW_MAX ? count : 2 ** Math.floor(Math.log2(count));
}

/** What the payment comes to: by reports, otherwise by lines. */
export function amountsIn(claimants: readonly Claimant[], facts: readonly PaymentGist[]): readonly NamedAmount[] {
  const gists = [...facts, ...claimants.map(({ detail }) => detail)];
  const reported = gists.map((gist) => gist?.reported ?? null).filter((amount) => amount !== null);
  if (reported.length > 0) return reported;
  return gists.map((gist) => gist?.settled ?? null).filter((amount) => amount !== null);
}

/**
 * The holder rule as numbers, the most weighty first: the order that fits, otherwise an order, then the best evidence.
 * A reference that only knows of a return, or from what nobody signed, comes last.
 */
export function ranking(
  amounts: readonly NamedAmount[],
  { tolerance }: CompiledRules,
): (claimant: Claimant) => readonly number[] {
  return (claimant) => [
    Number(isOfMoney(claimant)),
    Number(fits(claimant, amounts, tolerance)),
    Number(hasOrder(claimant)),
    claimant.detail?.evidence ?? 0,
  ];
}

/** The best first; of equal ones the smallest reference in byte order. */
export function byRank(rankOf: (claimant: Claimant) => readonly number[]) {
  return (left: Claimant, right: Claimant): number => {
    return compareHolders(rankOf(left), left.reference, rankOf(right), right.reference);
  };
}

/** Below 0 where the left one is the holder rather than the right one. */
export function compareHolders(
  leftRank: readonly number[],
  left: string,
  rightRank: readonly number[],
  right: string,
): number {
  for (let at = 0; at < Math.max(leftRank.length, rightRank.length); at++) {
    const difference = (rightRank[at] ?? 0) - (leftRank[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}

/** Whether a reference claims the payment itself. */
function isOfMoney({ detail }: Claimant): boolean {
  return detail === null || detail.kind === 'payment';
}

function hasOrder({ detail }: Claimant): boolean {
  return (detail?.order ?? null) !== null;
}

function fits({ detail }: Claimant, amounts: readonly NamedAmount[], tolerance: CompiledRules['tolerance']): boolean {
  const order = detail?.order ?? null;
  if (order === null) return false;
  const most = tolerance.get(order.currency) ?? 0n;
  return amounts.some((paid) => paid.currency === order.currency && absolute(minor(paid) - minor(order)) <= most);
}

const NO_PARTS: ReadonlySet<string> = new Set();

/** The references of which each has its part: all lines are under orders, and come to what was reported, exactly. */
function partsOf(rivals: readonly KnownClaimant[]): ReadonlySet<string> {
  const parts = rivals.filter(({ detail }) => detail.settled !== null);
  const reported = rivals.map(({ detail }) => detail.reported).filter((amount) => amount !== null);
  if (parts.length < 2 || reported.length === 0) return NO_PARTS;
  const [{ currency }] = reported as [NamedAmount];
  let sum = 0n;
  for (const { detail } of parts) {
    if (detail.order === null || detail.settled!.currency !== currency) return NO_PARTS;
    sum += minor(detail.settled!);
  }
  const isWhole = reported.every((amount) => amount.currency === currency && minor(amount) === sum);
  return isWhole ? new Set(parts.map(({ reference }) => reference)) : NO_PARTS;
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
  if (hasOrder && !maySpeak(speakers, own, merchants)) return namesOriginal(fact) ? FOREIGN_THERE : null;
  if (own === null || source === null || own === source) return SAME_SOURCE;
  return hasOrder ? SPEAKS_THERE : null;
}

function namesOriginal({ body }: Claim): boolean {
  return isAboutPayment(body) && body.original_transaction_id !== null;
}
