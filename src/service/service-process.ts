// The process of the service, from its configuration to its end by a signal.

import { HesabuError } from '../domain/errors.ts';
import { brokersIn, kafkaSettings } from '../kafka/client/settings.ts';
import { type LoadedConfig, loadConfig } from './config/config-file.ts';
import { makeLogger } from './logger.ts';
import { type Service, startService } from './service.ts';

export interface ServiceProcessOptions {
  readonly config: string;
  /** Brokers: the ledger is one on Kafka, though the configuration name none or others. */
  readonly kafka?: string;
}

/** After a signal everything under way is finished, but not for longer than this. */
const DRAIN_MILLIS_MAX = 10_000;

/** Resolves with the exit code when the service has ended. */
export async function runServiceProcess({ config: path, kafka }: ServiceProcessOptions): Promise<number> {
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
      // What is durable is durable: a drain that hangs on somebody else's answer is cut off.
      setTimeout(() => process.exit(code === 0 ? 4 : code), DRAIN_MILLIS_MAX - 500).unref();
      (service?.drain() ?? Promise.resolve()).then(() => resolve(code), reject);
    };
    const onFailure = (error: HesabuError) => {
      process.stderr.write(`${error.message}\n`);
      end(error.exit, error.code);
    };
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => end(0, signal));
    process.on('SIGHUP', () => {
      try {
        service?.reload(load());
      } catch (error) {
        // The service goes on under what it had: a slip in a file must not stop the webhooks.
        const code = error instanceof HesabuError ? error.code : 'HESABU_INTERNAL';
        logger.error({ code, err: error }, 'the configuration was not taken; the one before stays in force');
      }
    });
    startService(loaded, { logger, onFailure }).then((started) => {
      service = started;
      logger.info({ url: started.url }, 'listening');
      if (ending) started.drain().then(() => resolve(0), reject);
    }, reject);
  });
}

/** Where brokers are given, they take the place of the configuration's; what else it says of the cluster holds. */
export function withBrokers(loaded: LoadedConfig, brokers: string | undefined): LoadedConfig {
  if (brokers === undefined) return loaded;
  const { cluster } = loaded;
  return {
    ...loaded,
    cluster: cluster === undefined ? kafkaSettings(brokers) : { ...cluster, brokers: brokersIn(brokers) },
  };
}
