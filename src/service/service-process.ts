// The process of the service, from reading its configuration until a signal ends it.

import { setFlagsFromString } from 'node:v8';
import { HesabuError } from '../domain/errors.ts';
import { brokersIn, kafkaSettings } from '../kafka/client/settings.ts';
import { knownSecrets } from '../runtime/known-secrets.ts';
import { type LoadedConfig, loadConfig } from './config/config-file.ts';
import { makeLogger } from './logger.ts';
import { type Service, startService } from './service.ts';

export interface ServiceProcessOptions {
  readonly config: string;
  /** Brokers. They override the configuration: the ledger is then on Kafka. */
  readonly kafka?: string;
  /** Whether a person says that the machine's clock is right. */
  readonly clockConfirmed?: boolean;
  /** How long a start waits for a Kafka cluster or a registry that is away. */
  readonly waitMillis?: number;
}

/** After a signal the service finishes its work in progress within this time. */
const DRAIN_MILLIS_MAX = 10_000;

/** Resolves with the exit code when the service has ended. */
export async function runServiceProcess(options: ServiceProcessOptions): Promise<number> {
  // A first burst meets a small young generation, and nearly all it makes outlives a collection. From that V8 would
  // learn to make such objects old from the start; each then keeps what it refers to until the next full collection.
  setFlagsFromString('--no-allocation-site-pretenuring');
  const { config: path, kafka, clockConfirmed = false, waitMillis = 0 } = options;
  const load = () => withBrokers(loadConfig(path), kafka);
  const loaded = load();
  const logger = makeLogger(loaded.config.log.level);
  return new Promise((resolve, reject) => {
    let service: Service | undefined;
    let ending = false;
    const end = (code: number, why: string) => {
      if (ending) return;
      ending = true;
      logger.info({ why }, 'ending');
      // What was acknowledged is durable, so a drain that waits for an external answer may be cut off.
      setTimeout(() => process.exit(code === 0 ? 4 : code), DRAIN_MILLIS_MAX - 500).unref();
      (service?.drain() ?? Promise.resolve()).then(() => resolve(code), reject);
    };
    const onFailure = (error: HesabuError) => {
      process.stderr.write(`${knownSecrets.hide(error.message)}\n`);
      end(error.exit, error.code);
    };
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => end(0, signal));
    process.on('SIGHUP', () => {
      try {
        service?.reload(load());
      } catch (error) {
        // The service keeps its previous configuration: a mistake in a file must not stop the webhooks.
        const code = error instanceof HesabuError ? error.code : 'HESABU_INTERNAL';
        logger.error({ code, err: error }, 'the new configuration was refused; the previous one stays in force');
      }
    });
    startService(loaded, { logger, onFailure, clockConfirmed, waitMillis }).then((started) => {
      service = started;
      logger.info({ url: started.url }, 'listening');
      if (ending) started.drain().then(() => resolve(0), reject);
    }, reject);
  });
}

/** Given brokers replace the configured ones; the other settings of the cluster stay in force. */
export function withBrokers(loaded: LoadedConfig, brokers: string | undefined): LoadedConfig {
  if (brokers === undefined) return loaded;
  const { cluster } = loaded;
  return {
    ...loaded,
    cluster: cluster === undefined ? kafkaSettings(brokers) : { ...cluster, brokers: brokersIn(brokers) },
  };
}
