// The cluster that the tests share: KAFKA_BROKERS and REGISTRY_URL where they are set, else servers of our own, which
// vitest starts before the tests of this folder and ends after them.
import { randomUUID } from 'node:crypto';
import { type KafkaSettings, kafkaSettings } from '../../../src/log/kafka/settings.ts';
import { type Broker, type Registry, startBroker, startRegistry } from './servers.ts';

export async function setup(): Promise<() => Promise<void>> {
  const ends: (() => Promise<void>)[] = [];
  const { KAFKA_BROKERS, REGISTRY_URL } = process.env;
  const starting = await Promise.allSettled([
    KAFKA_BROKERS === undefined ? startBroker() : undefined,
    REGISTRY_URL === undefined ? startRegistry() : undefined,
  ]);
  const [broker, registry] = starting.map((one) => (one.status === 'fulfilled' ? one.value : undefined)) as [
    Broker | undefined,
    Registry | undefined,
  ];
  for (const server of [broker, registry]) if (server !== undefined) ends.push(() => server.remove());
  const failed = starting.find((one) => one.status === 'rejected');
  if (failed !== undefined) {
    for (const end of ends) await end();
    throw failed.reason;
  }
  if (broker !== undefined) process.env.KAFKA_BROKERS = broker.address;
  if (registry !== undefined) process.env.REGISTRY_URL = registry.url;
  return async () => {
    for (const end of ends) await end();
  };
}

/** The environment of a ledger of its own on the shared cluster. */
export function ownEnvironment(): Record<string, string> {
  const { KAFKA_BROKERS, REGISTRY_URL } = process.env;
  if (KAFKA_BROKERS === undefined || REGISTRY_URL === undefined)
    throw new Error('the tests were started without setup');
  const prefix = `t${randomUUID().slice(0, 8)}.`;
  return {
    KAFKA_BROKERS,
    HESABU_KAFKA_BROKERS: KAFKA_BROKERS,
    HESABU_REGISTRY_URL: REGISTRY_URL,
    HESABU_KAFKA_PREFIX: prefix,
  };
}

export function ownSettings(environment = ownEnvironment()): KafkaSettings {
  return kafkaSettings(environment.HESABU_KAFKA_BROKERS!, environment);
}
