// `hesabu export`: writes the signed ledger to files, with the verifier that checks them.

import { resolve } from 'node:path';
import { exportLedger } from '../../app/export.ts';
import { grouped } from '../../app/reports/table.ts';
import type { Language } from '../../domain/reason-words.ts';
import { makeProgress } from '../terminal/progress.ts';

export interface RunExportOptions {
  readonly data: string;
  readonly out: string;
  readonly format: 'text' | 'json';
  readonly lang: Language;
}

const WORDS = {
  en: {
    written: (entries: string, partitions: number, out: string) =>
      `${entries} signed entries of ${partitions} partitions are in ${out}.`,
    unsigned: (blocks: number) =>
      `${blocks} blocks are not signed yet and were left out. A service signs each minute; otherwise run reconcile.`,
    check: 'README.txt in that directory explains how anyone can check them, for example:',
  },
  'zh-CN': {
    written: (entries: string, partitions: number, out: string) =>
      `${partitions} 个分区的 ${entries} 条已签名分录已写入 ${out}。`,
    unsigned: (blocks: number) =>
      `有 ${blocks} 个区块尚未签名，未导出。服务每分钟签名一次；否则请再运行一次 reconcile。`,
    check: '其中的 README.txt 说明任何人如何验证，例如：',
  },
} satisfies Record<Language, unknown>;

export async function runExport({ data, out, format, lang }: RunExportOptions): Promise<number> {
  const report = await exportLedger(data, out, makeProgress({ stream: process.stderr }));
  if (format === 'json') {
    process.stdout.write(`${JSON.stringify({ ...report, out: resolve(out) })}\n`);
    return 0;
  }
  const words = WORDS[lang];
  const { partition } = report.partitions[0]!;
  const lines = [words.written(grouped(report.entries), report.partitions.length, resolve(out))];
  if (report.unsigned_blocks > 0) lines.push(words.unsigned(report.unsigned_blocks));
  lines.push(words.check, `  node verify.mjs tree vkey.txt checkpoint-${partition}.txt entries-${partition}.bin`);
  process.stdout.write(`${lines.join('\n')}\n`);
  return 0;
}
