// Questions to the ledger's thread for callers who wait: one that is not answered in time is refused, so that a caller
// gets an answer while the ledger reads very much.

import { HesabuError } from '../../domain/errors.ts';
import type { Ask, QueryName } from '../../engine/executors/queries.ts';

/** How long a caller waits for the ledger, in real time. */
export const ANSWER_MILLIS_MAX = 10_000;
const UNAVAILABLE = 503;

/** A question that takes longer throws HESABU_OVERLOADED. It changes nothing, so it may be asked again. */
export function timelyAsk(ask: Ask, millis: number): Ask {
  return (query) => inTime(ask(query), query.query, millis);
}

/** The answer to a question of this name, or HESABU_OVERLOADED, which says what there is instead. */
export async function inTime<Answer>(
  answer: Promise<Answer>,
  query: QueryName,
  millis: number,
  found: () => string = () => 'none',
): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(unanswered(query, millis, found())), millis);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

function unanswered(query: QueryName, millis: number, found: string): HesabuError {
  const expected = `an answer to ${query} within ${millis} ms`;
  const error = new HesabuError('HESABU_OVERLOADED', { where: 'the ledger', expected, found });
  return Object.assign(error, { statusCode: UNAVAILABLE });
}
