// What `hesabu reconcile` prints, and its exit code.

import { type ReconcileOptions, reconcile } from '../../app/reconcile.ts';
import { closingLine, summaryText } from '../../app/reports/summary-text.ts';
import type { ReaderLanguage } from '../../domain/language.ts';
import { makeProgress } from '../terminal/progress.ts';

export interface RunOptions extends ReconcileOptions {
  readonly format: 'text' | 'json';
  readonly failOnBreaks?: boolean;
}

const WORDS: Readonly<Record<ReaderLanguage, string>> = {
  en: 'No --data was given: the ledger was for this run only.',
  'zh-CN': '未指定 --data：账本仅用于本次运行。',
  fr: 'Aucun --data n’a été donné : le grand livre n’a servi qu’à cette exécution.',
};

/** Returns the exit code: 1 only with `failOnBreaks` and open breaks. */
export async function runReconcile(options: RunOptions): Promise<number> {
  const progress = makeProgress({ stream: process.stderr });
  const { summary, zone, faults } = await reconcile({ ...options, progress });
  if (options.format === 'json') process.stdout.write(`${JSON.stringify(summary)}\n`);
  else {
    process.stdout.write(summaryText(summary, { lang: options.lang, zone, target: process.stdout }));
    if (options.data === undefined) {
      process.stdout.write(`\n${WORDS[options.lang]}\n`);
    }
    const closing = closingLine(summary, options.lang);
    if (closing !== '') process.stdout.write(`\n${closing}\n`);
  }
  for (const fault of faults) process.stderr.write(`${fault.message}\n`);
  if (faults.length > 0) return faults[0]!.exit;
  return options.failOnBreaks === true && Object.keys(summary.breaks).length > 0 ? 1 : 0;
}
