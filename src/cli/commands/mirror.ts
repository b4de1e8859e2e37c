// `hesabu mirror`: copies the ledger to KurrentDB, one stream for each payment, for subscribers there.

import { setTimeout as sleep } from 'node:timers/promises';
import { grouped } from '../../app/reports/table.ts';
import { HesabuError } from '../../domain/errors.ts';
import type { Language } from '../../domain/reason-words.ts';
import { kafkaSettings } from '../../kafka/client/settings.ts';
import { connectCluster, openKafkaLog } from '../../kafka/kafka-copy.ts';
import { openReader } from '../../log/embedded.ts';
import { KurrentMirrorStore } from '../../projections/mirror/kurrentdb-store.ts';
import { Mirror, type MirrorOptions } from '../../projections/mirror/mirror.ts';
import type { MirrorStore } from '../../projections/mirror/mirror-store.ts';
import { makeProgress } from '../terminal/progress.ts';

export interface RunMirrorOptions {
  readonly data: string;
  readonly kurrentdb: string;
  /** Brokers of the ledger that the directory is a copy of. */
  readonly kafka?: string;
  readonly follow?: boolean;
  readonly format: 'text' | 'json';
  readonly lang: Language;
}

const FOLLOW_MILLIS = 1_000;
const AWAY_MILLIS_MAX = 30_000;

const WORDS = {
  en: { done: (entries: string) => `Mirrored: ${entries} entries. The mirror is up to date.`, task: 'Mirroring' },
  'zh-CN': { done: (entries: string) => `已镜像 ${entries} 条分录。镜像已是最新。`, task: '正在镜像' },
} satisfies Record<Language, unknown>;

/** Exit 0. With `follow` it runs until a signal, also while KurrentDB cannot be reached. */
export async function runMirror({ data, kurrentdb, kafka, follow, format, lang }: RunMirrorOptions): Promise<number> {
  const ended = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ended.abort());
  const store = new KurrentMirrorStore(kurrentdb);
  const ledger = await openLedger(data, kafka).catch(async (error) => {
    await store.close();
    throw error;
  });
  const round = mirrorRounds(ledger.log, store, WORDS[lang].task);
  let wait = FOLLOW_MILLIS;
  try {
    do {
      ledger.check();
      const entries = await round().catch((error) => {
        if (follow !== true || !isAway(error)) throw error;
        process.stderr.write(`${error.message}\n`);
      });
      wait = entries === undefined ? Math.min(2 * wait, AWAY_MILLIS_MAX) : FOLLOW_MILLIS;
      if (entries !== undefined && (entries > 0 || follow !== true)) {
        const line = format === 'json' ? JSON.stringify({ mirrored: entries }) : WORDS[lang].done(grouped(entries));
        process.stdout.write(`${line}\n`);
      }
      if (follow === true) await sleep(wait, undefined, { signal: ended.signal }).catch(() => {});
    } while (follow === true && !ended.signal.aborted);
  } finally {
    await ledger.log.close();
    await store.close();
  }
  return 0;
}

function isAway(error: unknown): error is HesabuError {
  return error instanceof HesabuError && error.code === 'HESABU_MIRROR_UNREACHABLE';
}

/** The ledger of a directory, which another process may be writing; or that of a cluster, copied to the directory. */
async function openLedger(data: string, kafka: string | undefined) {
  if (kafka === undefined) return { log: openReader(data), check: () => {} };
  let fault: Error | undefined;
  const onFault = (error: Error) => {
    fault = error;
  };
  const log = await openKafkaLog(await connectCluster(kafkaSettings(kafka)), data, { onFault });
  const check = () => {
    if (fault !== undefined) throw fault;
  };
  return { log, check };
}

/** Returns the function that brings the mirror up to date; each call shows its progress. */
function mirrorRounds(log: MirrorOptions['log'], store: MirrorStore, task: string): () => Promise<number> {
  const progress = makeProgress({ stream: process.stderr });
  let done = 0;
  const onPage = (entries: number) => {
    if (done === 0) progress.start(task, null, '');
    done += entries;
    progress.update(done);
  };
  const mirror = new Mirror({ log, store, onPage });
  return async () => {
    done = 0;
    try {
      return await mirror.catchUp();
    } finally {
      progress.stop();
    }
  };
}
