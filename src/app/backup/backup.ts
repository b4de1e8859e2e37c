// A copy of a data directory that can be put back, also while a process writes the directory. Until it is whole it has
// another name.

import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { ExchangeReader } from '../../archive/exchanges/exchange-reader.ts';
import { HesabuError } from '../../domain/errors.ts';
import { RECORD_FILE } from '../../engine/directory/checkpoints.ts';
import { withDirectory } from '../../engine/directory/read-only-directory.ts';
import { readSignatures } from '../../engine/directory/signed-heads.ts';
import { verifierKeyText } from '../../ledger/note.ts';
import { lockPath } from '../../log/data-directory.ts';
import { openReader } from '../../log/log-reader.ts';
import { writePageChecksums } from '../../log/page-checksums.ts';
import { makeWithParents, syncDirectory } from '../../runtime/directories.ts';
import { NO_FAILPOINTS } from '../../runtime/failpoints.ts';
import { acquireLock } from '../../runtime/file-lock.ts';
import { type Progress, SILENT } from '../../runtime/progress.ts';
import { copyDatabase } from '../../runtime/read-only-database.ts';
import { copyFile, filesBelow, unwritable } from './files.ts';
import { countFacts, ledgerEnds } from './ledger-ends.ts';
import {
  type BackupFile,
  type BackupManifest,
  dataOf,
  digestOf,
  MANIFEST_FILE,
  manifestText,
  VERIFIER_FILE,
} from './manifest.ts';

export interface BackupOptions {
  readonly data: string;
  /** A directory that does not exist yet. */
  readonly out: string;
  /** Whether the secrets of `keys` are copied: who has them signs as the service does. */
  readonly withKeys: boolean;
  readonly progress?: Progress;
}

export type BackupReport = Omit<BackupManifest, 'files' | 'format'> & {
  readonly files: number;
  readonly bytes: number;
};

const SERVICE_DATABASE = 'service.db';
const LOCK = 'backup.lock';
/** Made again from the rest, or of this machine's present alone. */
const DERIVED = /^(?:snapshots|uploads|clock\.json|hesabu\.db.*|service\.db.*|hesabu\.lock)$/;
/** Copied before all else. */
const SIGNED = /^(?:keys|checkpoints)$/;

/**
 * Throws HESABU_USAGE for a name that is taken, HESABU_DATA_LOCKED if another backup of this name is being made,
 * HESABU_OUT_UNWRITABLE, and the errors of reading.
 */
export async function makeBackup(options: BackupOptions): Promise<BackupReport> {
  const { data, out } = options;
  requireFree(data, out);
  return withDirectory(data, async (alone) => {
    const part = join(dirname(resolve(out)), `${basename(resolve(out))}.part`);
    const lock = beginPart(part);
    let isWhole = false;
    try {
      const report = await new Copy(options, part, alone).run();
      lock.close();
      rmSync(join(part, LOCK));
      syncDirectory(part);
      renameSync(part, out);
      syncDirectory(dirname(resolve(out)));
      isWhole = true;
      return report;
    } finally {
      if (!isWhole) {
        if (lock.isOpen) lock.close();
        rmSync(part, { recursive: true, force: true });
      }
    }
  });
}

function requireFree(data: string, out: string): void {
  if (existsSync(out)) {
    const remedy = 'Give another name: a backup replaces nothing.';
    throw new HesabuError('HESABU_USAGE', { where: '--out', expected: 'a name that is free', found: out, remedy });
  }
  const inside = relative(resolve(data), resolve(out));
  if (inside !== '..' && !inside.startsWith(`..${sep}`)) {
    throw new HesabuError('HESABU_USAGE', { where: '--out', expected: 'a place outside of --data', found: out });
  }
}

/** Makes the directory that the copy lies in until it is whole. What an interrupted backup left there is removed. */
function beginPart(part: string) {
  try {
    if (existsSync(part) && !existsSync(join(part, LOCK)) && readdirSync(part).length > 0) {
      const found = 'files that no backup left there';
      throw new HesabuError('HESABU_OUT_UNWRITABLE', { where: part, found, remedy: 'Move them away.' });
    }
    makeWithParents(part, 0o700);
  } catch (error) {
    throw unwritable(error, part);
  }
  const lock = acquireLock(join(part, LOCK), 0, part);
  for (const name of readdirSync(part)) if (name !== LOCK) rmSync(join(part, name), { recursive: true, force: true });
  return lock;
}

