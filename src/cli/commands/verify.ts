// `hesabu verify`: checks whether a stored ledger is as it was written, and shows where it is not.

import { grouped, tableText } from '../../app/reports/table.ts';
import { ERROR_CODES } from '../../domain/error-codes.ts';
import type { Language } from '../../domain/reason-words.ts';
import { formatInstant } from '../../domain/time.ts';
import { faultLine } from '../../engine/directory/verification-fault.ts';
import { type VerifyReport, verifyDirectory } from '../../engine/verification/directory.ts';
import { makeProgress } from '../terminal/progress.ts';

export interface RunVerifyOptions {
  readonly data: string;
  readonly key?: string;
  readonly checkpoint?: readonly string[];
  readonly format: 'text' | 'json';
  readonly lang: Language;
}

/** More faults than this do not help a person; `--format json` shows all. */
const LINES_MAX = 20;

/** Exit 0 if all holds, 3 if anything does not; a directory that cannot be read has the exit code of its error. */
export async function runVerify(options: RunVerifyOptions): Promise<number> {
  const started = performance.now();
  const report = await verifyDirectory({ ...options, progress: makeProgress({ stream: process.stderr }) });
  const elapsed_ms = Math.round(performance.now() - started);
  const isSound = report.faults.length === 0;
  if (options.format === 'json') process.stdout.write(`${JSON.stringify(asJson(report, elapsed_ms))}\n`);
  else if (isSound) process.stdout.write(verifiedText(report, elapsed_ms, options));
  for (const fault of report.faults.slice(0, LINES_MAX)) process.stderr.write(`${faultLine(fault)}\n`);
  const left = report.faults.length - LINES_MAX;
  if (left > 0) process.stderr.write(`${left} more; --format json shows them all.\n`);
  const exits = report.faults.map(({ code }) => ERROR_CODES[code].exit);
  return isSound ? 0 : exits.includes(3) ? 3 : exits[0]!;
}

function sums({ partitions }: VerifyReport) {
  const sum = (name: 'blocks' | 'entries' | 'facts' | 'signed_blocks' | 'left_out' | 'unheard') =>
    partitions.reduce((total, report) => total + report[name], 0);
  return {
    blocks: sum('blocks'),
    entries: sum('entries'),
    facts: sum('facts'),
    unheard_decisions: sum('unheard'),
    unsigned_blocks: sum('blocks') - sum('signed_blocks') + sum('left_out'),
  };
}

function asJson(report: VerifyReport, elapsed_ms: number) {
  const partitions = report.partitions.map(({ faults: _, as_of, ...rest }) => {
    return { ...rest, as_of: as_of === null ? null : formatInstant(as_of) };
  });
  const { key, held, running, sealed, archive, faults } = report;
  const since = archive?.since ?? null;
  // `mend` is the public name of the field; it is left out if the fault has no remedy.
  const shown = faults.map(({ remedy, ...fault }) => (remedy === undefined ? fault : { ...fault, mend: remedy }));
  return {
    verified: faults.length === 0,
    key,
    held,
    running,
    sealed,
    ...sums(report),
    partitions,
    archive: archive && { ...archive, since: since === null ? null : formatInstant(since) },
    faults: shown,
    elapsed_ms,
  };
}

const WORDS = {
  en: {
    columns: ['Partition', 'Blocks', 'Entries', 'Facts', 'Head', 'Checkpoint'],
    signed: 'signed',
    verified: 'Verified: every block, with its entries, facts and rules, is as it was signed.',
    key: (key: string) => `The key is ${key}: compare it with the one that you were given, or give that with --key.`,
    rate: (entries: string, seconds: string) => `${entries} entries in ${seconds} s.`,
    held: (count: number) => `Checkpoints of earlier signatures that it holds: ${grouped(count)}.`,
    leftOut: (blocks: number) =>
      `${grouped(blocks)} newer blocks are left out: the running service signs each minute, and has not signed them.`,
    archive: (exchanges: string, since: string) =>
      `The log has the facts of the ${exchanges} archived exchanges since ${since}.`,
    unheard: (count: number) =>
      `Decisions that no service signed whose key the rules name: ${grouped(count)}. They count for nothing.`,
    unsealed:
      'The last run was interrupted, so there are no page checksums: the next run that writes makes them again.',
  },
  'zh-CN': {
    columns: ['分区', '区块', '分录', '事实', '账本头', '检查点'],
    signed: '已签名',
    verified: '验证通过：每个区块及其分录、事实和规则都与签名时一致。',
    key: (key: string) => `密钥为 ${key}：请与您收到的密钥核对，或用 --key 指定。`,
    rate: (entries: string, seconds: string) => `${entries} 条分录，用时 ${seconds} 秒。`,
    held: (count: number) => `账本仍包含先前签名的检查点：${grouped(count)} 个。`,
    leftOut: (blocks: number) => `有 ${grouped(blocks)} 个较新的区块未包括在内：运行中的服务每分钟签名一次，尚未签名。`,
    archive: (exchanges: string, since: string) => `账本日志包含自 ${since} 起 ${exchanges} 次已归档交互的事实。`,
    unheard: (count: number) => `有 ${grouped(count)} 条人工处理记录未由规则所列服务签名，一概不计。`,
    unsealed: '上次运行被中断，文件没有页校验和：下次写入时会重新生成。',
  },
} satisfies Record<Language, unknown>;

function verifiedText(report: VerifyReport, elapsed_ms: number, { lang, key }: RunVerifyOptions): string {
  const words = WORDS[lang];
  const columns = words.columns.map((title, at) => ({ title, align: at < 4 ? ('right' as const) : ('left' as const) }));
  const rows = report.partitions.map(({ partition, blocks, entries, facts, head }) => [
    String(partition),
    grouped(blocks),
    grouped(entries),
    grouped(facts),
    head?.slice(0, 16) ?? '',
    blocks === 0 ? '' : words.signed,
  ]);
  const { entries } = sums(report);
  const notes = [words.verified, words.rate(grouped(entries), (elapsed_ms / 1000).toFixed(1))];
  if (key === undefined && report.key !== null) notes.push(words.key(report.key));
  if (report.held > 0) notes.push(words.held(report.held));
  const leftOut = sums(report).unsigned_blocks;
  if (leftOut > 0) notes.push(words.leftOut(leftOut));
  const { unheard_decisions: unheard } = sums(report);
  if (unheard > 0) notes.push(words.unheard(unheard));
  const { archive } = report;
  if (archive !== null && archive.since !== null) {
    notes.push(words.archive(grouped(archive.exchanges), formatInstant(archive.since)));
  }
  if (!report.sealed && !report.running) notes.push(words.unsealed);
  return `${tableText(columns, rows)}\n\n${notes.join('\n')}\n`;
}
