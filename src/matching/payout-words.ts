// What a key tells its payouts: what its lines come to in each.

import { type Claim, type PayoutPart, type Source, sourceName } from '../domain/fact.ts';
import { payoutKey } from '../domain/key.ts';
import { countedLines } from './counted-lines.ts';
import { isTold } from './handoffs.ts';
import { differenceOfParts, emptyPart, isEmptyPart, partName, partOfLine, sumOfParts } from './payout-parts.ts';

/** The parts of one payout, and whose payout it is. */
export interface PayoutParts extends Source {
  /** One for each currency and date, in this order. */
  readonly parts: readonly PayoutPart[];
}

const NONE: ReadonlyMap<string, PayoutParts> = new Map();

/** By the payout's key, what the claims of a key come to there, see `countedLines`. */
export function payoutPartsOf(claims: readonly Claim[]): ReadonlyMap<string, PayoutParts> {
  if (!isTold(claims) && !claims.some(({ payout }) => payout !== null)) return NONE;
  const payouts = new Map<string, { readonly source: Source; readonly parts: Map<string, PayoutPart> }>();
  for (const { line, sign } of countedLines(claims)) {
    // The line that says what was paid is what the sum is held against.
    if (line.payout === null || line.body.line_type === 'payout') continue;
    const key = payoutKey(sourceName(line), line.payout);
    let payout = payouts.get(key);
    if (payout === undefined) {
      payout = { source: line, parts: new Map() };
      payouts.set(key, payout);
    }
    const part = partOfLine(line.body);
    const name = partName(part);
    const known = payout.parts.get(name) ?? emptyPart(part);
    payout.parts.set(name, sign > 0 ? sumOfParts(known, part) : differenceOfParts(known, part));
  }
  const found = new Map<string, PayoutParts>();
  for (const [key, { source, parts }] of payouts) {
    const names = [...parts.keys()].sort();
    const told = names.map((name) => parts.get(name)!).filter((part) => !isEmptyPart(part));
    const { provider, account } = source;
    if (told.length > 0) found.set(key, { provider, account, parts: told });
  }
  return found;
}
