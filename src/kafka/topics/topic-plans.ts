// The topics of a ledger on Kafka: their names, their configuration, and the schema of their values.

import { DECISIONS_TOPIC } from '../../domain/decision.ts';
import { TASK_TOPICS } from '../../domain/fact.ts';
import type { EntryKind } from '../../domain/reasons.ts';
import { EPOCHS_TOPIC } from '../../ledger/epoch.ts';

export const RECON_TOPICS = [
  'recon.matched.v1',
  'recon.unmatched.v1',
  'recon.duplicate.v1',
  'recon.reversal.v1',
  'recon.closed.v1',
  'recon.decision.v1',
] as const;
export type ReconTopic = (typeof RECON_TOPICS)[number];

export type SchemaName = 'fact' | 'decision' | 'block' | 'entry' | 'dead-letter';
export type Compatibility = 'FULL_TRANSITIVE' | 'BACKWARD_TRANSITIVE';

export interface TopicPlan {
  readonly topic: string;
  /** Whether it has one partition only; the others have as many as the ledger. */
  readonly isSingle: boolean;
  readonly config: Readonly<Record<string, string>>;
  /** The schema of its values; null for JSON or internal bytes. */
  readonly schema: { readonly name: SchemaName; readonly compatibility: Compatibility } | null;
}

/** The limit of a record, and of a batch in a send. Kafka's own default on purpose: sends are split below it. */
const RECORD_BYTES_MAX = 1_048_576;
/** A dead letter holds a record that was too large for the other topics. */
const DEAD_LETTER_BYTES_MAX = 8 * 1_048_576;
const DAY_MILLIS = 24 * 3_600_000;
/** Subscribers that were away for longer read the ledger itself. */
const RECON_MILLIS = 90 * DAY_MILLIS;

const FOREVER = { 'cleanup.policy': 'delete', 'retention.ms': '-1', 'retention.bytes': '-1' };
/** Small segments: the active one is never compacted, so a restore would read many outdated records. */
const COMPACT = {
  'cleanup.policy': 'compact',
  'min.compaction.lag.ms': '60000',
  'min.cleanable.dirty.ratio': '0.1',
  'segment.bytes': String(128 * 1_048_576),
  'segment.ms': String(3_600_000),
};
const SMALL = { 'max.message.bytes': String(RECORD_BYTES_MAX) };

const plan = (
  topic: string,
  config: TopicPlan['config'],
  schema: TopicPlan['schema'],
  isSingle = false,
): TopicPlan => ({
  topic,
  isSingle,
  config: { ...SMALL, ...config },
  schema,
});

const FACT = { name: 'fact', compatibility: 'BACKWARD_TRANSITIVE' } as const;
const DECISION = { name: 'decision', compatibility: 'BACKWARD_TRANSITIVE' } as const;
const BLOCK = { name: 'block', compatibility: 'FULL_TRANSITIVE' } as const;
const ENTRY = { name: 'entry', compatibility: 'FULL_TRANSITIVE' } as const;
const DEAD_LETTER = { name: 'dead-letter', compatibility: 'FULL_TRANSITIVE' } as const;

export const TOPIC_PLANS: readonly TopicPlan[] = [
  ...TASK_TOPICS.map((topic) => plan(topic, FOREVER, topic === DECISIONS_TOPIC ? DECISION : FACT)),
  plan('ledger.v1', FOREVER, BLOCK),
  plan(EPOCHS_TOPIC, FOREVER, null),
  ...RECON_TOPICS.map((topic) => plan(topic, { ...FOREVER, 'retention.ms': String(RECON_MILLIS) }, ENTRY)),
  plan('dead-letters.v1', { ...FOREVER, 'max.message.bytes': String(DEAD_LETTER_BYTES_MAX) }, DEAD_LETTER),
  plan('snapshots.v1', COMPACT, null),
  plan('imports.v1', FOREVER, null, true),
  plan('rules.v1', FOREVER, null, true),
];

/** The topic of entries of a kind. */
export function reconTopicOf(kind: EntryKind): ReconTopic {
  return `recon.${kind}.v1`;
}
