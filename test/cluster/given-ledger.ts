// A ledger of its own on the tests' cluster: topics, worker processes, and the views of a subscriber and an auditor.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { type IHeaders, type KafkaMessage, Partitioners, type Producer } from 'kafkajs';
import { expect } from 'vitest';
import { entryId } from '../../src/domain/entry.ts';
import { FACT_TOPICS } from '../../src/domain/fact.ts';
import { HANDOFFS_TOPIC } from '../../src/domain/handoff.ts';
import { partitionOf } from '../../src/domain/partition.ts';
import type { Kafka } from '../../src/kafka/client/kafkajs.ts';
import { withPatience } from '../../src/kafka/client/outages.ts';
import { readTo } from '../../src/kafka/client/reading-to-end.ts';
import { type KafkaSettings, makeKafka } from '../../src/kafka/client/settings.ts';
import { topicEnds } from '../../src/kafka/client/topic-offsets.ts';
import { startReading } from '../../src/kafka/client/topic-reader.ts';
import { BLOCKS } from '../../src/kafka/kafka-copy.ts';
import { KafkaLog } from '../../src/kafka/kafka-log.ts';
import { headerOf } from '../../src/kafka/records/block-records.ts';
import { registerSchemas, type SchemaIds } from '../../src/kafka/topics/registry.ts';
import { createTopics } from '../../src/kafka/topics/topic-admin.ts';
import { RECON_TOPICS } from '../../src/kafka/topics/topic-plans.ts';
import { decodeBlock } from '../../src/ledger/block-codec.ts';
import { MemoryLog } from '../../src/log/memory.ts';
import { forEachValue } from '../../src/log/value-frames.ts';
import { outcomePart, outcomeRoot } from '../../src/task/outcome.ts';
import { replayPartition } from '../../src/task/replay.ts';
import { RulesLog } from '../../src/task/rules-log.ts';
import type { StateTable } from '../../src/task/state-table.ts';
import { readEntries } from '../ledger/blocks.ts';
import { MAIN } from '../program.ts';
import type { GivenFact } from './given-facts.ts';
import { ownEnvironment, ownSettings } from './harness/cluster.ts';
import type { Recon } from './recon.ts';

/** A broker that was started again may still be counted as away. */
const PATIENCE = { waitMillis: 60_000, tell: () => {} };
const FLAGS = ['--disable-warning=ExperimentalWarning', '--disable-warning=TimeoutNegativeWarning'];
/** How long blocks may keep coming before an audit is made all the same. */
const BUSY_MILLIS = 5_000;

export interface WorkerProcess {
  readonly child: ChildProcess;
  /** Its output so far. */
  readonly said: () => string;
  /** Resolves with its exit code. */
  readonly ended: Promise<number | null>;
  kill(signal: NodeJS.Signals): void;
}

/** An auditor's view of the ledger in the topics, from committed records only. */
export interface Audit {
  readonly root: string;
  readonly blocks: number;
  /** Ids of the entries in the blocks, in order. */
  readonly entries: readonly string[];
  /** The offsets that the last blocks have read to, as `topic/partition`. */
  readonly positions: ReadonlyMap<string, bigint>;
  readonly isHandoffWaiting: boolean;
  readonly tables: readonly Pick<StateTable, 'count' | 'deadlines'>[];
}

export class GivenLedger {
  readonly environment: Record<string, string>;
  readonly settings: KafkaSettings;
  readonly kafka: Kafka;
  readonly partitions: number;
  schemas!: SchemaIds;
  private readonly dir = mkdtempSync(join(tmpdir(), 'hesabu-kafka-'));
  private readonly workers: WorkerProcess[] = [];
  private producer: Producer | undefined;
  private nth = 0;

  private constructor(partitions: number, environment: Record<string, string>) {
    this.partitions = partitions;
    this.environment = environment;
    this.settings = ownSettings(environment);
    this.kafka = makeKafka(this.settings);
  }

  static async make(partitions = 4, environment = ownEnvironment()): Promise<GivenLedger> {
    const ledger = new GivenLedger(partitions, environment);
    await createTopics(ledger.kafka, ledger.settings, { partitions, replication: 1 });
    ledger.schemas = await registerSchemas(ledger.settings);
    return ledger;
  }

