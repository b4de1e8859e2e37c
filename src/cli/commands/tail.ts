// `hesabu tail`: prints entries as subscribers see them: one line for each entry as it arrives on the recon topics.

import { readReconTopics } from '../../app/recon-topics.ts';
import { paint, printable } from '../../app/reports/table.ts';
import { type Entry, entryId } from '../../domain/entry.ts';
import type { Language } from '../../domain/reason-words.ts';
import { titleOf } from '../../domain/reason-words.ts';
import { formatInstant } from '../../domain/time.ts';
import { entryView } from '../../projections/entry-view.ts';
import { patienceOf } from '../terminal/patience.ts';

export interface RunTailOptions {
  readonly kafka: string;
  readonly wait: string;
  readonly reference?: string;
  readonly fromBeginning?: boolean;
  /** False with `--no-follow`. */
  readonly follow: boolean;
  readonly format: 'text' | 'json';
  readonly lang: Language;
}

const COLOURS = { matched: 'green', closed: 'green', reversal: 'yellow' } as const;

/** Resolves after a signal or, without `follow`, at the end of the topics. */
export async function runTail(options: RunTailOptions): Promise<number> {
  const { kafka: brokers, follow, fromBeginning = false, reference, format, lang } = options;
  const ended = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ended.abort());
  const onEntry = (entry: Entry) => {
    if (reference !== undefined && entry.key !== reference) return;
    process.stdout.write(`${format === 'json' ? JSON.stringify(entryView(entry)) : textOf(entry, lang)}\n`);
  };
  await readReconTopics({
    brokers,
    patience: patienceOf(options),
    fromBeginning,
    follow,
    signal: ended.signal,
    onEntry,
  });
  return 0;
}

function textOf({ partition, height, index, key, as_of, finding }: Entry, lang: Language): string {
  const { kind, stage, reason, difference, currency } = finding;
  const colour = kind in COLOURS ? COLOURS[kind as keyof typeof COLOURS] : 'red';
  const what = reason === null ? '' : `${reason} (${titleOf(reason, lang)})`;
  const amount = difference === null ? '' : `${difference} ${currency ?? ''}`.trim();
  const words = [
    formatInstant(as_of),
    entryId(partition, height, index).padEnd(10),
    printable(key),
    stage,
    paint(colour, kind, process.stdout),
    what,
    amount,
  ];
  return words.filter((word) => word !== '').join('  ');
}
