// Searches the keys' states for what resolution must know about some facts.

import type { Claim } from '../../domain/fact.ts';
import { aliasesIn } from '../../domain/payment-ids.ts';
import { withoutMoved } from '../../matching/claims.ts';
import { claimsOf } from '../key-record.ts';
import type { StateTable } from '../state-table.ts';

/** Pairs of [alias, reference] and of [fact id, key], as they are found. */
export interface FoundPlaces {
  readonly references: [string, string][];
  readonly forwarded: [string, string][];
}

/** Which of the aliases are claimed under a reference, and under which keys the facts are forwarded. */
export function findPlaces(
  tables: readonly StateTable[],
  aliases: ReadonlySet<string>,
  facts: ReadonlySet<string>,
): FoundPlaces {
  const found: FoundPlaces = { references: [], forwarded: [] };
  for (const table of tables) {
    for (let slot = 0; slot < table.count; slot++) {
      for (const claim of withoutMoved(claimsOf(table.recordOf(slot)))) {
        if (claim.forwarded) {
          if (facts.has(claim.id)) found.forwarded.push([claim.id, table.keys.keyOf(slot)]);
        } else addReferences(found, claim, aliases, table, slot);
      }
    }
  }
  return found;
}

function addReferences(
  found: FoundPlaces,
  claim: Claim,
  aliases: ReadonlySet<string>,
  table: StateTable,
  slot: number,
): void {
  for (const alias of aliasesIn(claim.provider, claim.body)) {
    if (aliases.has(alias)) found.references.push([alias, table.keys.keyOf(slot)]);
  }
}

/** Collects pairs into sets by their first part. */
export function grouped(pairs: Iterable<readonly [string, string]>): Map<string, Set<string>> {
  const groups = new Map<string, Set<string>>();
  for (const [name, value] of pairs) {
    const group = groups.get(name);
    if (group === undefined) groups.set(name, new Set([value]));
    else group.add(value);
  }
  return groups;
}
