// Resolution: puts facts without a reference under the key they belong to. Facts that share an id are about one
// payment, so the reference of one of them is the reference of all. Each run decides from all facts, so that their
// order makes no difference.

import type { Fact } from '../../domain/fact.ts';
import { aliasesIn } from '../../domain/payment-ids.ts';
import type { Instant } from '../../domain/time.ts';
import { type Speakers, voicesOf } from '../../matching/speakers.ts';
import { rankOf } from './place-rank.ts';
import type { Place } from './places.ts';

/** From the keys' states: the references claimed with an id, and where forwarded facts are now. */
export interface KnownPlaces {
  /** Provider-qualified id -> the references claimed with it. */
  readonly references: ReadonlyMap<string, ReadonlySet<Place>>;
  /** Fact id -> the keys that hold the fact because resolution put it there. */
  readonly forwarded: ReadonlyMap<string, ReadonlySet<string>>;
  readonly speakers: Speakers | null;
}

/** A fact to append under a key. */
export interface Forwarding {
  readonly key: string;
  readonly fact: Fact;
}

/**
 * What must be appended so that every fact is under its key: the smallest reference claimed with an id that it shares,
 * directly or through other such facts; otherwise, once `graceEnds` has passed, its identity. A key with a fact that
 * belongs elsewhere gets a fact which says that it moved.
 */
export function resolve(
  facts: readonly Fact[],
  known: KnownPlaces,
  graceEnds: (fact: Fact) => Instant | null,
  asOf: Instant,
): Forwarding[] {
  const references = referencesOf(facts, known);
  const forwardings: Forwarding[] = [];
  for (const [at, fact] of facts.entries()) {
    const reference = references[at];
    const held = known.forwarded.get(fact.id) ?? new Set<string>();
    const ends = reference === undefined ? graceEnds(fact) : null;
    const isWaiting = reference === undefined && ends !== null && ends > asOf;
    if (isWaiting) continue;
    const key = reference ?? fact.transaction_reference;
    if (!held.has(key)) forwardings.push({ key, fact: { ...fact, transaction_reference: key, forwarded: true } });
    for (const old of held) if (old !== key) forwardings.push({ key: old, fact: moved(fact, old, key) });
  }
  return forwardings;
}

function moved(fact: Fact, from: string, to: string): Fact {
  return {
    ...fact,
    id: `moved:${fact.id}`,
    transaction_reference: from,
    forwarded: false,
    body: { type: 'FactMoved', fact: fact.id, to },
  };
}

/**
 * Per fact the smallest of the references that suit it best in its group; groups are facts of one voice connected by
 * shared ids.
 */
function referencesOf(facts: readonly Fact[], { references, speakers }: KnownPlaces): (string | undefined)[] {
  const parents = facts.map((_, at) => at);
  const rootOf = (at: number): number => {
    let root = at;
    while (parents[root] !== root) root = parents[root]!;
    while (parents[at] !== root) [at, parents[at]] = [parents[at]!, root];
    return root;
  };
  const voiceOf = voicesOf(speakers);
  const first = new Map<string, number>();
  for (const [at, fact] of facts.entries()) {
    // A withdrawal goes where the claim goes.
    const about = `claim\n${fact.body.type === 'ClaimWithdrawn' ? fact.body.claim : fact.id}`;
    for (const name of [about, ...aliasesIn(fact.provider, fact.body).map((alias) => `${voiceOf(fact)}\n${alias}`)]) {
      const other = first.get(name);
      if (other === undefined) first.set(name, at);
      else parents[rootOf(other)] = rootOf(at);
    }
  }
  const places = new Map<number, Set<Place>>();
  for (const [at, fact] of facts.entries()) {
    const root = rootOf(at);
    const found = places.get(root) ?? new Set();
    places.set(root, found);
    for (const alias of aliasesIn(fact.provider, fact.body)) {
      for (const place of references.get(alias) ?? []) found.add(place);
    }
  }
  return facts.map((fact, at) => bestPlace(fact, places.get(rootOf(at))!, speakers));
}

/** The reference that suits a fact best; of several the smallest in the order of their bytes, undefined for none. */
function bestPlace(fact: Fact, places: ReadonlySet<Place>, speakers: Speakers | null): string | undefined {
  let best: { readonly rank: number; readonly reference: string } | undefined;
  for (const place of places) {
    const rank = speakers === null ? 0 : rankOf(fact, place, speakers);
    if (rank === null || (best !== undefined && rank > best.rank)) continue;
    if (best === undefined || rank < best.rank || place.reference < best.reference) {
      best = { rank, reference: place.reference };
    }
  }
  return best?.reference;
}
