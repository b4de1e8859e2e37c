// What can be wrong with a machine or a data directory although the ledger itself is sound. Each check says what it
// found and, where that needs attention, what to do. Nothing is repaired or changed here.

import { accessSync, constants, existsSync, lstatSync, readdirSync, statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ERROR_CODES } from '../domain/error-codes.ts';
import { HesabuError } from '../domain/errors.ts';
import type { Fault } from '../engine/directory/verification-fault.ts';
import { nameOf, readSignedFiles } from '../engine/verification/signed-files.ts';
import { changesSize, databasePath, lockDirectory, readSettings } from '../log/data-directory.ts';
import { type LogReader, openReader } from '../log/log-reader.ts';
import { hasPageChecksums } from '../log/page-checksums.ts';
import { FileSnapshotStore } from '../log/snapshots.ts';
import { shellWord } from '../runtime/shell-word.ts';
import type { Check, CheckName } from './doctor-check.ts';
import { checkClock, checkRules } from './doctor-ledger.ts';

const NODE_MAJOR_MIN = 24;
const SPACE_MIN_BYTES = 1024 ** 3;
const MIB = 1024 ** 2;

/** Checks the machine and, if one is given, a data directory. Throws nothing for what it finds. */
export function examine(dir: string | undefined, now: number): Check[] {
  const checks = [checkNode()];
  if (dir === undefined) return checks;
  if (!existsSync(databasePath(dir))) {
    const remedy = 'Give the directory that reconcile uses as --data, or let reconcile create it.';
    return [...checks, { name: 'directory', found: `${dir} holds no ledger`, remedy }];
  }
  checks.push({ name: 'directory', found: dir, remedy: null }, checkAccess(dir), checkSpace(dir));
  let lock: ReturnType<typeof lockDirectory>;
  try {
    lock = lockDirectory(dir);
  } catch (error) {
    return [...checks, failed('lock', error)];
  }
  try {
    checks.push({ name: 'lock', found: 'free', remedy: null }, ...checkLog(dir, now));
  } finally {
    lock.close();
  }
  return checks;
}

function checkNode(): Check {
  const { node, sqlite } = process.versions;
  const isNew = Number(node.split('.')[0]) >= NODE_MAJOR_MIN;
  const found = `Node ${node}, SQLite ${sqlite}`;
  return { name: 'node', found, remedy: isNew ? null : 'Run npm ci, which brings Node 24, or install it.' };
}

/** Anyone who can read the keys can sign, and anyone who can write the rest can destroy it. */
function checkAccess(dir: string): Check {
  const open: string[] = [];
  for (const path of ['', 'keys', 'checkpoints', 'raw', 'snapshots', ...filesIn(dir, 'keys'), 'hesabu.db']) {
    const full = join(dir, path);
    const stat = lstatSync(full, { throwIfNoEntry: false });
    if (stat === undefined || (stat.mode & 0o077) === 0) continue;
    open.push(`${path === '' ? 'the directory' : path} (${(stat.mode & 0o777).toString(8)})`);
  }
  const name = 'access';
  if (open.length > 0) {
    const found = `others may use ${open.join(', ')}`;
    return { name, found, remedy: `Run: chmod -R go= ${shellWord(dir)}` };
  }
  try {
    accessSync(dir, constants.R_OK | constants.W_OK | constants.X_OK);
    accessSync(databasePath(dir), constants.R_OK | constants.W_OK);
  } catch (error) {
    return { name, found: (error as Error).message, remedy: 'Run as the owner of the directory, or change its owner.' };
  }
  return { name, found: "the owner's alone, and writable", remedy: null };
}

/** A day's work writes far less than the ledger holds. As much space again is enough for a snapshot and a copy. */
export function checkSpace(dir: string): Check {
  const { bavail, bsize } = statfsSync(dir);
  const free = bavail * bsize;
  const needed = Math.max(SPACE_MIN_BYTES, statSync(databasePath(dir), { throwIfNoEntry: false })?.size ?? 0);
  const found = `${Math.floor(free / MIB)} MiB free`;
  const remedy = `Free disk space until ${Math.ceil(needed / MIB)} MiB are available.`;
  return { name: 'space', found, remedy: free < needed ? remedy : null };
}

function checkLog(dir: string, now: number): Check[] {
  const checks: Check[] = [];
  let reader: LogReader | undefined;
  try {
    const { hasWal, pageSize } = readSettings(dir);
    const remedy = hasWal ? null : 'Restore hesabu.db from a backup: another program changed its journal.';
    checks.push({ name: 'sqlite', found: `${hasWal ? 'WAL' : 'no WAL'}, pages of ${pageSize} bytes`, remedy });
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
  if (hasPageChecksums(dir) && changes === 0) return { name: 'seal', found: 'closed cleanly', remedy: null };
  const beside = changes === 0 ? '' : `, with ${changes} bytes of changes not yet in the file`;
  const found = `the last run was interrupted${beside}`;
  const remedy = 'Run hesabu verify, then reconcile as before: nothing that was acknowledged is lost.';
  return { name: 'seal', found, remedy };
}

/** Whether the next run has the key and the record that it needs. Only verify compares them with the ledger. */
function checkSignatures(dir: string): Check {
  const faults: Fault[] = [];
  const { verifier } = readSignedFiles(dir, undefined, faults);
  const name = 'signatures';
  const [first] = faults;
  if (first !== undefined) return failed(name, new HesabuError(first.code, first));
  return { name, found: verifier === undefined ? 'none yet' : `by ${nameOf(verifier)}`, remedy: null };
}

function checkSnapshots(dir: string): Check {
  const found = new FileSnapshotStore(join(dir, 'snapshots')).check();
  const torn = found.filter(({ isWhole }) => !isWhole).map(({ file }) => file);
  const name = 'snapshots';
  if (torn.length === 0) return { name, found: `${found.length}, all whole`, remedy: null };
  const remedy = 'Nothing is lost: the next run deletes them and reads the facts again.';
  return { name, found: `damaged: ${torn.join(', ')}`, remedy };
}

/** Files that an interrupted run left under a temporary name. */
function checkLeftovers(dir: string): Check {
  const isLeft = (path: string) => path.endsWith('.tmp') || /^keys\/.+\.\d+\.\d+$/.test(path);
  const left = ['', 'raw', 'checkpoints', 'snapshots', 'keys'].flatMap((folder) => filesIn(dir, folder)).filter(isLeft);
  const name = 'leftovers';
  if (left.length === 0) return { name, found: 'none', remedy: null };
  const isRaw = left.some((path) => path.startsWith('raw/'));
  const again = isRaw ? ' A file in raw/ is an interrupted import: import that file again.' : '';
  return { name, found: left.join(', '), remedy: `They can be deleted.${again}` };
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
