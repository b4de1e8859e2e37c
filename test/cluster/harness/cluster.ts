// The cluster that the tests share: KAFKA_BROKERS and REGISTRY_URL if they are set, otherwise containers if Docker is
// available, otherwise programs from Maven; vitest starts them before the tests of this folder and ends them after.
import { randomUUID } from 'node:crypto';
import { type KafkaSettings, kafkaSettings } from '../../../src/kafka/client/settings.ts';
import { dockerAnswers } from './available.js';
import { startBroker, startRegistry } from './servers.ts';

export async function setup(): Promise<() => Promise<void>> {
  const ends: (() => Promise<void>)[] = [];
  const { KAFKA_BROKERS, REGISTRY_URL } = process.env;
  const make = KAFKA_BROKERS !== undefined && REGISTRY_URL !== undefined ? undefined : await makers();
  const starting = await Promise.allSettled([
    KAFKA_BROKERS === undefined ? make?.broker() : undefined,
    REGISTRY_URL === undefined ? make?.registry() : undefined,
  ] as const);
  const [first, second] = starting;
  const broker = first.status === 'fulfilled' ? first.value : undefined;
  const registry = second.status === 'fulfilled' ? second.value : undefined;
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

async function makers() {
  if (!dockerAnswers()) return { broker: () => startBroker(), registry: startRegistry };
  const { startBrokerContainer, startRegistryContainer } = await import('./containers.ts');
  return { broker: startBrokerContainer, registry: startRegistryContainer };
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
