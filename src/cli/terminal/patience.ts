// How long a command waits at its start for a cluster or a registry that is away, and where it says so.

import { HesabuError } from '../../domain/errors.ts';
import { parseDuration } from '../../domain/time.ts';
import type { Patience } from '../../kafka/client/outages.ts';

/** Of an option with an ISO 8601 duration, in milliseconds. Throws HESABU_USAGE. */
export function durationIn(where: string, text: string): number {
  const millis = parseDuration(text);
  if (millis !== undefined) return millis;
  throw new HesabuError('HESABU_USAGE', { where, expected: 'a duration such as PT2M', found: `"${text}"` });
}

export function waitIn(text: string): number {
  return durationIn('--wait', text);
}

/** Says it on stderr: stdout has the result. */
export function patienceOf({ wait }: { readonly wait: string }): Patience {
  return { waitMillis: waitIn(wait), tell: (text) => process.stderr.write(`${text}\n`) };
}
