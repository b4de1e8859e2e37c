// What other keys told a key, apart from what its sources claim.

import { type Claim, isFromSource, type SourceBody } from '../domain/fact.ts';
import type { Handoff, HandoffWord } from '../domain/handoff.ts';
import { EMPTY_STATE, evolveAll } from './evolve.ts';
import { standingClaims } from './standing-claims.ts';

/** After `gives`. */
export interface Given {
  /** How the giver knew the reference, see `Claimant`; null between references. */
  readonly path: readonly string[] | null;
  readonly claim: Claim;
}

/** A claim that another key gave. */
export interface GivenClaim extends Given {
  readonly from: string;
}

export interface Told {
  /** The claims of sources under this key that hold. */
  readonly own: readonly Claim<SourceBody>[];
  readonly given: readonly GivenClaim[];
  /** What is said now, with the JSON after each word. */
  readonly words: readonly { readonly word: HandoffWord; readonly from: string; readonly content: string }[];
}

const TOLD = new WeakMap<readonly Claim[], Told>();
const NONE: readonly never[] = [];

/** Whether other keys told it anything. Most keys were told nothing. */
export function isTold(claims: readonly Claim[]): boolean {
  for (const { body } of claims) if (body.type === 'Handoff' || body.type === 'PayoutPart') return true;
  return false;
}

/** Separates the claims of a state. */
export function toldTo(claims: readonly Claim[]): Told {
  if (!isTold(claims)) return { own: standingClaims(claims as readonly Claim<SourceBody>[]), given: NONE, words: NONE };
  let told = TOLD.get(claims);
  if (told === undefined) {
    told = read(claims);
    TOLD.set(claims, told);
  }
  return told;
}

function read(claims: readonly Claim[]): Told {
  const own: Claim<SourceBody>[] = [];
  const given: GivenClaim[] = [];
  const words: { word: HandoffWord; from: string; content: string }[] = [];
  for (const claim of claims) {
    if (isFromSource(claim)) own.push(claim);
    else if (claim.body.type !== 'Handoff' || claim.body.content === null) continue;
    else if (claim.body.word === 'gives') given.push(givenBy(claim.body, claim.body.content));
    else words.push({ word: claim.body.word, from: claim.body.from, content: claim.body.content });
  }
  return { own: standingClaims(own), given, words };
}

function givenBy({ from }: Handoff, content: string): GivenClaim {
  const { path, claim } = JSON.parse(content) as Given;
  return { from, path, claim: { ...claim, forwarded: true } };
}

/** The claims of sources and those that other keys gave, each once. */
export function claimsWithGiven({ own, given }: Told): readonly Claim[] {
  if (given.length === 0) return own;
  return evolveAll(EMPTY_STATE, [...own, ...given.map(({ claim }) => claim)]).state.claims;
}
