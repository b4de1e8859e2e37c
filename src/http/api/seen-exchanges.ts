// Which raw exchanges somebody may see who works for single merchants: those that are about their orders alone. One
// exchange may bring the words of many orders, and an id may be another shop's, so every name in it must be theirs.

import type { Exchange } from '../../archive/exchanges/exchange.ts';
import type { Claim } from '../../domain/fact.ts';
import { formatInstant } from '../../domain/time.ts';
import { assessEvidence } from '../../matching/assess-key.ts';
import { compileRules } from '../../matching/rules.ts';
import { maySpeak, merchantsOf } from '../../matching/speakers.ts';
import { goesBy } from '../../projections/lookup.ts';
import { hasAllMerchants, mayTouch } from '../access/api-key.ts';
import type { Call } from './route.ts';

interface NamedKey {
  readonly claims: readonly Claim[];
  readonly merchants: readonly string[];
  readonly isOwn: boolean;
}

/** Those of some exchanges that the caller may see. Whose calls of this service there were is nobody's. */
export async function seenExchanges(
  { parts, caller }: Pick<Call, 'parts' | 'caller'>,
  exchanges: readonly Exchange[],
): Promise<readonly Exchange[]> {
  if (hasAllMerchants(caller) || exchanges.length === 0) return exchanges;
  const { loop, reader } = parts.ledger;
  await loop.catchUp();
  const rules = compileRules(loop.rules);
  const known = new Map<string, Promise<NamedKey | null>>();
  const read = async (name: string): Promise<NamedKey | null> => {
    const found = await reader.findKey(name);
    if (found === undefined) return null;
    const { claims, decisions } = found;
    const { merchant } = assessEvidence(name, { claims, decisions }, rules, reader.asOf);
    const merchants = [...new Set(merchantsOf(claims))];
    return { claims, merchants, isOwn: [merchant, ...merchants].every((one) => mayTouch(caller, one)) };
  };
  const keyOf = (name: string) => {
    const key = known.get(name) ?? read(name);
    known.set(name, key);
    return key;
  };
  const isSeen = async ({ account, names }: Exchange): Promise<boolean> => {
    if (!account.includes('/')) return false;
    const keys = await Promise.all(names.map(keyOf));
    const found = keys.filter((key) => key !== null);
    if (found.length === 0 || !found.every(({ isOwn }) => isOwn)) return false;
    if (rules.speakers !== null && !found.every(({ merchants }) => maySpeak(rules.speakers!, account, merchants))) {
      return false;
    }
    // Another name is an id of one of them.
    const isTheirs = (name: string) => found.some(({ claims }) => claims.some((claim) => goesBy(claim, name)));
    return names.every((name, at) => keys[at] !== null || isTheirs(name));
  };
  const seen = await Promise.all(exchanges.map(isSeen));
  return exchanges.filter((_, at) => seen[at]);
}

/** Without its bodies. */
export function exchangeView({ request: _, response: __, facts: ___, ...exchange }: Exchange): object {
  return { ...exchange, at: formatInstant(exchange.at) };
}
