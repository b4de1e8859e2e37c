// What `hesabu report` prints: the summary of the ledger as it stands, and the files written.

import { resolve } from 'node:path';
import { report } from '../../app/report.ts';
import { closingLine, summaryText } from '../../app/reports/summary-text.ts';
import type { ReaderLanguage } from '../../domain/language.ts';
import { makeProgress } from '../terminal/progress.ts';

export interface RunReportOptions {
  readonly data: string;
  readonly out: string;
  readonly format: 'text' | 'json';
  readonly lang: ReaderLanguage;
}

const WORDS = {
  en: (out: string, files: string) => `Written to ${out}: ${files}`,
  'zh-CN': (out: string, files: string) => `已写入 ${out}：${files}`,
  fr: (out: string, files: string) => `Écrit dans ${out} : ${files}`,
} satisfies Record<ReaderLanguage, unknown>;

export async function runReport({ data, out, format, lang }: RunReportOptions): Promise<number> {
  const { summary, zone, files } = await report({
    data,
    out,
    lang,
    progress: makeProgress({ stream: process.stderr }),
  });
  if (format === 'json') process.stdout.write(`${JSON.stringify(summary)}\n`);
  else {
    const text = summaryText(summary, { lang, zone, target: process.stdout });
    process.stdout.write(`${text}\n${WORDS[lang](resolve(out), files.join(', '))}\n`);
    const closing = closingLine(summary, lang);
    if (closing !== '') process.stdout.write(`\n${closing}\n`);
  }
  return 0;
}
