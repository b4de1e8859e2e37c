// `hesabu mirror`: the ledger in KurrentDB, a stream for each payment, for whoever subscribes there.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Language } from '../../domain/reason-words.ts';
import { openReader } from '../../log/embedded.ts';
import { kafkaSettings } from '../../log/kafka/settings.ts';
import { KurrentMirrorStore } from '../../projections/mirror/kurrentdb-store.ts';
import { type MirrorOptions, mirrorLedger } from '../../projections/mirror/mirror.ts';
import { connectCluster, openKafkaLog } from '../engine/kafka-copy.ts';
import { makeProgress, type Progress } from '../output/progress.ts';
import { grouped } from '../output/table.ts';

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

const WORDS = {
  en: { done: (entries: string) => `Mirrored: ${entries} entries. The mirror is up to date.`, task: 'Mirroring' },
  'zh-CN': { done: (entries: string) => `已镜像 ${entries} 条账目。镜像已是最新。`, task: '正在镜像' },
} satisfies Record<Language, unknown>;

/** Exit 0. With `follow` it goes on until a signal comes. */
export async function runMirror({ data, kurrentdb, kafka, follow, format, lang }: RunMirrorOptions): Promise<number> {
  const ended = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ended.abort());
  const store = new KurrentMirrorStore(kurrentdb);
  const ledger = await openLedger(data, kafka).catch(async (error) => {
    await store.close();
    throw error;
  });
  const progress = makeProgress({ stream: process.stderr });
  try {
    do {
      ledger.check();
      const entries = await mirrorWith(progress, WORDS[lang].task, { log: ledger.log, store });
      const line = format === 'json' ? JSON.stringify({ mirrored: entries }) : WORDS[lang].done(grouped(entries));
      if (entries > 0 || follow !== true) process.stdout.write(`${line}\n`);
      if (follow === true) await sleep(FOLLOW_MILLIS, undefined, { signal: ended.signal }).catch(() => {});
    } while (follow === true && !ended.signal.aborted);
  } finally {
    await ledger.log.close();
    await store.close();
  }
  return 0;
}

/** The ledger of a directory, read beside whoever has it open; or of a cluster, whose copy the directory is. */
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

async function mirrorWith(progress: Progress, task: string, given: MirrorOptions): Promise<number> {
  let done = 0;
  const onPage = (entries: number) => {
    if (done === 0) progress.start(task, null, '');
    done += entries;
    progress.update(done);
  };
  try {
    return await mirrorLedger({ ...given, onPage });
  } finally {
    progress.stop();
  }
}
