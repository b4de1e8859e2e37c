// A key's state: the grow-only set of claims about it. Nothing here depends on the order in which claims arrive.

import { hash } from 'node:crypto';
import { bearsOnStanding, type DecisionBody } from '../domain/decision.ts';
import { type Claim, isDecision, isFromSource } from '../domain/fact.ts';
import { earlier, type Instant } from '../domain/time.ts';
import { comparePayouts, ownTime, sortedFields } from './contents.ts';
import { contentOf } from './decision-names.ts';
import { sumOfParts } from './payout-parts.ts';

/** Every distinct statement of a key, by id, content, import and time, so that equal sets are equal states. */
export interface PaymentState {
  /** The evidence. */
  readonly claims: readonly Claim[];
  /** What people decided, in the order of their time and id; absent where nobody decided anything. */
  readonly decisions?: readonly Claim<DecisionBody>[];
}

export const EMPTY_STATE: PaymentState = { claims: [] };

/** From so many claims on, what was worked out for a state is kept for the state that follows from it. */
export const MANY_CLAIMS = 500;

/** How a state followed from another. Never a part of its value. */
export interface Growth {
  readonly from: PaymentState;
  readonly claims: readonly Claim[];
}

const GROWTHS = new WeakMap<PaymentState, Growth>();

/** Which state a state with many claims came from, by adding which claims; once. */
export function growthOf(state: PaymentState): Growth | undefined {
  const growth = GROWTHS.get(state);
  GROWTHS.delete(state);
  return growth;
}

/** Adds a claim. Returns the same object if the claim is known, so a caller detects a repeat by identity. */
export function evolve(state: PaymentState, claim: Claim): PaymentState {
  if (isDecision(claim)) return withDecision(state, claim);
  const { claims } = state;
  const at = placeIn(claims, claim);
  const there = claims[at];
  if (there === undefined || compareClaims(there, claim) !== 0) {
    return withClaims(state, claims.toSpliced(at, 0, claim));
  }
  const better = betterOf(there, claim);
  return better === there ? state : withClaims(state, claims.with(at, better));
}

function withClaims({ decisions }: PaymentState, claims: readonly Claim[]): PaymentState {
  return decisions === undefined ? { claims } : { claims, decisions };
}

/** Who works a case, and what was noted of it, passes by: it is no part of where a key stands. */
function withDecision(state: PaymentState, decision: Claim<DecisionBody>): PaymentState {
  if (!bearsOnStanding(decision.body)) return state;
  const { claims, decisions = [] } = state;
  const at = decisions.findIndex((known) => compareDecisions(known, decision) >= 0);
  if (at < 0) return { claims, decisions: [...decisions, decision] };
  if (compareDecisions(decisions[at]!, decision) === 0) return state;
  return { claims, decisions: decisions.toSpliced(at, 0, decision) };
}

function compareDecisions(left: Claim<DecisionBody>, right: Claim<DecisionBody>): number {
  const [leftAt, rightAt] = [left.occurred_at ?? 0, right.occurred_at ?? 0];
  if (leftAt !== rightAt) return leftAt - rightAt;
  const [leftText, rightText] = [`${left.id}\n${contentOf(left)}`, `${right.id}\n${contentOf(right)}`];
  return leftText < rightText ? -1 : leftText > rightText ? 1 : 0;
}

export interface Evolved {
  readonly state: PaymentState;
  /** Which of the claims were new, by their index. */
  readonly added: readonly number[];
}

const NONE: readonly number[] = [];
const FIRST: readonly number[] = [0];

/** Up to so many claims are added one by one. */
const FEW_MAX = 8;

/** The same for one claim after another, in the time of a sort. */
export function evolveAll(state: PaymentState, claims: readonly Claim[]): Evolved {
  const evolved = added(state, claims);
  const { claims: known } = evolved.state;
  const more = evolved.added.length;
  if (more > 0 && known.length >= MANY_CLAIMS && known.length === state.claims.length + more) {
    GROWTHS.set(evolved.state, { from: state, claims: evolved.added.map((at) => claims[at]!) });
  }
  return evolved;
}

function added(state: PaymentState, claims: readonly Claim[]): Evolved {
  if (claims.length > FEW_MAX && claims.some(isDecision)) return addedApart(state, claims);
  if (claims.length > FEW_MAX) return merge(state, claims);
  if (claims.length === 1) {
    const only = evolve(state, claims[0]!);
    return { state: only, added: only === state ? NONE : FIRST };
  }
  const added: number[] = [];
  let evolved = state;
  for (let at = 0; at < claims.length; at++) {
    const next = evolve(evolved, claims[at]!);
    if (next !== evolved) added.push(at);
    evolved = next;
  }
  return { state: evolved, added };
}

/** Evidence and decisions are added apart from each other. */
function addedApart(state: PaymentState, claims: readonly Claim[]): Evolved {
  const places = Array.from(claims.keys());
  const [evidence, decisions] = [false, true].map((which) => places.filter((at) => isDecision(claims[at]!) === which));
  const evolved = merge(
    state,
    evidence!.map((at) => claims[at]!),
  );
  const added = evolved.added.map((at) => evidence![at]!);
  let next = evolved.state;
  for (const at of decisions!) {
    const before = next;
    next = evolve(before, claims[at]!);
    if (next !== before) added.push(at);
  }
  return { state: next, added: added.sort((left, right) => left - right) };
}

