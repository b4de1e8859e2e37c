// `hesabu mirror`: the ledger in KurrentDB, a stream for each payment, for whoever subscribes there.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Language } from '../../domain/reason-words.ts';
import { openReader } from '../../log/embedded.ts';
import { KurrentMirrorStore } from '../../projections/mirror/kurrentdb-store.ts';
import { mirrorLedger } from '../../projections/mirror/mirror.ts';
import type { MirrorStore } from '../../projections/mirror/mirror-store.ts';
import { copyLedger } from '../engine/kafka-copy.ts';
import { makeProgress, SILENT } from '../output/progress.ts';
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
export async function runMirror(options: RunMirrorOptions): Promise<number> {
  const store = new KurrentMirrorStore(options.kurrentdb);
  const ended = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ended.abort());
  try {
    do {
      await mirrorOnce(options, store);
      if (options.follow === true) await sleep(FOLLOW_MILLIS, undefined, { signal: ended.signal }).catch(() => {});
    } while (options.follow === true && !ended.signal.aborted);
  } finally {
    await store.close();
  }
  return 0;
}

async function mirrorOnce({ data, kafka, follow, format, lang }: RunMirrorOptions, store: MirrorStore): Promise<void> {
  if (kafka !== undefined) await copyLedger(kafka, data);
  const log = openReader(data);
  const progress = follow === true ? SILENT : makeProgress({ stream: process.stderr });
  let done = 0;
  progress.start(WORDS[lang].task, null, '');
  try {
    const onPage = (entries: number) => {
      done += entries;
      progress.update(done);
    };
    const entries = await mirrorLedger({ log, store, onPage });
    progress.stop();
    if (entries === 0 && follow === true) return;
    const line = format === 'json' ? JSON.stringify({ mirrored: entries }) : WORDS[lang].done(grouped(entries));
    process.stdout.write(`${line}\n`);
  } finally {
    progress.stop();
    log.close();
  }
}
