// Where tests put their files: a folder that is removed after all of them, in memory where the machine has enough of
// it. Thousands of small ledgers are made, and half of their time would be waiting for a disk that no test asks
// anything of; those that do mount one of their own.
import { accessSync, chmodSync, constants, existsSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MEMORY = '/dev/shm';
/** All files of two tests at a time, with those of the broker, and as much for the processes. */
const FILES_BYTES = 6 * 2 ** 30;

/** A child process's `os.tmpdir()` is what its environment says. */
export function setup(): () => void {
  const folder = newFolder();
  // Some tests give up the rights of root, and read their files all the same.
  chmodSync(folder, 0o755);
  process.env.TMPDIR = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}

function newFolder(): string {
  const made = mkdtempSync(join(hasRoom() ? MEMORY : tmpdir(), 'hesabu-tests-'));
  if (mayExecute(made)) return made;
  rmSync(made, { recursive: true });
  return mkdtempSync(join(tmpdir(), 'hesabu-tests-'));
}

function hasRoom(): boolean {
  if (process.env.TMPDIR !== undefined || !existsSync(MEMORY)) return false;
  const { bavail, bsize } = statfsSync(MEMORY);
  return bavail * bsize >= FILES_BYTES && process.availableMemory() >= 2 * FILES_BYTES;
}

function mayExecute(folder: string): boolean {
  const file = join(folder, 'program');
  writeFileSync(file, '', { mode: 0o700 });
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(file);
  }
}
