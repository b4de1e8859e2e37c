// What `hesabu reopen` prints.

import { type ReopenOptions, reopen } from '../../app/reopen.ts';
import { localAndUtc } from '../../app/reports/local-time.ts';
import { grouped } from '../../app/reports/table.ts';
import type { Language } from '../../domain/reason-words.ts';
import { formatInstant } from '../../domain/time.ts';
import { patienceOf } from '../terminal/patience.ts';

export interface RunReopenOptions extends Omit<ReopenOptions, 'cluster'> {
  /** Brokers. */
  readonly kafka?: string;
  readonly wait: string;
  readonly format: 'text' | 'json';
  readonly lang: Language;
}

const WORDS = {
  en: {
    reopened: (before: string, asOf: string) => `The ledger stood at ${before}. It goes on as of ${asOf}.`,
    entries: (count: string) => `${count} entries were written for what differs; nothing before them has changed.`,
    workers: 'The epoch is on Kafka: the workers begin it within seconds, and write entries for what differs.',
  },
  'zh-CN': {
    reopened: (before: string, asOf: string) => `账本原时间为 ${before}，现自 ${asOf} 起继续。`,
    entries: (count: string) => `已为差异写入 ${count} 条分录；此前的内容未作任何改动。`,
    workers: '新纪元已写入 Kafka：worker 将在数秒内开始执行，并为差异写入分录。',
  },
} satisfies Record<Language, unknown>;

export async function runReopen({ format, lang, kafka, wait, ...options }: RunReopenOptions): Promise<number> {
  const { before, as_of, zone, ...rest } = await reopen({
    ...options,
    ...(kafka === undefined ? {} : { cluster: { brokers: kafka, patience: patienceOf({ wait }) } }),
  });
  if (format === 'json') {
    const report = { before: formatInstant(before), as_of: formatInstant(as_of), ...rest };
    process.stdout.write(`${JSON.stringify(report)}\n`);
    return 0;
  }
  const { reopened, entries, workers } = WORDS[lang];
  const lines = [
    reopened(localAndUtc(before, zone), localAndUtc(as_of, zone)),
    rest.entries === null ? workers : entries(grouped(rest.entries)),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  return 0;
}
