// Which lines a key adds to sums over all keys. One line may come under several: without its reference first, and then
// with it. A key adds each line that it knows once, and takes off what its givers added, so that all keys together
// count it once.

import type { Claim } from '../domain/fact.ts';
import type { Line } from './claims.ts';
import { rankContents } from './contents.ts';
import { EMPTY_STATE, evolveAll } from './evolve.ts';
import { claimsWithGiven, toldTo } from './handoffs.ts';

export interface CountedLine {
  readonly line: Line;
  /** -1 where a giver has added it. */
  readonly sign: 1 | -1;
}

/** Of several contents under one id the one in use counts. The claims are in the state's order. */
export function countedLines(claims: readonly Claim[]): readonly CountedLine[] {
  const told = toldTo(claims);
  const counted: CountedLine[] = usedLines(claimsWithGiven(told)).map((line) => ({ line, sign: 1 }));
  const byGiver = new Map<string, Claim[]>();
  for (const { from, claim } of told.given) byGiver.set(from, [...(byGiver.get(from) ?? []), claim]);
  for (const given of byGiver.values()) {
    for (const line of usedLines(evolveAll(EMPTY_STATE, given).state.claims)) counted.push({ line, sign: -1 });
  }
  return counted;
}

/** Of lines with one id the one that counts. */
export function usedLines(claims: readonly Claim[]): Line[] {
  const lines: Line[] = [];
  for (let at = 0; at < claims.length; ) {
    let end = at + 1;
    while (end < claims.length && claims[end]!.id === claims[at]!.id) end++;
    const used = end === at + 1 ? claims[at]! : rankContents(claims.slice(at, end))[0]!;
    if (used.body.type === 'SettlementLineReported') lines.push(used as Line);
    at = end;
  }
  return lines;
}
