// What can go wrong at a gateway, each a switch with a sentence.

import { HesabuError } from '../../domain/errors.ts';

export const FAULTS = {
  lost: 'the webhook of a success never comes',
  late: 'a webhook comes hours later',
  repeated: 'a webhook comes several times, some of them at once',
  reordered: 'an earlier event comes after a later one',
  forged: 'a stranger sends webhooks that nobody signed',
  contradicting: 'events and the settlement contradict each other',
  limited: 'too many calls are answered 429, or 500 with a code that means the same',
  errors: 'calls are answered 500 and 503',
  slow: 'answers come after nobody waits any more',
  cut: 'answers break off',
  fees: 'a settlement line takes another fee than was agreed',
  lines: 'settlement lines are missing, doubled, or of another amount',
  delayed: "a day's report comes hours late",
  grown: "a day's report is incomplete at first",
} as const;

export type FaultName = keyof typeof FAULTS;
export type Faults = ReadonlySet<FaultName>;

export const FAULT_NAMES = Object.keys(FAULTS) as readonly FaultName[];

/** Reads `all`, `none` or names with commas between them. Throws HESABU_USAGE. */
export function parseFaults(text: string): Faults {
  if (text === 'all') return new Set(FAULT_NAMES);
  if (text === 'none') return new Set();
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !Object.hasOwn(FAULTS, name));
  if (unknown === undefined) return new Set(names as FaultName[]);
  throw new HesabuError('HESABU_USAGE', {
    where: '--faults',
    expected: `all, none, or some of ${FAULT_NAMES.join(', ')}`,
    found: `"${unknown}"`,
  });
}
