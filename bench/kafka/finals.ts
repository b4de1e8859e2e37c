// The final entries on topics as one digest: two programs with the same findings have the same digest.

import { createHash } from 'node:crypto';
import { ByteReader } from '../../src/domain/bytes.ts';
import { entryId } from '../../src/domain/entry.ts';
import { readTo } from '../../src/kafka/client/reading-to-end.ts';
import { topicEnds } from '../../src/kafka/client/topic-offsets.ts';
import { WIRE_PREFIX_BYTES } from '../../src/kafka/topics/registry.ts';
import { readEntry } from '../../src/ledger/entry-codec.ts';
import type { Cluster } from './cluster.ts';

export interface Finals {
  readonly count: number;
  /** SHA-256 over the sorted findings, without ids, times and causes, which differ between programs. */
  readonly digest: string;
}

export async function finalEntries({ kafka, settings }: Cluster, topics: readonly string[]): Promise<Finals> {
  const { prefix } = settings;
  const found = await topicEnds(
    kafka,
    topics.map((topic) => prefix + topic),
  );
  const holding = new Map<string, string>();
  const superseded = new Set<string>();
  const add = (value: Buffer) => {
    const { key, partition, height, index, finding, supersedes } = readEntry(new ByteReader(value, WIRE_PREFIX_BYTES));
    const { kind, stage, reason, subject, expected, observed, difference, currency } = finding;
    for (const id of supersedes) superseded.add(id);
    // The end of a break is reported only if nothing else took its place, which depends on facts read together.
    if (kind === 'closed') return;
    const text = [key, kind, stage, reason, subject, expected, observed, difference, currency].join('|');
    holding.set(entryId(partition, height, index), text);
  };
  await readTo(
    {
      ...{ kafka, prefix, places: found.begins, waitMillis: 20 },
      onRecords: ({ records }) => {
        for (const { value } of records.messages) if (value !== null) add(value);
      },
    },
    found.ends,
  );
  for (const id of superseded) holding.delete(id);
  const texts = [...holding.values()].sort();
  return { count: texts.length, digest: createHash('sha256').update(texts.join('\n')).digest('hex') };
}
