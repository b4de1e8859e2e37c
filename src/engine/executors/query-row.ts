// The form of a query to executors: how one answers it, and how the answers of several become one.

import type { RulesByHash } from '../../task/rules-store.ts';
import type { TaskGroup } from '../../task/task-group.ts';
import type { LogModels } from './log-models.ts';

/**
 * One query. `Input` is its input, `Answer` the answer of one executor for its partitions, and `Whole` the merged
 * answers of all executors. Inputs and answers go between threads, so they are plain data.
 */
export interface Row<Input extends object, Answer, Whole> {
  /** The answer of one executor, from the tasks of its partitions, or from the log. */
  answer(group: TaskGroup, input: Input, rules: RulesByHash, models: LogModels): Answer;
  /** Merges the answers, which are in the order of the executors. */
  merge(answers: readonly Answer[]): Whole;
  /** The partition of the query: only its executor is asked. All executors if absent or undefined. */
  partition?(input: Input): number | undefined;
}

/** Names the types of a row; `Whole` is by default the type of one answer. */
export function row<Input extends object, Answer, Whole = Answer>(
  given: Row<Input, Answer, Whole>,
): Row<Input, Answer, Whole> {
  return given;
}

/** A query for a list, to which every executor gives its part. */
export function listRow<Input extends object, Element>(
  answer: Row<Input, Element[], Element[]>['answer'],
): Row<Input, Element[], Element[]> {
  return { answer, merge: (answers) => answers.flat() };
}

/** A query about the log of all partitions, of which the first one's executor has what is made. */
export function logRow<Input extends object, Answer>(
  answer: (models: LogModels, input: Input) => Answer,
): Row<Input, Answer, Answer> {
  return {
    answer: (_group, input, _rules, models) => answer(models, input),
    merge: ([only]) => only!,
    partition: () => 0,
  };
}
