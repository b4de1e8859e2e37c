// Money that only waits for its time, of the statements of a day: by currency, and each direction apart.

import type { DayStatements } from '../api/statement-types.ts';
import { difference, total } from './amount.ts';

export interface Waiting {
  readonly currency: string;
  readonly count: number;
  readonly under: string;
  readonly over: string;
}

/** Of all statements of a day that one sees, by currency. */
export function waitingIn({ statements }: Pick<DayStatements, 'statements'>): readonly Waiting[] {
  const byCurrency = Map.groupBy(statements, ({ currency }) => currency);
  return [...byCurrency]
    .flatMap(([currency, some]) => {
      const lines = some.flatMap(({ bridge }) => bridge.explained.filter(({ line }) => line === 'pending'));
      // Nothing is written with the places of the currency too.
      const nothing = lines.map(({ value }) => difference(value, value));
      const sum = (side: 'under' | 'over') => {
        return total([...nothing, ...lines.filter((one) => one.side === side).map(({ value }) => value)]);
      };
      const count = lines.reduce((all, one) => all + one.count, 0);
      return count === 0 ? [] : [{ currency, count, under: sum('under'), over: sum('over') }];
    })
    .sort((left, right) => (left.currency < right.currency ? -1 : 1));
}