  /** Each gets a directory of its own unless one is given. */
  worker(
    args: readonly string[],
    data = `worker-${this.nth++}`,
    environment: Readonly<Record<string, string>> = {},
  ): WorkerProcess {
    return this.start(['worker', '--data', join(this.dir, data), ...args], environment);
  }

  /** A command that the caller may kill, as the end of the ledger does. */
  start(args: readonly string[], environment: Readonly<Record<string, string>> = {}): WorkerProcess {
    const child = spawn(process.execPath, [...FLAGS, MAIN, ...args], {
      env: { ...process.env, ...this.environment, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let heard = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (data) => {
        heard += data;
      });
    }
    const ended = once(child, 'close').then(([code]) => code as number | null);
    const worker = { child, ended, said: () => heard, kill: (signal: NodeJS.Signals) => void child.kill(signal) };
    this.workers.push(worker);
    return worker;
  }

  /** The output of a command; it must end with 0 unless another code is expected. */
  async hesabu(args: readonly string[], exit = 0): Promise<string> {
    const child = spawn(process.execPath, [...FLAGS, MAIN, ...args], {
      env: { ...process.env, ...this.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [out, error] = [text(child.stdout), text(child.stderr)];
    const [code] = await once(child, 'close');
    expect(code, await error).toBe(exit);
    return (await out) + (exit === 0 ? '' : await error);
  }

  /** Like another program: a record for each fact. */
  async produce(facts: readonly GivenFact[], chunk = 500, headers: IHeaders = {}): Promise<void> {
    const producer = await this.connected();
    for (let from = 0; from < facts.length; from += chunk) {
      const topics = Map.groupBy(facts.slice(from, from + chunk), ({ topic }) => topic);
      const topicMessages = [...topics].map(([topic, some]) => ({
        topic: this.settings.prefix + topic,
        messages: some.map(({ key, value }) => ({
          ...{ key, partition: partitionOf(key, this.partitions) },
          value: Buffer.concat([this.schemas.prefix(topic), value]),
          headers,
        })),
      }));
      await producer.sendBatch({ topicMessages });
    }
  }

  /** Puts a record of any kind into a topic; returns its offset. */
  async produceRaw(topic: string, message: { key: string | null; value: Buffer | null; partition: number }) {
    const producer = await this.connected();
    const [sent] = await producer.send({ topic: this.settings.prefix + topic, messages: [message] });
    return BigInt(sent!.baseOffset!);
  }

  /** Resolves when the ledger has read everything in the fact topics, and what its keys told each other. */
  async drained(millis = 60_000): Promise<Audit> {
    let audit: Audit | undefined;
    let [audited, seen] = ['', ''];
    for (const began = Date.now(); ; await sleep(250)) {
      const { facts, ledger } = await this.ends();
      const isQuiet = ledger === seen || Date.now() - began > BUSY_MILLIS;
      seen = ledger;
      // An audit takes much of a core: while blocks still come one more would follow, and without a new one it finds
      // what it found.
      if (audit === undefined || ledger !== audited) {
        if (!isQuiet) continue;
        [audit, audited] = [await this.audit(), ledger];
      }
      const missing = [...facts].filter(([name, end]) => end > (audit!.positions.get(name) ?? 0n));
      if (missing.length === 0 && !audit.isHandoffWaiting) return audit;
      if (Date.now() - began > millis) {
        const heard = this.workers.map(({ said }) => said().slice(-1_500)).join('\n');
        const [name, end] = missing[0] ?? ['handoffs.v1', 'what blocks told'];
        throw new Error(`${name} was read to ${audit.positions.get(name)} of ${end}\n${heard}`);
      }
    }
  }

  /** Replays every block from the facts; throws if any byte differs. */
  async audit(): Promise<Audit> {
    const { kafka, schemas } = this;
    const copy = new MemoryLog(this.partitions);
    const options = { kafka, schemas, copy, blocks: BLOCKS, prefix: this.settings.prefix };
    const log = await withPatience(PATIENCE, () => KafkaLog.open(options));
    await log.close();
    const rulesLog = new RulesLog(copy);
    const positions = new Map<string, bigint>();
    const entries: string[] = [];
    let blocks = 0;
    let isHandoffWaiting = false;
    const tables = Array.from({ length: this.partitions }, (_, partition) => {
      const { task, replayed } = replayPartition(
        copy,
        partition,
        (hash) => rulesLog.compiledWith(hash),
        () => {},
      );
      for (const [topic, offset] of task.head.positions) positions.set(`${topic}/${partition}`, offset);
      const handoffsRead = positions.get(`${HANDOFFS_TOPIC}/${partition}`) ?? 0n;
      if (copy.end(HANDOFFS_TOPIC, partition) > handoffsRead) isHandoffWaiting = true;
      for (const { payload } of copy.read('ledger.v1', partition, 0n)) {
        forEachValue(payload, 0, (start, end) => {
          for (const entry of readEntries(decodeBlock(payload.subarray(start, end)))) {
            entries.push(entryId(entry.partition, entry.height, entry.index));
          }
        });
      }
      blocks += replayed.blocks;
      return task.table;
    });
    const root = outcomeRoot([outcomePart(tables, this.partitions)]);
    return { root, blocks, entries, positions, tables, isHandoffWaiting };
  }

  /** Everything that a subscriber of committed records sees, in the order of each partition. */
  async recon(): Promise<Recon[]> {
    const seen: Recon[] = [];
    await this.readAll(this.reconTopics, (topic, message) => seen.push(this.reconOf(topic, message)));
    return seen;
  }

  /** A subscriber from now on. */
  async subscribe(): Promise<{ readonly seen: readonly Recon[]; stop(): Promise<void> }> {
    const { kafka, settings } = this;
    const { begins: places } = await topicEnds(kafka, this.reconTopics);
    const seen: Recon[] = [];
    let fault: Error | undefined;
    const reading = await startReading({
      ...{ kafka, prefix: settings.prefix, places },
      onRecords: ({ topic, records }) => {
        for (const message of records.messages) seen.push(this.reconOf(topic, message));
      },
      onFault: (error) => {
        fault = error;
      },
    });
    const stop = async () => {
      await reading.stop();
      if (fault !== undefined) throw fault;
    };
    return { seen, stop };
  }

  private get reconTopics(): string[] {
    return RECON_TOPICS.map((topic) => this.settings.prefix + topic);
  }

  private reconOf(topic: string, message: KafkaMessage): Recon {
    const [id, key] = [headerOf(message.headers, 'ce_id') ?? '', message.key?.toString() ?? ''];
    return { topic: topic.slice(this.settings.prefix.length), key, id, message };
  }

  async readAll(topics: readonly string[], visit: (topic: string, message: KafkaMessage) => void): Promise<void> {
    const { begins: places, ends } = await topicEnds(this.kafka, topics);
    await readTo(
      {
        ...{ kafka: this.kafka, prefix: this.settings.prefix, places, waitMillis: 20 },
        onRecords: ({ topic, records }) => {
          for (const message of records.messages) visit(topic, message);
        },
      },
      ends,
    );
  }

  async remove(): Promise<void> {
    for (const { child } of this.workers) {
      child.kill('SIGCONT');
      child.kill('SIGKILL');
    }
    await Promise.all(this.workers.map(({ ended }) => ended));
    await this.producer?.disconnect().catch(() => {});
    rmSync(this.dir, { recursive: true, force: true });
  }

  /** The ends of the fact topics, as `topic/partition`, and those of the ledger as one text. */
  private async ends(): Promise<{ readonly facts: ReadonlyMap<string, bigint>; readonly ledger: string }> {
    const endsOf = async (topics: readonly string[]) => {
      const names = topics.map((topic) => this.settings.prefix + topic);
      const { ends } = await withPatience(PATIENCE, () => topicEnds(this.kafka, names));
      return [...ends].map(([name, end]) => [name.slice(this.settings.prefix.length), end] as const);
    };
    const ledger = (await endsOf(['ledger.v1'])).join();
    return { ledger, facts: new Map(await endsOf(FACT_TOPICS)) };
  }

  private async connected(): Promise<Producer> {
    if (this.producer === undefined) {
      this.producer = this.kafka.producer({
        ...{ idempotent: true, maxInFlightRequests: 1, createPartitioner: Partitioners.DefaultPartitioner },
        retry: { retries: 100, maxRetryTime: 1_000, initialRetryTime: 20 },
      });
      await this.producer.connect();
    }
    return this.producer;
  }
}
