// `hesabu worker`: one of the processes that keep a ledger on Kafka up to date, until a signal ends it.

import { join } from 'node:path';
import type { Logger } from 'pino';
import { HesabuError } from '../../domain/errors.ts';
import { parseInstant } from '../../domain/time.ts';
import { PromMeter } from '../../http/metrics.ts';
import { clusterFault } from '../../kafka/client/cluster-errors.ts';
import { kafkaSettings, type OnClientLog } from '../../kafka/client/settings.ts';
import { connectCluster } from '../../kafka/kafka-copy.ts';
import { checkSubjects } from '../../kafka/topics/registry.ts';
import { SharedRules } from '../../kafka/worker/rules-consumer.ts';
import { SnapshotKeeper } from '../../kafka/worker/snapshot-writer.ts';
import { Worker } from '../../kafka/worker/worker.ts';
import { FileSnapshotStore } from '../../log/snapshots.ts';
import { readRules } from '../../service/config/config-file.ts';
import { makeLogger } from '../../service/logger.ts';
import { startWorkerServer } from '../../service/worker-server.ts';
import { wholeNumber } from '../whole-number.ts';

export interface RunWorkerOptions {
  readonly kafka: string;
  readonly data: string;
  readonly rules?: string;
  readonly asOf?: string;
  readonly session: string;
  readonly snapshotFacts?: string;
  readonly logLevel: string;
  /** `HOST:PORT` of /metrics and /readyz. */
  readonly metrics?: string;
}

/** After a signal what is under way is finished, but not for longer than this. */
const DRAIN_MILLIS_MAX = 10_000;

/** Resolves with the exit code when the worker has ended. */
export async function runWorker(options: RunWorkerOptions): Promise<number> {
  const asOf = asOfIn(options.asOf);
  const logger = makeLogger(options.logLevel);
  const onLog: OnClientLog = (level, text) => logger.debug({ client: level }, text);
  const { settings, kafka, partitions, schemas } = await connectCluster(kafkaSettings(options.kafka), onLog);
  const { prefix } = settings;
  const rules = await SharedRules.open(
    { kafka, prefix, partitions, schemas },
    readRules({ rules: options.rules }),
  ).catch((error) => {
    throw clusterFault(error);
  });
  await checkSubjects(settings, schemas);
  const snapshots = new SnapshotKeeper({
    ...{ kafka, prefix, logger, local: new FileSnapshotStore(join(options.data, 'snapshots')) },
    ...(options.snapshotFacts === undefined
      ? {}
      : { factsMin: wholeNumber('--snapshot-facts', options.snapshotFacts, 1, 2 ** 31) }),
  });
  const meter = new PromMeter();
  const server = await startServer(options.metrics, meter, logger, () =>
    worker.partitions.length > 0 ? worker.stuck : ['no partitions are assigned'],
  );
  let worker: Worker;
  return new Promise((resolve, reject) => {
    let ending = false;
    const end = (code: number, why: string) => {
      if (ending) return;
      ending = true;
      logger.info({ why }, 'ending');
      // What is not committed is done again by whoever has the partitions next.
      setTimeout(() => process.exit(code), DRAIN_MILLIS_MAX - 500).unref();
      worker
        .stop()
        .then(() => Promise.all([snapshots.close(), server?.close()]))
        .then(() => resolve(code), reject);
    };
    worker = new Worker({
      ...{ kafka, settings, prefix, partitions, schemas, rules, snapshots, logger, meter },
      now: () => asOf ?? Date.now(),
      sessionMillis: wholeNumber('--session', options.session, 1, 300) * 1000,
      onHalt: (error) => {
        process.stderr.write(`${error.message}\n`);
        end(error.exit, error.code);
      },
    });
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => end(0, signal));
    worker.start().then(() => logger.info({ partitions }, 'the worker joined the group'), reject);
  });
}

async function startServer(
  at: string | undefined,
  meter: PromMeter,
  logger: Logger,
  notReady: () => readonly string[],
) {
  if (at === undefined) return undefined;
  const colon = at.lastIndexOf(':');
  const [host, port] = [at.slice(0, Math.max(0, colon)), at.slice(colon + 1)];
  if (host === '') throw new HesabuError('HESABU_USAGE', { where: '--metrics', expected: 'HOST:PORT', found: at });
  const bare = host.replace(/^\[(.*)\]$/, '$1');
  return startWorkerServer({ host: bare, port: wholeNumber('--metrics', port, 0, 65_535), meter, logger, notReady });
}

function asOfIn(text: string | undefined): number | undefined {
  const at = text === undefined ? undefined : parseInstant(text);
  if (text === undefined || at !== undefined) return at;
  throw new HesabuError('HESABU_TIME_INVALID', { where: '--as-of', found: text });
}
