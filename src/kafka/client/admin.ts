// Administrative work on the cluster: with a connection of its own, and retried after transient errors.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Admin } from 'kafkajs';
import { HesabuError } from '../../domain/errors.ts';
import { clusterFault } from './cluster-errors.ts';
import type { WatchedKafka as Kafka } from './watched-kafka.ts';

const PASSING_ATTEMPTS = 25;
const PASSING_PAUSE_MILLIS = 200;

/**
 * Throws HESABU_KAFKA_UNREACHABLE with the client's message as soon as no broker answers, and HESABU_KAFKA_DENIED.
 * Retries the work after a transient
 * error, such as a partition that has no leader just after its topic was made or a broker returned.
 */
export async function withAdmin<Result>(kafka: Kafka, work: (admin: Admin) => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    const admin = kafka.admin();
    try {
      return await kafka.presence.during(async () => {
        await admin.connect();
        return work(admin);
      });
    } catch (error) {
      if (error instanceof HesabuError || attempt === PASSING_ATTEMPTS || !isPassing(error)) throw clusterFault(error);
    } finally {
      admin.disconnect().catch(() => {});
    }
    await sleep(PASSING_PAUSE_MILLIS);
  }
}

/** Transient errors; kafkajs retries most of them itself, but not when fetching offsets. */
function isPassing(error: unknown): boolean {
  const { type, retriable } = error as { type?: string; retriable?: boolean };
  return type !== undefined && retriable === true && type !== 'UNKNOWN_TOPIC_OR_PARTITION';
}

/** The id that the cluster gave itself. */
export async function clusterId(kafka: Kafka): Promise<string> {
  return withAdmin(kafka, async (admin) => (await admin.describeCluster()).clusterId);
}
