// Keeps a table of Hesabu's entries. See ../README.md.

import { readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { SchemaRegistry } from '@kafkajs/confluent-schema-registry';
import { Kafka, type KafkaMessage, logLevel } from 'kafkajs';

interface Entry {
  readonly key: string;
  readonly version: number;
  readonly stage: string;
  readonly kind: string;
  readonly reason: string | null;
  readonly difference: string | null;
  readonly currency: string | null;
  readonly supersedes: readonly string[];
}

const { HESABU_KAFKA_BROKERS = '127.0.0.1:9092', HESABU_KAFKA_PREFIX: prefix = '', HESABU_REGISTRY_URL } = process.env;
const TOPICS = ['matched', 'unmatched', 'duplicate', 'reversal', 'closed'].map((kind) => `recon.${kind}.v1`);

const database = new DatabaseSync(process.argv[2] ?? 'findings.db', { timeout: 5_000 });
database.exec(readFileSync(new URL('../schema.sql', import.meta.url), 'utf8'));
const addEntry = database.prepare('INSERT OR IGNORE INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)');
const addSuperseded = database.prepare('INSERT OR IGNORE INTO superseded VALUES (?)');

const registry = new SchemaRegistry({ host: HESABU_REGISTRY_URL ?? 'http://127.0.0.1:8080/apis/ccompat/v7/' });
const kafka = new Kafka({
  clientId: 'subscriber-typescript',
  brokers: HESABU_KAFKA_BROKERS.split(','),
  logLevel: logLevel.WARN,
});
const consumer = kafka.consumer({
  groupId: `${prefix}subscriber-typescript`,
  readUncommitted: false,
  sessionTimeout: 10_000,
});

await consumer.connect();
await consumer.subscribe({ topics: TOPICS.map((topic) => prefix + topic), fromBeginning: true });
await consumer.run({
  eachBatch: async ({ batch: { topic, messages }, heartbeat }) => {
    await write(topic, messages);
    await heartbeat();
  },
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, async () => {
    await consumer.disconnect();
    database.close();
  });
}

/** Writes all records of a batch or none; kafkajs commits the offsets only after this resolves. */
async function write(topic: string, messages: readonly KafkaMessage[]): Promise<void> {
  const entries: { readonly id: string; readonly entry: Entry }[] = [];
  for (const { headers, value } of messages) {
    if (value !== null) entries.push({ id: String(headers?.ce_id), entry: (await registry.decode(value)) as Entry });
  }
  database.exec('BEGIN');
  try {
    for (const { id, entry } of entries) {
      const { key, version, stage, kind, reason, difference, currency, supersedes } = entry;
      addEntry.run(id, topic.slice(prefix.length), key, version, stage, kind, reason, difference, currency);
      for (const other of supersedes) addSuperseded.run(other);
    }
    database.exec('COMMIT');
  } catch (error) {
    // For example the table is locked: kafkajs delivers this batch again, and it starts from the beginning.
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}
