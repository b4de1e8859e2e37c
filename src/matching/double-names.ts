// Returns that a network names in two ways: by one id in its callbacks, by another one in its answers, and the payment
// too. Nothing connects them but what they say. So a return of which only callbacks tell and one of which only answers
// tell are one, if they are of one kind, amount and outcome and share no id at all, not even that of the payment.

import { bestAmount, bestOutcome } from './evidence.ts';
import type { IdGroup } from './id-groups.ts';

/** The returns of one payment, each of which stays what it is or has another one joined to it, one to one. */
export function joinDoublyNamed(groups: readonly IdGroup[]): readonly IdGroup[] {
  if (groups.length < 2) return groups;
  const told = groups.filter(isToldOnlyByCallbacks).sort(byName);
  const answered = groups.filter(isOnlyAnswered).sort(byName);
  if (told.length === 0 || answered.length === 0) return groups;
  const joined = new Map<IdGroup, IdGroup>();
  const gone = new Set<IdGroup>();
  for (const group of told) {
    const other = answered.find((one) => !gone.has(one) && isSame(group, one));
    if (other === undefined) continue;
    gone.add(other);
    joined.set(group, join(group, other));
  }
  return groups.flatMap((group) => (gone.has(group) ? [] : (joined.get(group) ?? group)));
}

function isToldOnlyByCallbacks({ ids, observations }: IdGroup): boolean {
  return ids.length > 0 && observations.length > 0 && observations.every(({ body }) => body.via === 'callback');
}

/** An answer that names the payment. */
function isOnlyAnswered({ ids, observations }: IdGroup): boolean {
  const isAnswer = observations.length > 0 && observations.every(({ body }) => body.via === 'poll');
  return isAnswer && ids.length > 0 && observations.some(({ body }) => body.original_transaction_id !== null);
}

function isSame(left: IdGroup, right: IdGroup): boolean {
  if (left.voice !== right.voice || contentOf(left) !== contentOf(right) || contentOf(left) === null) return false;
  const originals = originalsOf(right);
  return !originalsOf(left).some((id) => originals.includes(id));
}

/** What is said; null where the amount or the outcome is not known. */
function contentOf({ observations }: IdGroup): string | null {
  const [amount, outcome] = [bestAmount(observations)?.body, bestOutcome(observations)?.body];
  if (amount === undefined || outcome === undefined) return null;
  return [outcome.kind, outcome.status, amount.amount, amount.currency].join('\n');
}

function originalsOf({ observations }: IdGroup): string[] {
  return observations.flatMap(({ body }) => body.original_transaction_id ?? []);
}

function join(left: IdGroup, right: IdGroup): IdGroup {
  return {
    voice: left.voice,
    ids: [...left.ids, ...right.ids],
    observations: [...left.observations, ...right.observations],
    lines: [...left.lines, ...right.lines],
  };
}

function byName(left: IdGroup, right: IdGroup): number {
  const [one, other] = [[...left.ids].sort().join('\n'), [...right.ids].sort().join('\n')];
  return one < other ? -1 : one > other ? 1 : 0;
}
