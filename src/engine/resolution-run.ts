// Runs resolution over the log: reads the facts without a reference, asks the executors for their keys, and appends
// them there.

import { dayOfDate, makeCalendar } from '../domain/calendar.ts';
import { type Fact, topicOf } from '../domain/fact.ts';
import { partitionOf } from '../domain/partition.ts';
import { aliasesIn } from '../domain/payment-ids.ts';
import { type Instant, parseDuration } from '../domain/time.ts';
import type { Append, EventLog } from '../log/event-log.ts';
import { BatchBuilder } from '../log/value-frames.ts';
import type { Rules } from '../matching/rules.ts';
import { compileSpeakers } from '../matching/speakers.ts';
import { grouped } from '../task/resolution/places.ts';
import { type Forwarding, resolve } from '../task/resolution/resolution.ts';
import { readUnresolved } from '../task/resolution/unresolved-facts.ts';
import type { SourceCounts } from '../task/touched-keys.ts';
import type { Ask } from './executors/queries.ts';

export interface Forwarded {
  readonly appended: boolean;
  /** By import: the number of its facts without a reference. */
  readonly counts: ReadonlyMap<number, SourceCounts>;
}

export async function runResolution(log: EventLog, ask: Ask, rules: Rules, asOf: Instant): Promise<Forwarded> {
  const { facts, counts } = readUnresolved(log);
  if (facts.length === 0) return { appended: false, counts };
  const aliases = new Set(facts.flatMap((fact) => aliasesIn(fact.provider, fact.body)));
  const ids = new Set(facts.map((fact) => fact.id));
  const { references, forwarded } = await ask({ query: 'findPlaces', aliases, facts: ids });
  const places = grouped(references.map((place) => [place.alias, place] as const));
  const known = { references: places, forwarded: grouped(forwarded), speakers: compileSpeakers(rules.accounts) };
  const appends = batchesOf(resolve(facts, known, graceOf(rules), asOf), log.partitions);
  await log.append(appends);
  return { appended: appends.length > 0, counts };
}

/** A fact waits for its reference, counted from its own time; a fact without a time does not wait. */
function graceOf(rules: Rules): (fact: Fact) => Instant | null {
  const grace = parseDuration(rules.grace.resolution)!;
  const calendar = makeCalendar({ zone: rules.zone, weekend: [], holidays: [] });
  return ({ body, occurred_at }) => {
    const isLine = body.type === 'SettlementLineReported';
    const at = isLine ? calendar.startOf(dayOfDate(body.settlement_date)) : occurred_at;
    return at === null ? null : at + grace;
  };
}

function batchesOf(forwardings: readonly Forwarding[], partitions: number): Append[] {
  const builders = new Map<string, { append: Pick<Append, 'topic' | 'partition'>; builder: BatchBuilder }>();
  for (const { key, fact } of forwardings) {
    const append = { topic: topicOf(fact.body), partition: partitionOf(key, partitions) };
    const name = `${append.topic}/${append.partition}`;
    let entry = builders.get(name);
    if (entry === undefined) {
      entry = { append, builder: new BatchBuilder() };
      builders.set(name, entry);
    }
    entry.builder.addFact(fact);
  }
  return [...builders.values()].map(({ append, builder }) => ({ ...append, source: 0, ...builder.take() }));
}