function merge(state: PaymentState, claims: readonly Claim[]): Evolved {
  const known = state.claims;
  // The sort is stable: of equal claims the first stays first.
  const order = Array.from(claims.keys()).sort((left, right) => compareClaims(claims[left]!, claims[right]!));
  const merged: Claim[] = [];
  const added: number[] = [];
  let from = 0;
  for (const at of order) {
    const claim = claims[at]!;
    while (from < known.length && compareClaims(known[from]!, claim) <= 0) merged.push(known[from++]!);
    const last = merged.at(-1);
    const isKnown = last !== undefined && compareClaims(last, claim) === 0;
    const better = isKnown ? betterOf(last, claim) : claim;
    if (better === last) continue;
    if (isKnown) merged[merged.length - 1] = better;
    else merged.push(claim);
    added.push(at);
  }
  if (added.length === 0) return { state, added };
  while (from < known.length) merged.push(known[from++]!);
  return { state: withClaims(state, merged), added: added.sort((left, right) => left - right) };
}

const NOTHING: ReadonlySet<number> = new Set();

/** Which of the claims that were added to a state say what was known before, by their index. */
export function saidAgain(
  before: PaymentState,
  claims: readonly Claim[],
  added: readonly number[],
): ReadonlySet<number> {
  if (added.length <= FEW_MAX) return fewSaidAgain(before, claims, added);
  const again = new Set<number>();
  // By id: most claims have one of their own, and their contents are never made into texts.
  const said = new Map<string, Claim | Set<string>>();
  for (const at of added) {
    const claim = claims[at]!;
    const { id } = claim;
    const known = said.get(id);
    if (known === undefined) said.set(id, claim);
    else {
      const texts = known instanceof Set ? known : new Set([contentText(known)]);
      if (texts !== known) said.set(id, texts);
      if (texts.has(contentText(claim))) again.add(at);
      texts.add(contentText(claim));
    }
    if (isSaid(before, claim)) again.add(at);
  }
  return again;
}

/** The usual key has some claims, each with an id of its own: nothing is made to find that out. */
function fewSaidAgain(before: PaymentState, claims: readonly Claim[], added: readonly number[]): ReadonlySet<number> {
  let again: Set<number> | null = null;
  for (let place = 0; place < added.length; place++) {
    const claim = claims[added[place]!]!;
    let isAgain = before.claims.length > 0 && isSaid(before, claim);
    for (let other = 0; other < place && !isAgain; other++) isAgain = isSame(claims[added[other]!]!, claim);
    if (!isAgain) continue;
    again ??= new Set();
    again.add(added[place]!);
  }
  return again ?? NOTHING;
}

/** Whether somebody said a claim's content before, in any import or in none. */
function isSaid({ claims }: PaymentState, claim: Claim): boolean {
  if (claims.length <= FEW_MAX) return claims.some((known) => isSame(known, claim));
  const at = placeIn(claims, claim);
  return [claims[at - 1], claims[at]].some((known) => known !== undefined && isSame(known, claim));
}

function isSame(left: Claim, right: Claim): boolean {
  const isMore = isFromSource(left) ? left.forwarded && !right.forwarded : betterOf(left, right) !== left;
  return left.id === right.id && compareContent(left, right) === 0 && !isMore;
}

/** How many of the claims, which are in order, come before this one. */
function placeIn(claims: readonly Claim[], claim: Claim): number {
  let from = 0;
  let to = claims.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (compareClaims(claims[middle]!, claim) < 0) from = middle + 1;
    else to = middle;
  }
  return from;
}

/**
 * A claim from its source stands in the place of the same one that another key gave, and of the times at which it was
 * read the earliest. Of what another key tells, the
 * last word holds, and parts add up: handoffs are read once, and those of a key in the order in which it wrote them.
 */
function betterOf(known: Claim, claim: Claim): Claim {
  if (claim.body.type === 'Handoff' && known.body.type === 'Handoff') {
    return claim.body.content === known.body.content ? known : claim;
  }
  if (claim.body.type === 'PayoutPart' && known.body.type === 'PayoutPart') {
    return { ...claim, body: sumOfParts(known.body, claim.body) };
  }
  const better = known.forwarded && !claim.forwarded ? claim : known;
  if (known.occurred_at === claim.occurred_at) return better;
  return readAt(better, earlier(known.occurred_at, claim.occurred_at));
}

/** The claim with the time at which it was first read. */
export function readAt<Kind extends Claim>(claim: Kind, at: Instant | null): Kind {
  return claim.occurred_at === at ? claim : { ...claim, occurred_at: at };
}

export function compareClaims(left: Claim, right: Claim): number {
  if (left.id !== right.id) return left.id < right.id ? -1 : 1;
  // What one key tells in one word is one claim, whatever it says.
  if (!isFromSource(left) && !isFromSource(right)) return 0;
  return compareContent(left, right) || comparePayouts(left, right) || compareStatements(left, right);
}

/** One content may be stated several times: each time counts, as each can be withdrawn. */
function compareStatements(left: Claim, right: Claim): number {
  return left.import_id - right.import_id || (left.stated_at ?? -1) - (right.stated_at ?? -1);
}

function compareContent(left: Claim, right: Claim): number {
  if (left === right) return 0;
  const [leftText, rightText] = [contentText(left), contentText(right)];
  return leftText < rightText ? -1 : leftText > rightText ? 1 : 0;
}

/** The texts made so far: a claim among many contents of one id is compared again and again. */
const TEXTS = new WeakMap<Claim, string>();

/** A claim's whole content as one text. Whether another key gave it is not part of the content. */
function contentText(claim: Claim): string {
  let text = TEXTS.get(claim);
  if (text === undefined) {
    text = textOf(claim);
    TEXTS.set(claim, text);
  }
  return text;
}

function textOf(claim: Claim): string {
  return JSON.stringify([claim.provider, claim.merchant, ownTime(claim), sortedFields(claim.body)]);
}

/** SHA-256 of a claim's whole content in hex, pseudonyms included: it names a content, and ranks none. */
export function contentHash(claim: Claim): string {
  return hash('sha256', contentText(claim), 'hex');
}
