// What `hesabu restore-record` prints: the heads that a person confirms.

import { type RecordRestoreOptions, type RecordRestoreReport, takeOver } from '../../app/record-restore.ts';
import { grouped, tableText } from '../../app/reports/table.ts';
import { HesabuError } from '../../domain/errors.ts';
import type { Language } from '../../domain/reason-words.ts';
import { formatInstant } from '../../domain/time.ts';
import { makeProgress } from '../terminal/progress.ts';

export interface RunRestoreRecordOptions extends RecordRestoreOptions {
  readonly format: 'text' | 'json';
  readonly lang: Language;
}

const WORDS = {
  en: {
    columns: ['Partition', 'Blocks', 'Entries', 'As of', 'Head'],
    signed: (key: string) => `The key ${key} signed these heads, before it kept a record.`,
    held: (count: number) => `Checkpoints of earlier signatures that the ledger holds: ${grouped(count)}.`,
    unknown:
      'Nothing here can show that these files are the newest that were signed: compare them with reports, exports ' +
      'and checkpoints that lie elsewhere, and give such checkpoints with --checkpoint.',
    restored: 'The record is restored: from now on, only what grows from these heads is signed.',
  },
  'zh-CN': {
    columns: ['分区', '区块', '分录', '截至', '账本头'],
    signed: (key: string) => `以上账本头均由密钥 ${key} 签名，当时尚无签名记录。`,
    held: (count: number) => `账本仍包含先前签名的检查点：${grouped(count)} 个。`,
    unknown:
      '仅凭这些文件无法证明它们是最后一次签名的版本：请与存放在别处的报表、导出和检查点核对，并用 --checkpoint 指定这些检查点。',
    restored: '签名记录已恢复：此后只对由这些账本头延续的内容签名。',
  },
} satisfies Record<Language, unknown>;

/** Exit 0 once the record is written. Without the confirmation it shows what is to be confirmed, and exits with 2. */
export async function runRestoreRecord({ format, lang, ...options }: RunRestoreRecordOptions): Promise<number> {
  const report = await takeOver({ ...options, progress: makeProgress({ stream: process.stderr }) });
  process.stdout.write(format === 'json' ? `${JSON.stringify(asJson(report))}\n` : textOf(report, lang));
  if (report.restored) return 0;
  throw new HesabuError('HESABU_USAGE', {
    where: '--confirm',
    expected: `${report.confirmation}, once a person has compared these heads`,
    found: options.confirm ?? 'nothing',
    remedy: 'Nothing was written: run it again with --confirm and that word.',
  });
}

function asJson({ partitions, ...report }: RecordRestoreReport) {
  const heads = partitions.map((one) => ({ ...one, as_of: one.as_of === null ? null : formatInstant(one.as_of) }));
  return { ...report, partitions: heads };
}

function textOf({ partitions, key, held, restored }: RecordRestoreReport, lang: Language): string {
  const words = WORDS[lang];
  const columns = words.columns.map((title, at) => ({ title, align: at < 3 ? ('right' as const) : ('left' as const) }));
  const rows = partitions.map(({ partition, blocks, entries, as_of, head }) => [
    String(partition),
    grouped(blocks),
    grouped(entries),
    as_of === null ? '' : formatInstant(as_of),
    head?.slice(0, 16) ?? '',
  ]);
  const notes = [words.signed(key), held > 0 ? words.held(held) : [], restored ? words.restored : words.unknown].flat();
  return `${tableText(columns, rows)}\n\n${notes.join('\n')}\n`;
}
