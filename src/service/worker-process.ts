// The process of a worker: its parts, and its end by a signal or by a fault from which it cannot recover.

import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Instant } from '../domain/time.ts';
import { PromMeter } from '../http/metrics.ts';
import { tellOutages, withPatience } from '../kafka/client/outages.ts';
import { kafkaSettings, type OnClientLog } from '../kafka/client/settings.ts';
import { connectCluster } from '../kafka/kafka-copy.ts';
import { checkSubjects } from '../kafka/topics/registry.ts';
import { EpochsConsumer } from '../kafka/worker/epochs-consumer.ts';
import { RulesConsumer } from '../kafka/worker/rules-consumer.ts';
import { SnapshotWriter } from '../kafka/worker/snapshot-writer.ts';
import { Worker } from '../kafka/worker/worker.ts';
import { FileSnapshotStore } from '../log/snapshots.ts';
import { knownSecrets } from '../runtime/known-secrets.ts';
import { readRules } from './config/config-file.ts';
import { makeLogger } from './logger.ts';
import { WorkerClock } from './worker-clock.ts';
import { startWorkerServer } from './worker-server.ts';

export interface WorkerProcessOptions {
  /** Brokers, as `--kafka` gives them. */
  readonly kafka: string;
  readonly data: string;
  /** The path of a file. */
  readonly rules: string | undefined;
  /** The ledger's time; if undefined, the machine's, guarded. */
  readonly asOf: Instant | undefined;
  /** Whether a person says that the machine's clock is right. */
  readonly clockConfirmed: boolean;
  readonly sessionMillis: number;
  /** Deadlines pass so long after their time. */
  readonly settlingMillis: number;
  readonly snapshotFactsMin: number | undefined;
  readonly logLevel: string;
  /** The address of /metrics and /readyz. */
  readonly metrics: { readonly host: string; readonly port: number } | undefined;
  /** How long a start waits for a cluster or a registry that is away. */
  readonly waitMillis: number;
}

/** After a signal the worker finishes its work in progress within this time. */
const DRAIN_MILLIS_MAX = 10_000;

/** Resolves with the exit code when the worker has ended. */
export async function runWorkerProcess(options: WorkerProcessOptions): Promise<number> {
  const { asOf, snapshotFactsMin, sessionMillis } = options;
  const logger = makeLogger(options.logLevel);
  const onLog: OnClientLog = (level, text) => logger.debug({ client: level }, text);
  const tell = (text: string) => logger.warn(text);
  const patience = { waitMillis: options.waitMillis, tell };
  const { settings, kafka, partitions, schemas } = await connectCluster(kafkaSettings(options.kafka), patience, onLog);
  const { prefix } = settings;
  const meter = new PromMeter();
  const clock = new WorkerClock(settings, { dir: options.data, isConfirmed: options.clockConfirmed, meter, logger });
  const given = readRules({ rules: options.rules });
  const rules = await withPatience(patience, async () => {
    await clock.ask();
    await checkSubjects(settings, schemas);
    return RulesConsumer.open({ kafka, prefix, partitions, schemas }, given);
  });
  const epochs = new EpochsConsumer({ kafka, prefix, partitions });
  const endTelling = tellOutages(kafka, tell);
  const snapshots = new SnapshotWriter({
    ...{ kafka, prefix, logger, local: new FileSnapshotStore(join(options.data, 'snapshots')) },
    ...(snapshotFactsMin === undefined ? {} : { factsMin: snapshotFactsMin }),
  });
  const server = await startServer(options.metrics, meter, logger, () =>
    worker.partitions.length > 0 ? worker.stuck : ['no partitions are assigned'],
  );
  clock.watch();
  let worker: Worker;
  return new Promise((resolve, reject) => {
    let ending = false;
    const end = (code: number, why: string) => {
      if (ending) return;
      ending = true;
      logger.info({ why }, 'ending');
      endTelling();
      // The next owner of the partitions repeats uncommitted work.
      setTimeout(() => process.exit(code), DRAIN_MILLIS_MAX - 500).unref();
      worker
        .stop()
        .then(() => Promise.all([snapshots.close(), server?.close(), clock.stop()]))
        .then(() => resolve(code), reject);
    };
    worker = new Worker({
      ...{ kafka, settings, prefix, partitions, schemas, rules, epochs, snapshots, logger, meter },
      now: () => asOf ?? clock.deadlineTime(),
      // A time that was given is one at which everything is known.
      settlingMillis: asOf === undefined ? options.settlingMillis : 0,
      sessionMillis,
      onHalt: (error) => {
        process.stderr.write(`${knownSecrets.hide(error.message)}\n`);
        end(error.exit, error.code);
      },
    });
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => end(0, signal));
    worker.start().then(() => logger.info({ partitions }, 'the worker joined the group'), reject);
  });
}

async function startServer(
  at: WorkerProcessOptions['metrics'],
  meter: PromMeter,
  logger: Logger,
  notReady: () => readonly string[],
) {
  return at === undefined ? undefined : startWorkerServer({ ...at, meter, logger, notReady });
}
