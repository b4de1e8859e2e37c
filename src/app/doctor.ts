// What can be wrong with a machine or a data directory although the ledger itself is sound. Each check says what it
// found and, where that needs attention, what to do. Nothing is repaired or changed here.

import { accessSync, constants, existsSync, lstatSync, readdirSync, statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readForgotten } from '../archive/privacy/forgotten-list.ts';
import { ERROR_CODES } from '../domain/error-codes.ts';
import { HesabuError } from '../domain/errors.ts';
import type { Fault } from '../engine/directory/verification-fault.ts';
import { nameOf, readSignedFiles } from '../engine/verification/signed-files.ts';
import { changesSize, databasePath, lockDirectory, readSettings } from '../log/data-directory.ts';
import { type LogReader, openReader } from '../log/log-reader.ts';
import { hasPageChecksums } from '../log/page-checksums.ts';
import { FileSnapshotStore } from '../log/snapshots.ts';
import { shellWord } from '../runtime/shell-word.ts';
import { type Check, type CheckName, ill, well } from './doctor-check.ts';
import { checkClock, checkRules } from './doctor-ledger.ts';

const NODE_MAJOR_MIN = 24;
const NEWER_NODE = '运行 npm ci 可带来 Node 24，也可自行安装。';
const SPACE_MIN_BYTES = 1024 ** 3;
const MIB = 1024 ** 2;

/** Checks the machine and, if one is given, a data directory. Throws nothing for what it finds. */
export function examine(dir: string | undefined, now: number): Check[] {
  const checks = [checkNode()];
  if (dir === undefined) return checks;
  if (!existsSync(databasePath(dir))) {
    const remedy = 'Give the directory that reconcile uses as --data, or let reconcile create it.';
    const chinese = '请用 --data 指定 reconcile 使用的目录，或由 reconcile 创建。';
    return [...checks, ill('directory', [`${dir} holds no ledger`, `${dir} 中没有账本`], [remedy, chinese])];
  }
  checks.push({ name: 'directory', found: dir, remedy: null }, checkAccess(dir), checkSpace(dir));
  let lock: ReturnType<typeof lockDirectory>;
  try {
    lock = lockDirectory(dir);
  } catch (error) {
    return [...checks, failed('lock', error)];
  }
  try {
    checks.push(well('lock', 'free', '未被占用'), ...checkLog(dir, now));
  } finally {
    lock.close();
  }
  return checks;
}

function checkNode(): Check {
  const { node, sqlite } = process.versions;
  const isNew = Number(node.split('.')[0]) >= NODE_MAJOR_MIN;
  const found = `Node ${node}, SQLite ${sqlite}`;
  const remedy = 'Run npm ci, which brings Node 24, or install it.';
  return isNew ? { name: 'node', found, remedy: null } : ill('node', [found, found], [remedy, NEWER_NODE]);
}

/** Anyone who can read the keys can sign, and anyone who can write the rest can destroy it. */
function checkAccess(dir: string): Check {
  const open: string[] = [];
  for (const path of [
    '',
    'keys',
    'checkpoints',
    'raw',
    'snapshots',
    'approvals',
    ...filesIn(dir, 'keys'),
    'hesabu.db',
    'service.db',
  ]) {
    const full = join(dir, path);
    const stat = lstatSync(full, { throwIfNoEntry: false });
    if (stat === undefined || (stat.mode & 0o077) === 0) continue;
    open.push(`${path === '' ? 'the directory' : path} (${(stat.mode & 0o777).toString(8)})`);
  }
  const name = 'access';
  if (open.length > 0) {
    const [list, command] = [open.join(', '), `chmod -R go= ${shellWord(dir)}`];
    return ill(name, [`others may use ${list}`, `其他用户可访问 ${list}`], [`Run: ${command}`, `请运行：${command}`]);
  }
  try {
    accessSync(dir, constants.R_OK | constants.W_OK | constants.X_OK);
    accessSync(databasePath(dir), constants.R_OK | constants.W_OK);
  } catch (error) {
    const { message } = error as Error;
    const remedy = 'Run as the owner of the directory, or change its owner.';
    return ill(name, [message, message], [remedy, '请以目录所有者的身份运行，或更改所有者。']);
  }
  return well(name, "the owner's alone, and writable", '仅所有者可访问，可写');
}

/** A day's work writes far less than the ledger holds. As much space again is enough for a snapshot and a copy. */
export function checkSpace(dir: string): Check {
  const { bavail, bsize } = statfsSync(dir);
  const free = bavail * bsize;
  const needed = Math.max(SPACE_MIN_BYTES, statSync(databasePath(dir), { throwIfNoEntry: false })?.size ?? 0);
  const [there, least] = [Math.floor(free / MIB), Math.ceil(needed / MIB)];
  const found = [`${there} MiB free`, `可用 ${there} MiB`] as const;
  if (free >= needed) return well('space', ...found);
  return ill('space', found, [
    `Free disk space until ${least} MiB are available.`,
    `请清理磁盘，使可用空间达到 ${least} MiB。`,
  ]);
}

