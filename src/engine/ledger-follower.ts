// Follows a ledger that workers elsewhere keep up to date: executes their blocks again as they arrive.

import { setTimeout as sleep } from 'node:timers/promises';
import { TASK_TOPICS } from '../domain/fact.ts';
import type { EventLog } from '../log/event-log.ts';
import type { Ask } from './executors/queries.ts';

/** The longest that a caller waits for absent workers. */
const WAIT_MILLIS_MAX = 2_000;
const LOOK_MILLIS = 20;

/** Resolves when the workers have read what is in the log now, or after the longest wait. */
export async function followLedger(ask: Ask, log: EventLog): Promise<void> {
  const ends = endsOf(log);
  const began = performance.now();
  for (;;) {
    await ask({ query: 'follow' });
    const heads = await ask({ query: 'heads' });
    const isThere = heads.every(({ partition, positions }) =>
      TASK_TOPICS.every((topic) => (positions.get(topic) ?? 0n) >= ends.get(`${topic}/${partition}`)!),
    );
    if (isThere || performance.now() - began > WAIT_MILLIS_MAX) return;
    await sleep(LOOK_MILLIS);
  }
}

function endsOf(log: EventLog): Map<string, bigint> {
  const ends = new Map<string, bigint>();
  for (let partition = 0; partition < log.partitions; partition++) {
    for (const topic of TASK_TOPICS) ends.set(`${topic}/${partition}`, log.end(topic, partition));
  }
  return ends;
}