class Copy {
  private readonly data: string;
  private readonly part: string;
  private readonly to: string;
  private readonly withKeys: boolean;
  private readonly alone: boolean;
  private readonly progress: Progress;
  private readonly leftOut: string[] = [];
  private readonly copied = new Set<string>();

  constructor(options: BackupOptions, part: string, alone: boolean) {
    const { data, withKeys, progress = SILENT } = options;
    this.data = data;
    this.part = part;
    this.to = dataOf(part);
    this.withKeys = withKeys;
    this.alone = alone;
    this.progress = progress;
  }

  /**
   * The order makes the copies fit each other. The record of what was signed comes before the log, so the log has all
   * that it names. What the service remembers comes before it too, so it knows of nothing that the log has not; and the
   * archive comes after it, so it has the exchange of every fact.
   */
  async run(): Promise<BackupReport> {
    const { data, to, part, progress } = this;
    mkdirSync(to, { mode: 0o700 });
    const vkey = readSignatures(data).verifier;
    for (const name of ['checkpoints', 'keys']) this.copyBelow(name);
    const made_at = new Date().toISOString();
    if (existsSync(join(data, SERVICE_DATABASE))) await this.copyDatabase(SERVICE_DATABASE);
    await this.copyDatabase('hesabu.db');
    writePageChecksums(to, NO_FAILPOINTS);
    // An import that ends meanwhile gives its file another name.
    for (let round = 0; round < 2; round++) {
      for (const name of readdirSync(data)) if (!DERIVED.test(name) && !SIGNED.test(name)) this.copyBelow(name);
    }
    writeFileSync(lockPath(to), '', { mode: 0o600 });
    if (vkey !== undefined) writeFileSync(join(part, VERIFIER_FILE), `${verifierKeyText(vkey)}\n`, { mode: 0o600 });
    const files = this.describe();
    const keys = { with_keys: this.withKeys, keys_left_out: this.leftOut };
    const about = { made_at, running: !this.alone, ...keys, ...(await this.ends()) };
    writeFileSync(join(part, MANIFEST_FILE), manifestText({ ...about, files }), { mode: 0o600, flush: true });
    progress.stop();
    return { ...about, files: files.length, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) };
  }

  private async copyDatabase(name: string): Promise<void> {
    const path = join(this.data, name);
    this.progress.start(`copying ${name}`, statSync(path).size, 'bytes');
    await copyDatabase(path, join(this.to, name), this.alone, (done) => this.progress.update(done));
    chmodSync(join(this.to, name), 0o600);
  }

  /** Copies a file or a folder that was not copied yet. */
  private copyBelow(name: string): void {
    const paths = filesBelow(this.data, name).filter((path) => !this.copied.has(path));
    if (paths.length === 0) return;
    this.progress.start(`copying ${name}`, null, 'bytes');
    let done = 0;
    for (const path of paths) {
      if (this.isSecret(path)) {
        if (!path.endsWith('.tmp')) this.leftOut.push(path);
      } else {
        copyFile(join(this.data, path), join(this.to, path), (bytes) => {
          done += bytes;
          this.progress.update(done);
        });
      }
      if (existsSync(join(this.to, path))) this.copied.add(path);
    }
  }

  private isSecret(path: string): boolean {
    return !this.withKeys && path.startsWith(`keys${sep}`) && path !== RECORD_FILE;
  }

  /** The SHA-256 of each file, as it lies on the disk. */
  private describe(): BackupFile[] {
    const { part, progress } = this;
    const paths = readdirSync(part)
      .filter((name) => name !== LOCK)
      .flatMap((name) => filesBelow(part, name));
    progress.start('checking', null, 'bytes');
    let done = 0;
    const files = paths.toSorted().map((path) => {
      const full = join(part, path);
      const digest = digestOf(full, (bytes) => {
        done += bytes;
        progress.update(done);
      });
      makeDurable(full);
      return { path: path.split(sep).join('/'), ...digest };
    });
    for (const folder of new Set(paths.map((path) => dirname(join(part, path))))) syncDirectory(folder);
    return files;
  }

  private async ends() {
    const exchanges = await new ExchangeReader(this.to).count();
    const reader = openReader(this.to, true);
    try {
      return { ledger: ledgerEnds(reader), facts: countFacts(reader), exchanges };
    } finally {
      reader.close();
    }
  }
}

function makeDurable(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