function checkLog(dir: string, now: number): Check[] {
  const checks: Check[] = [];
  let reader: LogReader | undefined;
  try {
    const { hasWal, pageSize } = readSettings(dir);
    const found = [
      `${hasWal ? 'WAL' : 'no WAL'}, pages of ${pageSize} bytes`,
      `${hasWal ? '' : '不是 '}WAL，每页 ${pageSize} 字节`,
    ] as const;
    const remedy = 'Another program changed its journal. Run hesabu verify; the next run that writes sets it back.';
    const chinese = '其他程序改动了它的日志模式。请运行 hesabu verify；下次写入时会自动改回。';
    checks.push(hasWal ? well('sqlite', ...found) : ill('sqlite', found, [remedy, chinese]));
    reader = openReader(dir, true);
    checks.push(checkPageChecksums(dir), checkSignatures(dir), checkSnapshots(dir), checkLeftovers(dir));
    checks.push(checkClock(reader, now), checkRules(reader, now));
  } catch (error) {
    checks.push(failed('sqlite', error));
  } finally {
    reader?.close();
  }
  return checks;
}

function checkPageChecksums(dir: string): Check {
  const changes = changesSize(dir);
  if (hasPageChecksums(dir) && changes === 0) return well('seal', 'closed cleanly', '正常关闭');
  const beside = changes === 0 ? '' : `, with ${changes} bytes of changes not yet in the file`;
  const found = `the last run was interrupted${beside}`;
  const remedy = 'Run hesabu verify, which says whether anything acknowledged is missing; then go on as before.';
  const chinese = changes === 0 ? '' : `，另有 ${changes} 字节的改动尚未写入文件`;
  const todo = '请运行 hesabu verify，它会说明已确认接收的内容是否有缺失；然后照常进行。';
  return ill('seal', [found, `上次运行被中断${chinese}`], [remedy, todo]);
}

/** Whether the next run has the key and the record that it needs. Only verify compares them with the ledger. */
function checkSignatures(dir: string): Check {
  const faults: Fault[] = [];
  const { verifier } = readSignedFiles(dir, undefined, faults);
  const name = 'signatures';
  const [first] = faults;
  if (first !== undefined) return failed(name, new HesabuError(first.code, first));
  if (verifier === undefined) return well(name, 'none yet', '暂无');
  return well(name, `by ${nameOf(verifier)}`, `签名者 ${nameOf(verifier)}`);
}

function checkSnapshots(dir: string): Check {
  const found = new FileSnapshotStore(join(dir, 'snapshots')).check();
  const torn = found.filter(({ isWhole }) => !isWhole).map(({ file }) => file);
  const name = 'snapshots';
  if (torn.length === 0) return well(name, `${found.length}, all whole`, `${found.length} 个，均完整`);
  const remedy = 'Nothing is lost: the next run deletes them and reads the facts again.';
  const list = torn.join(', ');
  const todo = '没有丢失任何内容：下次运行会删除它们并重新读取事实。';
  return ill(name, [`damaged: ${list}`, `已损坏：${list}`], [remedy, todo]);
}

/** Files that an interrupted run left under a temporary name. */
function checkLeftovers(dir: string): Check {
  const isLeft = (path: string) => path.endsWith('.tmp') || /^(?:keys|raw)\/.+\.\d+\.\d+$/.test(path);
  const left = ['', 'raw', 'checkpoints', 'snapshots', 'keys'].flatMap((folder) => filesIn(dir, folder)).filter(isLeft);
  const name = 'leftovers';
  if ([...readForgotten(dir).values()].includes(false)) {
    const found = ['keys/forgotten: somebody is forgotten in part', 'keys/forgotten：有人未被完全遗忘'] as const;
    return ill(name, found, ['Give hesabu forget the same person again.', '请对同一个人再次运行 hesabu forget。']);
  }
  if (left.length === 0) return well(name, 'none', '无');
  const isRaw = left.some((path) => path.startsWith('raw/') && path.endsWith('.tmp'));
  const again = isRaw ? ' A file in raw/ is an interrupted import: import that file again.' : '';
  const todo = `可以删除。${isRaw ? ' raw/ 中的文件是中断的导入：请重新导入该文件。' : ''}`;
  const list = left.join(', ');
  return ill(name, [list, list], [`They can be deleted.${again}`, todo]);
}

/** Paths from `dir`. */
function filesIn(dir: string, folder: string): string[] {
  const full = join(dir, folder);
  return existsSync(full) ? readdirSync(full).map((name) => join(folder, name)) : [];
}

/** An error as the result of a check. Throws anything that is not a HesabuError. */
export function failed(name: CheckName, error: unknown): Check {
  if (!(error instanceof HesabuError)) throw error;
  const { where, found, remedy = ERROR_CODES[error.code].remedy } = error.detail;
  return { name, found: [error.code, where ?? [], found ?? []].flat().join(': '), remedy };
}
