// A cluster that always answers, with what a test's own admin says.
import type { Kafka } from '../../src/kafka/client/kafkajs.ts';

export function clusterWith(admin: object): Kafka {
  const presence = { during: (work: () => Promise<unknown>) => work() };
  return { admin: () => admin, presence } as unknown as Kafka;
}
