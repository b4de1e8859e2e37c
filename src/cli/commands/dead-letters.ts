// `hesabu dead-letters`: lists the records of fact topics that are not facts, and sends them again once the cause is
// removed: the schema is known now, or the key is taken from the fact itself.

import { readDeadLetters, resendDeadLetters } from '../../app/dead-letters.ts';
import { grouped, printable, tableText } from '../../app/reports/table.ts';
import type { Language } from '../../domain/reason-words.ts';
import { formatInstant } from '../../domain/time.ts';
import type { DeadLetter } from '../../kafka/records/dead-letter.ts';
import { patienceOf } from '../terminal/patience.ts';

export interface DeadLettersOptions {
  readonly kafka: string;
  readonly wait: string;
  readonly format: 'text' | 'json';
  readonly lang: Language;
}

const WORDS = {
  en: {
    columns: ['Record', 'Written', 'Reason', 'Detail', 'Key', 'Bytes'],
    none: 'There are no dead letters.',
    retried: (count: number, still: number) => `Sent again: ${count}. Still not facts: ${still}.`,
  },
  'zh-CN': {
    columns: ['记录', '写入时间', '原因', '详情', '键', '字节'],
    none: '没有死信。',
    retried: (count: number, still: number) => `已重新发送：${count}。仍不是事实：${still}。`,
  },
} satisfies Record<Language, unknown>;

export async function listDeadLetters({ kafka, wait, format, lang }: DeadLettersOptions): Promise<number> {
  const letters = await readDeadLetters(kafka, patienceOf({ wait }));
  if (format === 'json') process.stdout.write(`${JSON.stringify({ dead_letters: letters.map(jsonOf) })}\n`);
  else if (letters.length === 0) process.stdout.write(`${WORDS[lang].none}\n`);
  else process.stdout.write(`${lettersText(letters, lang)}\n`);
  return 0;
}

/** Exit 0. A record that is still not a fact stays where it is. A letter that was sent again leaves the list. */
export async function retryDeadLetters({ kafka, wait, format, lang }: DeadLettersOptions): Promise<number> {
  const { retried, still } = await resendDeadLetters(kafka, patienceOf({ wait }));
  const text = format === 'json' ? JSON.stringify({ retried, still }) : WORDS[lang].retried(retried, still);
  process.stdout.write(`${text}\n`);
  return 0;
}

function jsonOf({ topic, partition, offset, timestamp, reason, detail, key, value, valueSize }: DeadLetter) {
  const [keyText, bytes] = [key?.toString() ?? null, value?.toString('base64') ?? null];
  const place = { topic, partition, offset: String(offset), written_at: formatInstant(timestamp) };
  return { ...place, reason, detail, key: keyText, value_base64: bytes, value_bytes: valueSize };
}

function lettersText(letters: readonly DeadLetter[], lang: Language): string {
  const rows = letters.map(({ topic, partition, offset, timestamp, reason, detail, key, valueSize }) => [
    `${topic}/${partition} ${offset}`,
    formatInstant(timestamp),
    reason,
    printable(detail),
    printable(key?.toString().slice(0, 40) ?? ''),
    grouped(Math.max(0, valueSize)),
  ]);
  return tableText(
    WORDS[lang].columns.map((title, at) => ({ title, align: at === 5 ? 'right' : 'left' })),
    rows,
  );
}
