// Finds keys by any name of a payment or a payout: the shop's reference, the provider's id or the operator's.

import { entryId } from '../domain/entry.ts';
import type { Claim, OrderPlaced } from '../domain/fact.ts';
import { idsIn } from '../domain/payment-ids.ts';
import { standingClaims } from '../matching/standing-claims.ts';
import { readRecord } from '../task/key-record.ts';
import type { ReconciliationTask } from '../task/task.ts';

export interface KeyClaims {
  readonly key: string;
  readonly partition: number;
  readonly claims: readonly Claim[];
  /** The ids of the entries with the key's current findings, in the findings' order. */
  readonly entryIds: readonly string[];
}

/**
 * Looks for the reference first. Only if no key has it are the ids of all claims searched, unless only references are
 * requested. With only ids, a key that has the name as its reference is passed over.
 */
export function findClaims(
  tasks: readonly ReconciliationTask[],
  name: string,
  references: 'and ids' | 'only' | 'passed over' = 'and ids',
): KeyClaims[] {
  const named = tasks.flatMap((task) => {
    const slot = task.table.keys.find(name);
    return slot === undefined ? [] : [claimsAt(task, slot)];
  });
  if (references === 'only' || (named.length > 0 && references === 'and ids')) return named;
  const wanted = Buffer.from(name);
  const found: KeyClaims[] = [];
  for (const task of tasks) {
    const { table } = task;
    for (let slot = 0; slot < table.count; slot++) {
      if (table.keys.isPayout(slot) && table.keys.keyOf(slot).endsWith(`:${name}`)) {
        found.push(claimsAt(task, slot));
        continue;
      }
      const { bytes, from, to } = table.recordOf(slot);
      // The bytes are searched first: decoding every claim of every key was measured ten times slower.
      if (bytes.subarray(from, to).indexOf(wanted) < 0) continue;
      const key = claimsAt(task, slot);
      // An identity that gave up its facts is no longer found by their ids, and nothing by what was withdrawn.
      if (standingClaims(key.claims).some((claim) => goesBy(claim, name))) found.push(key);
    }
  }
  return found;
}

/** The claims of the order under this reference: few, however many claims the key has. */
export function orderClaims(tasks: readonly ReconciliationTask[], reference: string): Claim<OrderPlaced>[] {
  for (const task of tasks) {
    const slot = task.table.keys.find(reference);
    if (slot === undefined) continue;
    const { claims } = task.stateAt(slot);
    const about = claims.filter(({ body }) => body.type === 'OrderPlaced' || body.type === 'ClaimWithdrawn');
    return standingClaims(about).filter((claim): claim is Claim<OrderPlaced> => claim.body.type === 'OrderPlaced');
  }
  return [];
}

function claimsAt(task: ReconciliationTask, slot: number): KeyClaims {
  const { table, head } = task;
  const place = table.recordOf(slot);
  const { partition } = head;
  const { places } = readRecord(place.bytes, place.from, place.to).entered;
  const entryIds = places.map(({ height, index }) => entryId(partition, height, index));
  return { key: table.keys.keyOf(slot), partition, claims: task.stateAt(slot).claims, entryIds };
}

/** Whether a claim names a payment, an order or a line of a bank like this. */
export function goesBy({ body }: Claim, name: string): boolean {
  if (body.type === 'BankLineReported') return body.bank_reference === name;
  return body.type === 'OrderPlaced' ? body.order_number === name : idsIn(body).includes(name);
}
