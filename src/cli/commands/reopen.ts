// What `hesabu reopen` prints.

import { type ReopenOptions, reopen } from '../../app/reopen.ts';
import { localAndUtc } from '../../app/reports/local-time.ts';
import { grouped } from '../../app/reports/table.ts';
import type { Language } from '../../domain/reason-words.ts';
import { formatInstant } from '../../domain/time.ts';

export interface RunReopenOptions extends ReopenOptions {
  readonly format: 'text' | 'json';
  readonly lang: Language;
}

const WORDS = {
  en: {
    reopened: (before: string, asOf: string) => `The ledger stood at ${before}. It goes on as of ${asOf}.`,
    entries: (count: string) => `${count} entries were written for what differs; nothing before them has changed.`,
  },
  'zh-CN': {
    reopened: (before: string, asOf: string) => `账本原时间为 ${before}，现自 ${asOf} 起继续。`,
    entries: (count: string) => `已为差异写入 ${count} 条分录；此前的内容未作任何改动。`,
  },
} satisfies Record<Language, unknown>;

export async function runReopen({ format, lang, ...options }: RunReopenOptions): Promise<number> {
  const { before, as_of, zone, ...rest } = await reopen(options);
  if (format === 'json') {
    const report = { before: formatInstant(before), as_of: formatInstant(as_of), ...rest };
    process.stdout.write(`${JSON.stringify(report)}\n`);
    return 0;
  }
  const { reopened, entries } = WORDS[lang];
  const lines = [reopened(localAndUtc(before, zone), localAndUtc(as_of, zone)), entries(grouped(rest.entries))];
  process.stdout.write(`${lines.join('\n')}\n`);
  return 0;
}
