// The read model of one key's history: every fact under it and every entry about it, as in the log.

import { ByteReader } from '../domain/bytes.ts';
import type { DecisionBody } from '../domain/decision.ts';
import { type Entry, entryId } from '../domain/entry.ts';
import {
  type Claim,
  type Fact,
  type PayoutPart,
  type SourceBody,
  TASK_TOPICS,
  type TaskTopic,
} from '../domain/fact.ts';
import { HANDOFFS_TOPIC } from '../domain/handoff.ts';
import { partitionOf } from '../domain/partition.ts';
import { identityOf, isAboutPayment } from '../domain/payment-ids.ts';
import { decodeBlock, forEachEntry } from '../ledger/block-codec.ts';
import { readEntry } from '../ledger/entry-codec.ts';
import type { EventLog } from '../log/event-log.ts';
import { locateFact, readFact } from '../log/fact-codec.ts';
import { forEachFact, forEachValue } from '../log/value-frames.ts';
import { contentHash } from '../matching/evolve.ts';
import { toldTo } from '../matching/handoffs.ts';

/** What sources say, and what keys tell a payout: the other words between keys are no facts for people. */
export type ShownBody = SourceBody | PayoutPart | DecisionBody;

export interface LoggedFact {
  readonly topic: TaskTopic;
  readonly partition: number;
  readonly offset: bigint;
  readonly fact: Fact<ShownBody>;
}

/** In the order of the topics and then of the log, with repeats. Reads the whole partition of the key. */
export function factsUnder(log: Pick<EventLog, 'read'>, partition: number, key: string): LoggedFact[] {
  const facts: LoggedFact[] = [];
  for (const topic of TASK_TOPICS) {
    forEachUnder(log, topic, partition, key, (fact, offset) => {
      if (isShown(fact)) facts.push({ topic, partition, offset, fact });
    });
  }
  return facts;
}

/** The claims that other keys gave to this one, by the offset of the handoff in its partition. */
export function givenByOffset(log: Pick<EventLog, 'read'>, partition: number, key: string): Map<bigint, Claim> {
  const given = new Map<bigint, Claim>();
  forEachUnder(log, HANDOFFS_TOPIC, partition, key, (fact, offset) => {
    const [gift] = toldTo([fact]).given;
    if (gift !== undefined) given.set(offset, gift.claim);
  });
  return given;
}

function forEachUnder(
  log: Pick<EventLog, 'read'>,
  topic: TaskTopic,
  partition: number,
  key: string,
  visit: (fact: Fact, offset: bigint) => void,
): void {
  const bytes = Buffer.from(key);
  const place = { keyFrom: 0, keyTo: 0, claimFrom: 0 };
  for (const { payload, from } of log.read(topic, partition, 0n)) {
    forEachFact(payload, 0, (start, end, index) => {
      locateFact(payload, start, place);
      if (place.keyTo - place.keyFrom !== bytes.length) return;
      if (payload.compare(bytes, 0, bytes.length, place.keyFrom, place.keyTo) !== 0) return;
      visit(readFact(payload, start, end), from + BigInt(index));
    });
  }
}

function isShown(fact: Fact): fact is Fact<ShownBody> {
  return fact.body.type !== 'Handoff';
}

/** The facts that other keys gave to this one, from where their sources put them. */
export function factsGivenTo(log: Pick<EventLog, 'read' | 'partitions'>, claims: readonly Claim[]): LoggedFact[] {
  const { given } = toldTo(claims);
  const facts = new Map<string, LoggedFact>();
  const wanted = new Set(given.map(({ claim }) => claimName(claim)));
  const homes = new Set(given.flatMap(({ from, claim }) => [from, ...homesOf(claim)]));
  for (const home of homes) {
    for (const logged of factsUnder(log, partitionOf(home, log.partitions), home)) {
      if (!wanted.has(claimName(logged.fact))) continue;
      const { topic, partition, offset, fact } = logged;
      facts.set(`${topic}/${partition}/${offset}`, { ...logged, fact: { ...fact, forwarded: true } });
    }
  }
  return [...facts.values()];
}

/** Where a claim without a reference lies. */
export function homesOf(claim: Claim): string[] {
  const { provider, body } = claim;
  if (!isAboutPayment(body)) return [];
  const homes = [identityOf(provider, body, 'payment'), identityOf(provider, body, 'return')];
  return homes.filter((home) => home !== undefined);
}

/** A claim's id and content as one text. */
export function claimName(claim: Claim): string {
  return `${claim.id}\n${claim.payout ?? ''}\n${contentHash(claim)}`;
}

export interface LoggedEntry {
  readonly id: string;
  readonly entry: Entry;
  /** The entry that superseded this one; null while it is valid. */
  readonly supersededBy: string | null;
}

/** In the order in which they were written. */
export function entriesAbout(log: Pick<EventLog, 'read'>, partition: number, key: string): LoggedEntry[] {
  const bytes = Buffer.from(key);
  const entries: Entry[] = [];
  for (const { payload } of log.read('ledger.v1', partition, 0n)) {
    forEachValue(payload, 0, (start, end) => {
      const block = decodeBlock(payload.subarray(start, end));
      forEachEntry(block.entries, (from, to) => {
        // Most entries are skipped by their bytes: decoding them all takes several times as long.
        if (block.entries.subarray(from, to).indexOf(bytes) < 0) return;
        const entry = readEntry(new ByteReader(block.entries, from, to));
        if (entry.key === key) entries.push(entry);
      });
    });
  }
  const successors = new Map<string, string>();
  const idOf = ({ height, index }: Entry) => entryId(partition, height, index);
  for (const entry of entries) for (const id of entry.supersedes) successors.set(id, idOf(entry));
  return entries.map((entry) => {
    const id = idOf(entry);
    return { id, entry, supersededBy: successors.get(id) ?? null };
  });
}
