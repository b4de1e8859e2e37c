// Which claims of a key hold. A source may say a claim again, and an import may be withdrawn or replaced: a state keeps
// every statement of every content, so that no order of arrival makes a difference, and what holds is decided here.

import type { Claim, ClaimWithdrawn, SourceBody } from '../domain/fact.ts';
import { earlier } from '../domain/time.ts';
import { statedAt } from './claims.ts';
import { contentHash, readAt } from './evolve.ts';

/**
 * Each content once that somebody said and that was not withdrawn since, in the state's order. Of several statements
 * of one content the latest stands for it, with the earliest time at which it was read. Returns the same list if
 * nothing is left out.
 */
export function standingClaims(claims: readonly Claim<SourceBody>[]): readonly Claim<SourceBody>[] {
  const { withdrawn, isSaidAgain } = outline(claims);
  if (withdrawn === null && !isSaidAgain) return claims;
  const standing: Claim<SourceBody>[] = [];
  for (const claim of claims) {
    if (claim.body.type === 'ClaimWithdrawn') continue;
    if (withdrawn?.has(statementName(claim.id, contentHash(claim), claim.import_id))) continue;
    const last = standing.at(-1);
    if (last === undefined || !isSameClaim(last, claim)) standing.push(claim);
    else {
      const first = earlier(last.occurred_at, claim.occurred_at);
      standing[standing.length - 1] = readAt(isLater(claim, last) ? claim : last, first);
    }
  }
  return standing;
}

/** Each content once, whether it holds or was withdrawn, and each withdrawal. */
export function distinctClaims(claims: readonly Claim[]): readonly Claim[] {
  if (!outline(claims).isSaidAgain) return claims;
  return claims.filter((claim, at) => {
    const before = claims[at - 1];
    return before === undefined || !isSameClaim(before, claim);
  });
}

function isSameClaim(left: Claim, right: Claim): boolean {
  return left.id === right.id && left.payout === right.payout && contentHash(left) === contentHash(right);
}

/** What most keys have none of: withdrawals, by the statements that they name, and an id that came more than once. */
function outline(claims: readonly Claim[]): { withdrawn: ReadonlySet<string> | null; isSaidAgain: boolean } {
  let withdrawn: Set<string> | null = null;
  let isSaidAgain = false;
  for (let at = 0; at < claims.length; at++) {
    const { id, body } = claims[at]!;
    if (at > 0 && claims[at - 1]!.id === id) isSaidAgain = true;
    if (body.type !== 'ClaimWithdrawn') continue;
    withdrawn ??= new Set();
    withdrawn.add(nameOf(body));
  }
  return { withdrawn, isSaidAgain };
}

/** The claim that takes back what an import said of a claim; `content` is the hash of what it said. */
export function withdrawalOf(claim: Omit<Claim, 'body'>, content: string, why: string): Claim<ClaimWithdrawn> {
  const { id, provider, account, import_id } = claim;
  return {
    // With the name of the source at its beginning, as every claim of an account.
    id: `${id}#withdrawn/${import_id}/${content}`,
    ...{ provider, account, merchant: '', occurred_at: null, forwarded: false, payout: null },
    ...{ stated_at: null, import_id: 0 },
    body: { type: 'ClaimWithdrawn', claim: id, content, import_id, why },
  };
}

function nameOf({ claim, content, import_id }: ClaimWithdrawn): string {
  return statementName(claim, content, import_id);
}

/** The name of what an import says of a claim. */
export function statementName(id: string, content: string, importId: number): string {
  return `${importId}/${content}/${id}`;
}

function isLater(claim: Claim, known: Claim): boolean {
  return statedAt(claim) > statedAt(known);
}
