// Compares the cases of a ledger with how they must stand, and describes the differences.

import type { CaseState } from '../../matching/case-state.ts';
import type { CaseRow } from '../../projections/cases/case-rows.ts';
import type { Simulation } from '../marketplace/simulation.ts';

/** A case that there must be, where it stands, and why, for people. */
interface ExpectedCase {
  readonly key: string;
  readonly reason: string;
  readonly stands: CaseState;
  readonly why: string;
}

type FoundCase = Pick<CaseRow, 'key' | 'status'> & { readonly finding: Pick<CaseRow['finding'], 'reason'> };

/** All cases of the week: what nobody touched is new. */
function expectedCases({ truths, work }: Pick<Simulation, 'truths' | 'work'>): ExpectedCase[] {
  const worked = new Map(work.map((one) => [nameOf(one.key, one.reason), one]));
  const open = truths.flatMap(({ key, scenario: why, reasons }) =>
    reasons.map((reason) => ({ key, reason, why, stands: worked.get(nameOf(key, reason))?.stands ?? 'new' })),
  );
  const resolved = work.flatMap(({ key, reason, scenario: why, stands }) =>
    stands === 'resolved' ? [{ key, reason, why, stands }] : [],
  );
  return [...open, ...resolved];
}

function nameOf(key: string, reason: string): string {
  return `${key}, ${reason}`;
}

/** One sentence for each key and reason that differs; [] if none. */
export function compareCases(simulation: Pick<Simulation, 'truths' | 'work'>, found: readonly FoundCase[]): string[] {
  const known = Map.groupBy(expectedCases(simulation), ({ key, reason }) => nameOf(key, reason));
  const rows = Map.groupBy(found, ({ key, finding }) => nameOf(key, finding.reason));
  return [...new Set([...known.keys(), ...rows.keys()])].flatMap((name) => {
    const [cases = [], seen = []] = [known.get(name), rows.get(name)];
    const [expected, actual] = [wordsOf(cases.map(({ stands }) => stands)), wordsOf(seen.map(({ status }) => status))];
    if (expected === actual) return [];
    return [`${name} (${cases[0]?.why ?? 'unknown'}): expected ${expected}, found ${actual}`];
  });
}

function wordsOf(states: readonly CaseState[]): string {
  return states.length === 0 ? 'no case' : states.toSorted().join(' and ');
}
