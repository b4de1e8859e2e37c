// `hesabu backup`: copies a data directory so that it can be put back, or proves such a copy.

import { resolve } from 'node:path';
import { type BackupReport, makeBackup } from '../../app/backup/backup.ts';
import { type BackupCheckReport, checkBackup } from '../../app/backup/backup-check.ts';
import { grouped } from '../../app/reports/table.ts';
import { ERROR_CODES } from '../../domain/error-codes.ts';
import { HesabuError } from '../../domain/errors.ts';
import type { Language } from '../../domain/reason-words.ts';
import { faultLine } from '../../engine/directory/verification-fault.ts';
import { makeProgress } from '../terminal/progress.ts';

export interface RunBackupOptions {
  readonly data?: string;
  readonly out?: string;
  readonly check?: string;
  readonly key?: string;
  readonly against?: string;
  readonly withKeys?: boolean;
  readonly withoutKeys?: boolean;
  readonly format: 'text' | 'json';
  readonly lang: Language;
}

const LINES_MAX = 20;

const WORDS = {
  en: {
    written: (files: string, bytes: string, out: string) => `${files} files with ${bytes} bytes are in ${out}.`,
    holds: (blocks: string, facts: string, exchanges: string) =>
      `The ledger has ${blocks} blocks of ${facts} facts there; ${exchanges} exchanges are archived.`,
    running: 'A process wrote meanwhile: what came after the start of the copy is not in it.',
    without: (names: string) =>
      `The secrets in keys are NOT in it: ${names}. Keep a copy of them at another place. Without them it can be ` +
      'read and verified, and no ledger goes on from it.',
    withKeys: 'The secrets in keys are in it: who can read it signs as this ledger does.',
    check: (out: string) => `Try it: hesabu backup --check ${out}`,
    proved: (at: string) => `The backup of ${at} is whole: every file is as it was written, and its ledger verifies.`,
    key: (key: string) => `The key is ${key}: compare it with the one that you were given, or give that with --key.`,
    unsigned: (blocks: string) =>
      `${blocks} newer blocks were not signed yet when it was taken: nothing is said of them.`,
    archived: (facts: string) =>
      `${facts} facts came after the log was copied, and are in its archive: a start takes them in.`,
    gap: (blocks: string, facts: string, exchanges: string, dir: string) =>
      `${dir} went on from it. Not in the backup: ${blocks} blocks, ${facts} facts, ${exchanges} exchanges.`,
  },
  'zh-CN': {
    written: (files: string, bytes: string, out: string) => `${out} 中有 ${files} 个文件，共 ${bytes} 字节。`,
    holds: (blocks: string, facts: string, exchanges: string) =>
      `其中账本有 ${blocks} 个区块、${facts} 条事实；已归档 ${exchanges} 次交互。`,
    running: '备份期间有进程在写入：复制开始之后的内容不在备份中。',
    without: (names: string) =>
      `备份不含 keys 中的密钥：${names}。请在别处另存一份；没有它们，备份可以读取和验证，但账本无法继续。`,
    withKeys: '备份包含 keys 中的密钥：能读取它的人可以像本账本一样签名。',
    check: (out: string) => `请检验：hesabu backup --check ${out}`,
    proved: (at: string) => `${at} 的备份完整：每个文件都与写入时一致，账本验证通过。`,
    key: (key: string) => `密钥为 ${key}：请与您收到的密钥核对，或用 --key 指定。`,
    unsigned: (blocks: string) => `有 ${blocks} 个较新的区块在备份时尚未签名，未作判断。`,
    archived: (facts: string) => `日志复制之后又有 ${facts} 条事实，已在其归档中：启动时会接收。`,
    gap: (blocks: string, facts: string, exchanges: string, dir: string) =>
      `${dir} 由它延续而来。不在备份中的有：${blocks} 个区块、${facts} 条事实、${exchanges} 次交互。`,
  },
} satisfies Record<Language, unknown>;

/** Exit 0 once the backup is written, or proved; 3 for one that is not whole. */
export async function runBackup(options: RunBackupOptions): Promise<number> {
  const { data, out, check, withKeys = false, withoutKeys = false } = options;
  const progress = makeProgress({ stream: process.stderr });
  if (check !== undefined) {
    const { key, against } = options;
    const report = await checkBackup({
      target: check,
      ...(key === undefined ? {} : { key }),
      ...(against === undefined ? {} : { against }),
      progress,
    });
    return show(report, options);
  }
  if (data === undefined || out === undefined) {
    const where = data === undefined ? '--data' : '--out';
    throw new HesabuError('HESABU_USAGE', { where, expected: '--data DIR and --out TARGET, or --check TARGET' });
  }
  if (withKeys && withoutKeys) {
    throw new HesabuError('HESABU_USAGE', { where: '--with-keys', expected: 'one of --with-keys and --without-keys' });
  }
  written(await makeBackup({ data, out, withKeys, progress }), resolve(out), options);
  return 0;
}

function written(report: BackupReport, out: string, { format, lang }: RunBackupOptions): void {
  if (format === 'json') {
    process.stdout.write(`${JSON.stringify({ ...report, out })}\n`);
    return;
  }
  const words = WORDS[lang];
  const { files, bytes, ledger, facts, exchanges, running, with_keys, keys_left_out } = report;
  const blocks = ledger.reduce((sum, one) => sum + one.blocks, 0);
  const lines = [
    words.written(grouped(files), grouped(bytes), out),
    words.holds(grouped(blocks), grouped(facts), grouped(exchanges)),
  ];
  if (running) lines.push(words.running);
  if (with_keys) lines.push(words.withKeys);
  else if (keys_left_out.length > 0) lines.push(words.without(keys_left_out.join(', ')));
  lines.push(words.check(out));
  process.stdout.write(`${lines.join('\n')}\n`);
}

function show(report: BackupCheckReport, { format, lang, against, key }: RunBackupOptions): number {
  const { faults, gap } = report;
  const isSound = faults.length === 0;
  if (format === 'json') {
    const shown = faults.map(({ remedy, ...fault }) => (remedy === undefined ? fault : { ...fault, mend: remedy }));
    process.stdout.write(`${JSON.stringify({ verified: isSound, ...report, faults: shown })}\n`);
  } else if (isSound) {
    const words = WORDS[lang];
    const { blocks, facts, exchanges, unsigned_blocks, archived_facts, keys_left_out } = report;
    const lines = [words.proved(report.made_at), words.holds(grouped(blocks), grouped(facts), grouped(exchanges))];
    if (key === undefined && report.key !== null) lines.push(words.key(report.key));
    if (unsigned_blocks > 0) lines.push(words.unsigned(grouped(unsigned_blocks)));
    if (archived_facts > 0) lines.push(words.archived(grouped(archived_facts)));
    if (keys_left_out.length > 0) lines.push(words.without(keys_left_out.join(', ')));
    if (gap !== null) lines.push(words.gap(grouped(gap.blocks), grouped(gap.facts), grouped(gap.exchanges), against!));
    process.stdout.write(`${lines.join('\n')}\n`);
  }
  for (const fault of faults.slice(0, LINES_MAX)) process.stderr.write(`${faultLine(fault)}\n`);
  return isSound ? 0 : Math.max(...faults.map(({ code }) => ERROR_CODES[code].exit));
}
