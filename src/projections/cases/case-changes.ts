// What goes between the place where the keys are and a list of cases elsewhere: what the list has, and what it lacks.
// Both go between threads, so they are plain data.

import type { Routing } from './case-owners.ts';
import type { CaseRow } from './case-rows.ts';

export interface CaseChangesQuestion {
  readonly routing: Routing;
  /** Of each partition the mark of what the list was told last. */
  readonly marks: ReadonlyMap<number, string>;
  /** From how many keys at most. */
  readonly most: number;
}

export interface PartChanges {
  readonly partition: number;
  readonly mark: string;
  /** Whether all that the list has of the partition is void. */
  readonly isWhole: boolean;
  /** By the slot of their key, all rows that there are of it now. */
  readonly rows: readonly (readonly [slot: number, rows: readonly CaseRow[]])[];
}

export interface CaseChanges {
  readonly parts: readonly PartChanges[];
  /** How many keys are still to be looked at. */
  readonly left: number;
}

/** What several executors answered as one. */
export function mergeCaseChanges(answers: readonly CaseChanges[]): CaseChanges {
  return {
    parts: answers.flatMap(({ parts }) => parts),
    left: answers.reduce((sum, { left }) => sum + left, 0),
  };
}
