// The number of what rules mean. A change of the matching that would give other results for the same facts gets the
// next number: blocks are executed under the number of their rules, so old ledgers replay for ever, and a ledger goes
// on under its own number until an epoch takes it to the newest one.

/** The newest number that this version knows. */
export const NEWEST_SEMANTICS = 1;

/** Rules from before there was a number have the first one. */
const FIRST_SEMANTICS = 1;

interface Numbered {
  readonly semantics?: number | undefined;
}

export function semanticsOf({ semantics = FIRST_SEMANTICS }: Numbered): number {
  return semantics;
}

/** The same rules under a number. The first one is not written, so that old rules keep their hash. */
export function withSemantics<Rules extends Numbered>(rules: Rules, semantics: number): Rules {
  if (semanticsOf(rules) === semantics && rules.semantics !== FIRST_SEMANTICS) return rules;
  const { semantics: _, ...rest } = rules;
  return (semantics === FIRST_SEMANTICS ? rest : { ...rest, semantics }) as Rules;
}

/** Why rules of one number cannot follow those of another, in words; undefined if they can. */
export function semanticsFault(before: number, after: number, beginsEpoch: boolean): string | undefined {
  if (after < before) return `the semantics of its rules is ${after}, after ${before}`;
  if (after > before && !beginsEpoch) return `the semantics of its rules grows from ${before} without an epoch`;
  return undefined;
}
