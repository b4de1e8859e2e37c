// Which row of its file a fact was: only the log has it, beside the claim. A question reads few batches of one topic
// and partition, from where the facts of the file begin, so the ledger goes on between two of them.

import { ByteReader } from '../domain/bytes.ts';
import { type Claim, type FactTopic, topicOf } from '../domain/fact.ts';
import { partitionOf } from '../domain/partition.ts';
import type { Instant } from '../domain/time.ts';
import type { EventLog } from '../log/event-log.ts';
import { locateFact, readRaw } from '../log/fact-codec.ts';
import { forEachFact } from '../log/value-frames.ts';
import { toldTo } from '../matching/handoffs.ts';
import type { ReconciliationTask } from '../task/task.ts';
import { homesOf } from './history.ts';
import { FILE_MILLIS, firstOffsetFrom } from './log-times.ts';
import { sourceClaims } from './lookup.ts';

/** A fact by its key and id; all of the key's facts where the id is ''. */
export interface AskedFact {
  readonly key: string;
  readonly fact: string;
}

/** A fact that a file said. */
export interface FiledFact extends AskedFact {
  readonly import: number;
  readonly topic: FactTopic;
  /** Where it may lie: one that another key gave lies where its source put it. */
  readonly partitions: readonly number[];
}

/** Those of these facts that files said. */
export function filedFacts(
  tasks: readonly Pick<ReconciliationTask, 'table' | 'head' | 'stateAt'>[],
  partitions: number,
  asked: readonly AskedFact[],
): FiledFact[] {
  return asked.flatMap(({ key, fact }) =>
    tasks.flatMap((task) => {
      const slot = task.table.keys.find(key);
      if (slot === undefined) return [];
      const { claims } = task.stateAt(slot);
      const wanted = sourceClaims(claims).filter((one) => one.import_id > 0 && (fact === '' || one.id === fact));
      return wanted.map((claim) => {
        const places = claim.forwarded ? givenFrom(claims, claim, partitions) : [task.head.partition];
        return { key, fact: claim.id, import: claim.import_id, topic: topicOf(claim.body), partitions: places };
      });
    }),
  );
}

function givenFrom(claims: readonly Claim[], claim: Claim, partitions: number): number[] {
  const givers = toldTo(claims).given.filter((one) => one.claim.id === claim.id);
  const homes = [...givers.map(({ from }) => from), ...homesOf(claim)];
  return [...new Set(homes.map((home) => partitionOf(home, partitions)))];
}

export interface FileRowQuestion {
  readonly topic: FactTopic;
  readonly partition: number;
  readonly wanted: readonly Pick<FiledFact, 'fact' | 'import'>[];
  /** When the first of their files was read. */
  readonly since: Instant;
  /** Where the question before ended; null at first. */
  readonly from: bigint | null;
  /** About so many facts are read for one question. */
  readonly most: number;
}

export interface FileRow extends Pick<FiledFact, 'fact' | 'import'> {
  readonly row: number;
}

/** The same with its key. */
export interface FoundRow extends FileRow, AskedFact {}

export interface FileRowPage {
  readonly rows: readonly FileRow[];
  /** Where the next question goes on; null at the end, or once all were found. */
  readonly next: bigint | null;
}

/** The rows of some facts, as far as one question reads. */
export function fileRows(
  log: Pick<EventLog, 'read' | 'end'>,
  { topic, partition, wanted, since, from, most }: FileRowQuestion,
): FileRowPage {
  const left = new Map(wanted.map((one) => [nameOf(one), Buffer.from(one.fact)]));
  const rows: FileRow[] = [];
  let at = from ?? firstOffsetFrom(log, topic, partition, since - FILE_MILLIS);
  const until = at + BigInt(most);
  if (at >= log.end(topic, partition)) return { rows, next: null };
  for (const { payload, to } of log.read(topic, partition, at)) {
    at = to;
    // Decoding every fact takes several times as long as looking for the bytes of an id.
    if ([...left.values()].some((id) => payload.indexOf(id) >= 0)) {
      for (const row of rowsIn(payload)) if (left.delete(nameOf(row))) rows.push(row);
    }
    if (left.size === 0) return { rows, next: null };
    if (at >= until) return { rows, next: at };
  }
  return { rows, next: null };
}

function nameOf({ fact, import: of }: Pick<FiledFact, 'fact' | 'import'>): string {
  return `${of} ${fact}`;
}

function rowsIn(payload: Buffer): FileRow[] {
  const rows: FileRow[] = [];
  const place = { keyFrom: 0, keyTo: 0, claimFrom: 0 };
  forEachFact(payload, 0, (start) => {
    const [, of, line] = /^(\d+)\/(\d+)$/.exec(readRaw(payload, start)) ?? [];
    if (of === undefined) return;
    locateFact(payload, start, place);
    rows.push({ fact: new ByteReader(payload, place.claimFrom).string(), import: Number(of), row: Number(line) });
  });
  return rows;
}
