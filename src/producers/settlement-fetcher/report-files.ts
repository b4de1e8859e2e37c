// The latest versions of reports as files, to compare the next version with them. They may name people, so that they
// are stored encrypted, and readable only while somebody reads them.

import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { readdirSync, rmSync } from 'node:fs';
import { open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeDirectory } from '../../runtime/directories.ts';
import { readOrMakeSecret } from '../../runtime/secrets.ts';
import { removeShredded } from '../../runtime/shredded-file.ts';
import type { SettlementReport } from '../gateway.ts';

/** Before a nonce, the tag and the bytes. A file of an earlier release is as it came. */
const ENCRYPTED = Buffer.from('hesabu-report-1\n');
const CIPHER = 'aes-256-gcm';
const [KEY_BYTES, NONCE_BYTES, TAG_BYTES] = [32, 12, 16] as const;

export class ReportFiles {
  private readonly dir: string;
  private readonly key: Buffer;

  /** Makes their folder in the data directory if it is missing, for the owner only. */
  constructor(data: string) {
    this.dir = join(data, 'raw', 'settlements');
    makeDirectory(this.dir);
    this.key = readOrMakeSecret(data, 'report.key', () => randomBytes(KEY_BYTES));
  }

  /** Calls `act` with the paths of readable copies, which are removed afterwards. */
  async readable<Result>(
    names: readonly (string | null)[],
    act: (paths: readonly (string | null)[]) => Promise<Result>,
  ): Promise<Result> {
    const paths = names.map((name) => (name === null ? null : this.pathOf(`readable-${name}`)));
    try {
      for (const [at, path] of paths.entries()) {
        if (path !== null) await writeFile(path, await this.bytesOf(names[at]!), { mode: 0o600 });
      }
      return await act(paths);
    } finally {
      for (const path of paths) if (path !== null) rmSync(path, { force: true });
    }
  }

  /** Whether it is there, and was written under the present key: a directory may be restored without its keys. */
  async canRead(name: string): Promise<boolean> {
    try {
      await this.bytesOf(name);
      return true;
    } catch {
      return false;
    }
  }

  /** Writes a version and returns its name, which depends on its content: the same version is the same file. */
  async write(account: string, date: string, sha256: string, report: SettlementReport): Promise<string> {
    const name = `${account.replace('/', '-')}-${date}-${sha256.slice(0, 16)}.${report.format}`;
    const file = await open(this.pathOf(name), 'w', 0o600);
    try {
      await file.writeFile(this.encrypted(report.bytes));
      await file.sync();
    } finally {
      await file.close();
    }
    return name;
  }

  remove(name: string | null): void {
    if (name !== null) rmSync(this.pathOf(name), { force: true });
  }

  /** Removes those whose bytes are so, and what cannot be read; gives how many. */
  async removeWith(isSo: (bytes: Buffer) => boolean): Promise<number> {
    let removed = 0;
    for (const name of readdirSync(this.dir)) {
      const bytes = await this.bytesOf(name).catch(() => null);
      if (bytes !== null && !isSo(bytes)) continue;
      removeShredded(this.pathOf(name));
      removed++;
    }
    return removed;
  }

  private pathOf(name: string): string {
    return join(this.dir, name);
  }

  private encrypted(bytes: Uint8Array): Buffer {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, this.key, nonce, { authTagLength: TAG_BYTES });
    const text = Buffer.concat([cipher.update(bytes), cipher.final()]);
    return Buffer.concat([ENCRYPTED, nonce, cipher.getAuthTag(), text]);
  }

  private async bytesOf(name: string): Promise<Buffer> {
    const bytes = await readFile(this.pathOf(name));
    if (!bytes.subarray(0, ENCRYPTED.length).equals(ENCRYPTED)) return bytes;
    const [tag, text] = [ENCRYPTED.length + NONCE_BYTES, ENCRYPTED.length + NONCE_BYTES + TAG_BYTES];
    const nonce = bytes.subarray(ENCRYPTED.length, tag);
    const decipher = createDecipheriv(CIPHER, this.key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAuthTag(bytes.subarray(tag, text));
    return Buffer.concat([decipher.update(bytes.subarray(text)), decipher.final()]);
  }

  /** Deletes files that no report refers to: a crash can leave them. */
  keepOnly(names: ReadonlySet<string | null>): void {
    for (const name of readdirSync(this.dir)) if (!names.has(name)) this.remove(name);
  }
}
