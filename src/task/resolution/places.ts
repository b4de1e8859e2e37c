// Searches the keys' states for what resolution must know about some facts.

import { aliasesIn } from '../../domain/payment-ids.ts';
import { merchantsOf, speakerOf } from '../../matching/speakers.ts';
import { standingClaims } from '../../matching/standing-claims.ts';
import { claimsOf } from '../key-record.ts';
import type { StateTable } from '../state-table.ts';

/** A reference whose claims name an alias, and who said so. */
export interface Place {
  readonly alias: string;
  readonly reference: string;
  /** The source of the claim, as `speakerOf` gives it. */
  readonly source: string | null;
  /** The merchants who placed an order there. */
  readonly merchants: readonly string[];
}

/** As they are found; `forwarded` are pairs of [fact id, key]. */
export interface FoundPlaces {
  readonly references: Place[];
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
      const claims = standingClaims(claimsOf(table.recordOf(slot)));
      for (const claim of claims) {
        if (claim.forwarded) {
          if (facts.has(claim.id)) found.forwarded.push([claim.id, table.keys.keyOf(slot)]);
          continue;
        }
        for (const alias of aliasesIn(claim.provider, claim.body)) {
          if (!aliases.has(alias)) continue;
          const about = { reference: table.keys.keyOf(slot), source: speakerOf(claim), merchants: merchantsOf(claims) };
          found.references.push({ alias, ...about });
        }
      }
    }
  }
  return found;
}

/** Collects pairs into sets by their first part. */
export function grouped<Value>(pairs: Iterable<readonly [string, Value]>): Map<string, Set<Value>> {
  const groups = new Map<string, Set<Value>>();
  for (const [name, value] of pairs) {
    const group = groups.get(name);
    if (group === undefined) groups.set(name, new Set([value]));
    else group.add(value);
  }
  return groups;
}
