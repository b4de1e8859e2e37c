// `hesabu mirror`: copies the ledger to KurrentDB, one stream for each payment, for subscribers there.

import { mirrorLedger } from '../../app/mirror.ts';
import { grouped } from '../../app/reports/table.ts';
import type { Language } from '../../domain/reason-words.ts';
import { patienceOf } from '../terminal/patience.ts';
import { makeProgress } from '../terminal/progress.ts';

export interface RunMirrorOptions {
  readonly data: string;
  readonly kurrentdb: string;
  /** Brokers of the ledger that the directory is a copy of. */
  readonly kafka?: string;
  readonly wait: string;
  readonly follow?: boolean;
  readonly format: 'text' | 'json';
  readonly lang: Language;
}

const WORDS = {
  en: { done: (entries: string) => `Mirrored: ${entries} entries. The mirror is up to date.`, task: 'Mirroring' },
  'zh-CN': { done: (entries: string) => `已镜像 ${entries} 条分录。镜像已是最新。`, task: '正在镜像' },
} satisfies Record<Language, unknown>;

/** Exit 0. With `follow` it runs until a signal, also while KurrentDB cannot be reached. */
export async function runMirror(options: RunMirrorOptions): Promise<number> {
  const { data, kurrentdb, kafka: brokers, follow = false, format, lang } = options;
  const ended = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ended.abort());
  await mirrorLedger({
    ...{ data, kurrentdb, brokers, patience: patienceOf(options), follow, signal: ended.signal },
    ...{ progress: makeProgress({ stream: process.stderr }), task: WORDS[lang].task },
    onUpToDate: (entries) => {
      const line = format === 'json' ? JSON.stringify({ mirrored: entries }) : WORDS[lang].done(grouped(entries));
      process.stdout.write(`${line}\n`);
    },
    onAway: (error) => process.stderr.write(`${error.message}\n`),
  });
  return 0;
}
