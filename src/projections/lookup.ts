// Finds keys by any name of a payment or a payout: the shop's reference, the provider's id or the operator's.

import type { DecisionBody } from '../domain/decision.ts';
import { entryId } from '../domain/entry.ts';
import {
  type Claim,
  isFromSource,
  type OrderPlaced,
  type OrderStatusChanged,
  type SourceBody,
} from '../domain/fact.ts';
import { isIdentityKey, isPeriodKey, PAYOUT_MARK_CODE } from '../domain/key.ts';
import { idsIn } from '../domain/payment-ids.ts';
import { claimsWithGiven, toldTo } from '../matching/handoffs.ts';
import { hasCredits } from '../matching/linked-money.ts';
import { partsIn } from '../matching/order-parts.ts';
import { distinctClaims } from '../matching/standing-claims.ts';
import { readRecord } from '../task/key-record.ts';
import { isEmptyPlace } from '../task/record-place.ts';
import type { ReconciliationTask } from '../task/task.ts';
import { packedWith } from './id-index.ts';

export interface KeyClaims {
  readonly key: string;
  readonly partition: number;
  /** As the key has them, with what other keys told it. */
  readonly claims: readonly Claim[];
  /** What people decided of it. */
  readonly decisions: readonly Claim<DecisionBody>[];
  /** The ids of the entries with the key's current findings, in the findings' order. */
  readonly entryIds: readonly string[];
  /** Whether nothing stands under it: its claims count elsewhere, or wait. */
  readonly isVacant: boolean;
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
    return slot === undefined || isUnknown(task, slot) ? [] : [claimsAt(task, slot)];
  });
  if (references === 'only' || (named.length > 0 && references === 'and ids')) return named;
  const wanted = Buffer.from(name);
  const found: KeyClaims[] = [];
  for (const task of tasks) {
    const { table } = task;
    const { packed } = table;
    const among = packed === undefined ? 'all' : packedWith(packed, name, (slot) => namesAt(task, slot));
    for (let slot = 0; slot < table.count; slot++) {
      if (among !== 'all' && packed!.has(slot) && !among.has(slot)) continue;
      if (table.keys.markOf(slot) === PAYOUT_MARK_CODE && table.keys.keyOf(slot).endsWith(`:${name}`)) {
        found.push(claimsAt(task, slot));
        continue;
      }
      if (among === 'all') packed?.ahead.read(slot, table.count, itself);
      const { bytes, from, to } = table.recordOf(slot);
      // The bytes are searched first: decoding every claim of every key was measured ten times slower.
      if (bytes.subarray(from, to).indexOf(wanted) < 0) continue;
      const key = claimsAt(task, slot);
      if (claimsWithGiven(toldTo(key.claims)).some((claim) => goesBy(claim, name))) found.push(key);
    }
    packed?.ahead.forget();
  }
  // An identity is found by its name where its facts stand under it, or where nothing else is.
  const standing = found.filter(({ key, isVacant }) => !(isIdentityKey(key) && isVacant));
  return standing.length > 0 ? standing : found;
}

function itself(slot: number): number {
  return slot;
}

/** A key of which no source said anything, and that no order names as its whole; of a day, nobody. */
function isUnknown(task: ReconciliationTask, slot: number): boolean {
  const { claims, decisions } = task.stateAt(slot);
  if (decisions !== undefined && isPeriodKey(task.table.keys.keyOf(slot))) return false;
  const told = toldTo(claims);
  return told.own.length === 0 && partsIn(told).length === 0 && !hasCredits(claims);
}

/** What sources said of a key, each content once: also where it counts elsewhere, or was withdrawn. */
export function sourceClaims(claims: readonly Claim[]): readonly Claim<SourceBody>[] {
  const given = toldTo(claims).given.map(({ claim }) => claim);
  return distinctClaims([...claims, ...given]).filter(isFromSource);
}

/** What a shop says of the order under this reference: few claims, however many the key has. */
export function orderClaims(tasks: readonly ReconciliationTask[], reference: string): OrderClaim[] {
  for (const task of tasks) {
    const slot = task.table.keys.find(reference);
    if (slot === undefined) continue;
    const { claims } = task.stateAt(slot);
    const about = claims.filter((claim) => isOfOrder(claim) || claim.body.type === 'ClaimWithdrawn');
    return toldTo(about).own.filter(isOfOrder);
  }
  return [];
}

export type OrderClaim = Claim<OrderPlaced | OrderStatusChanged>;

function isOfOrder(claim: Claim): claim is OrderClaim {
  return claim.body.type === 'OrderPlaced' || claim.body.type === 'OrderStatusChanged';
}

/** The references that name an identity. */
export interface IdentityClaimants {
  /** The identity's key. */
  readonly identity: string;
  /** In byte order. */
  readonly claimants: readonly string[];
}

/** The identities among these keys that any reference names. */
export function claimantsOf(tasks: readonly ReconciliationTask[], identities: readonly string[]): IdentityClaimants[] {
  return identities.flatMap((identity) =>
    tasks.flatMap((task) => {
      const claimants = claimantsIn(task, identity);
      return claimants.length === 0 ? [] : [{ identity, claimants }];
    }),
  );
}

function claimantsIn(task: ReconciliationTask, identity: string): string[] {
  const only = task.identities.referenceOf(identity);
  if (only !== undefined) return [only];
  const slot = task.table.keys.find(identity);
  if (slot === undefined) return [];
  const { words } = toldTo(task.stateAt(slot).claims);
  return words.flatMap(({ word, from }) => (word === 'claims' ? [from] : [])).sort();
}

function claimsAt(task: ReconciliationTask, slot: number): KeyClaims {
  const { table, head } = task;
  const place = table.recordOf(slot);
  const { partition } = head;
  const { places } = readRecord(place.bytes, place.from, place.to).entered;
  const entryIds = places.map(({ height, index }) => entryId(partition, height, index));
  const key = table.keys.keyOf(slot);
  const { claims, decisions = [] } = task.stateAt(slot);
  const isVacant = isEmptyPlace(table.assessmentOf(slot));
  return { key, partition, claims, decisions, entryIds, isVacant };
}

function namesAt(task: ReconciliationTask, slot: number): string[] {
  return task.stateAt(slot).claims.flatMap((claim) => namesOf(claim).filter((name) => name !== null));
}

/** All ids that are said of a key, also by what other keys told it. */
export function namesIn(claims: readonly Claim[]): readonly string[] {
  return claimsWithGiven(toldTo(claims)).flatMap((claim) => namesOf(claim).filter((name) => name !== null));
}

/** Those of these keys that go by an id. */
export function keysGoingBy(tasks: readonly ReconciliationTask[], id: string, keys: readonly string[]): string[] {
  return keys.filter((key) =>
    tasks.some((task) => {
      const slot = task.table.keys.find(key);
      return slot !== undefined && claimsWithGiven(toldTo(task.stateAt(slot).claims)).some((one) => goesBy(one, id));
    }),
  );
}

/** Whether a claim names a payment, an order, a shop's refund or a line of a bank like this. */
export function goesBy(claim: Claim, name: string): boolean {
  return namesOf(claim).includes(name);
}

function namesOf({ body }: Claim): readonly (string | null)[] {
  if (body.type === 'BankLineReported') return [body.bank_reference];
  if (body.type === 'RefundRequested') return [body.refund_id];
  return body.type === 'OrderPlaced' ? [body.order_number] : idsIn(body);
}
