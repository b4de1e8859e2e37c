// The reason that a person gives for what stays in the log.

import { HesabuError } from '../domain/errors.ts';
import { EPOCH_WHY_MAX } from '../ledger/epoch.ts';

/** Throws HESABU_USAGE unless it is a printable text of 1 to 500 characters. */
export function readWhy(text: string): string {
  const why = text.trim();
  const isText = why !== '' && why.length <= EPOCH_WHY_MAX && !/\p{C}/u.test(why);
  if (isText) return why;
  const expected = `a reason of 1 to ${EPOCH_WHY_MAX} printable characters`;
  throw new HesabuError('HESABU_USAGE', { where: '--why', expected, found: `${why.length} characters` });
}
