// What a key tells its payouts: what its lines come to in each.

import { type Claim, type PayoutPart, type Source, sourceName } from '../domain/fact.ts';
import { payoutKey } from '../domain/key.ts';
import type { Line } from './claims.ts';
import { rankContents } from './contents.ts';
import { toldTo } from './handoffs.ts';
import { partName, partOfLine, sumOfParts } from './payout-parts.ts';

/** The parts of one payout, and whose payout it is. */
export interface PayoutParts extends Source {
  /** One for each currency and date, in this order. */
  readonly parts: readonly PayoutPart[];
}

const NONE: ReadonlyMap<string, PayoutParts> = new Map();

/**
 * By the payout's key, what the claims of a key come to there. A claim that another key gave counts at that key. Of
 * several contents under one id the one in use counts. The claims are in the state's order.
 */
export function payoutPartsOf(claims: readonly Claim[]): ReadonlyMap<string, PayoutParts> {
  if (!claims.some(({ payout }) => payout !== null)) return NONE;
  const all = toldTo(claims).own;
  const payouts = new Map<string, { readonly source: Source; readonly parts: Map<string, PayoutPart> }>();
  for (let at = 0; at < all.length; ) {
    let end = at + 1;
    while (end < all.length && all[end]!.id === all[at]!.id) end++;
    const used = end === at + 1 ? all[at]! : rankContents(all.slice(at, end))[0]!;
    at = end;
    if (used.payout === null || used.forwarded || !isPartLine(used)) continue;
    const key = payoutKey(sourceName(used), used.payout);
    let payout = payouts.get(key);
    if (payout === undefined) {
      payout = { source: used, parts: new Map() };
      payouts.set(key, payout);
    }
    const part = partOfLine(used.body);
    const name = partName(part);
    const known = payout.parts.get(name);
    payout.parts.set(name, known === undefined ? part : sumOfParts(known, part));
  }
  const found = new Map<string, PayoutParts>();
  for (const [key, { source, parts }] of payouts) {
    const names = [...parts.keys()].sort();
    const { provider, account } = source;
    found.set(key, { provider, account, parts: names.map((name) => parts.get(name)!) });
  }
  return found;
}

/** Whether a claim is a line that is summed up; the line that says what was paid is what the sum is held against. */
function isPartLine(claim: Claim): claim is Line {
  return claim.body.type === 'SettlementLineReported' && claim.body.line_type !== 'payout';
}
