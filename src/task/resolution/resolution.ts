// Resolution: puts facts that name no order of the shop's under the key they belong to. Ids that two facts share are
// one payment's, so the reference that any of them carries is the reference of all. Decided anew from all facts each
// time, so that the order in which they came makes no difference.

import type { Fact } from '../../domain/fact.ts';
import { aliasesIn } from '../../domain/payment-ids.ts';
import type { Instant } from '../../domain/time.ts';

/** What the keys' states tell: which references an id was claimed with, and where forwarded facts are now. */
export interface KnownPlaces {
  /** Provider-qualified id -> the references claimed with it. */
  readonly references: ReadonlyMap<string, ReadonlySet<string>>;
  /** Fact id -> the keys that hold the fact because resolution put it there. */
  readonly forwarded: ReadonlyMap<string, ReadonlySet<string>>;
}

/** A fact to append under a key. */
export interface Forwarding {
  readonly key: string;
  readonly fact: Fact;
}

/**
 * What must be appended so that every fact is where it belongs: under the smallest reference claimed with an id that
 * it shares, directly or through other such facts; otherwise, once `graceEnds` has passed, under its identity. A key
 * that holds a fact which belongs elsewhere is told that the fact moved.
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

/** Per fact the smallest reference of its group; groups are facts connected by shared ids. */
function referencesOf(facts: readonly Fact[], known: KnownPlaces): (string | undefined)[] {
  const parents = facts.map((_, at) => at);
  const rootOf = (at: number): number => {
    let root = at;
    while (parents[root] !== root) root = parents[root]!;
    while (parents[at] !== root) [at, parents[at]] = [parents[at]!, root];
    return root;
  };
  const first = new Map<string, number>();
  const smallest = new Map<number, string>();
  const claim = (root: number, reference: string | undefined) => {
    const old = smallest.get(root);
    if (reference !== undefined && (old === undefined || reference < old)) smallest.set(root, reference);
  };
  for (const [at, fact] of facts.entries()) {
    for (const alias of aliasesIn(fact.provider, fact.body)) {
      const other = first.get(alias);
      if (other === undefined) first.set(alias, at);
      else {
        const [from, into] = [rootOf(at), rootOf(other)];
        parents[from] = into;
        claim(into, smallest.get(from));
      }
      for (const reference of known.references.get(alias) ?? []) claim(rootOf(at), reference);
    }
  }
  return facts.map((_, at) => smallest.get(rootOf(at)));
}
