// The API keys of a data directory: DIR/keys/api-keys.json, which only its owner may read. The command writes the file,
// and the running service reads it again after a change, so a revoked key is refused at once.

import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { HesabuError } from '../../domain/errors.ts';
import type { Instant } from '../../domain/time.ts';
import { syncDirectory } from '../../runtime/directories.ts';
import { withFileLock } from '../../runtime/file-lock.ts';
import { storageError } from '../../runtime/storage-errors.ts';
import { type ApiKey, isLive, isSecretOf, type KeyRequest, makeApiKey, ROLES, splitKeyText } from './api-key.ts';

const FILE = z.strictObject({
  keys: z.array(
    z.strictObject({
      id: z.string(),
      hash: z.string().regex(/^[0-9a-f]{64}$/),
      role: z.enum(ROLES),
      merchants: z.array(z.string()),
      label: z.string(),
      /** Absent in a file of an earlier version. */
      person: z.string().nullable().default(null),
      created_at: z.int(),
      expires_at: z.int().nullable(),
      revoked_at: z.int().nullable(),
    }),
  ),
});

/** A key that matches no secret. With it, refusing an unknown key takes as long as refusing a wrong secret. */
const UNKNOWN_KEY = makeApiKey({ role: 'auditor', merchants: [], label: '', expiresAt: null }, 0).key;

export class KeyStore {
  private readonly folder: string;
  private readonly path: string;
  private keys = new Map<string, ApiKey>();
  /** The file at the last read: its time, size and inode. */
  private version = '';

  constructor(dir: string) {
    this.folder = join(dir, 'keys');
    this.path = join(this.folder, 'api-keys.json');
    this.refresh();
  }

  /** All keys, including revoked and expired ones, in the order of their creation. */
  list(): readonly ApiKey[] {
    this.refresh();
    return [...this.keys.values()];
  }

  /** Keys that are neither revoked nor expired. */
  live(now: Instant): readonly ApiKey[] {
    return this.list().filter((key) => isLive(key, now));
  }

  /** Returns the text, which is never shown again. */
  create(request: KeyRequest, now: Instant): { readonly key: ApiKey; readonly text: string } {
    const made = makeApiKey(request, now);
    this.change((keys) => [...keys, made.key]);
    return made;
  }

  /** Revoking twice changes nothing. Throws HESABU_KEY_UNKNOWN. */
  revoke(id: string, now: Instant): ApiKey {
    let revoked: ApiKey | undefined;
    this.change((keys) => {
      const known = keys.find((key) => key.id === id);
      if (known === undefined) throw new HesabuError('HESABU_KEY_UNKNOWN', { where: id });
      revoked = known.revoked_at === null ? { ...known, revoked_at: now } : known;
      return keys.map((key) => (key.id === id ? revoked! : key));
    });
    return revoked!;
  }

  /** The key that an Authorization header carries, if it is known and neither revoked nor expired. */
  authenticate(authorization: string | undefined, now: Instant): ApiKey | undefined {
    const [, text] = /^Bearer +(\S+) *$/i.exec(authorization ?? '') ?? [];
    const given = text === undefined ? undefined : splitKeyText(text);
    if (given === undefined) return undefined;
    this.refresh();
    const key = this.keys.get(given.id) ?? UNKNOWN_KEY;
    return isSecretOf(key, given.secret) && isLive(key, now) ? key : undefined;
  }

  /** Whether an accepted key is still valid: for streams that go on after the first answer. */
  isLive(id: string, now: Instant): boolean {
    this.refresh();
    const key = this.keys.get(id);
    return key !== undefined && isLive(key, now);
  }

  /** No other process changes the file between read and write: a revocation must not be overwritten. */
  private change(changed: (keys: readonly ApiKey[]) => readonly ApiKey[]): void {
    try {
      mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    } catch (error) {
      throw storageError(error, this.path);
    }
    withFileLock(`${this.path}.lock`, () => {
      this.version = '';
      this.write(changed(this.list()));
    });
  }

  private refresh(): void {
    try {
      const stats = statSync(this.path, { throwIfNoEntry: false });
      const version = stats === undefined ? 'none' : `${stats.mtimeMs} ${stats.size} ${stats.ino}`;
      if (version === this.version) return;
      const { keys } = stats === undefined ? { keys: [] } : this.parse(readFileSync(this.path, 'utf8'));
      this.keys = new Map(keys.map((key) => [key.id, key]));
      this.version = version;
    } catch (error) {
      throw storageError(error, this.path);
    }
  }

  private parse(text: string): z.output<typeof FILE> {
    try {
      return FILE.parse(JSON.parse(text));
    } catch (error) {
      const remedy = 'Restore the file from a backup, or remove it and create new keys.';
      throw new HesabuError(
        'HESABU_CONFIG_INVALID',
        { where: this.path, expected: 'the file of API keys', remedy },
        error,
      );
    }
  }

  /** Written under another name and then renamed: a concurrent reader sees either the old or the new file. */
  private write(keys: readonly ApiKey[]): void {
    const temporary = `${this.path}.${process.pid}`;
    try {
      writeFileSync(temporary, `${JSON.stringify({ keys }, null, 2)}\n`, { mode: 0o600, flush: true });
      renameSync(temporary, this.path);
      syncDirectory(this.folder);
    } catch (error) {
      rmSync(temporary, { force: true });
      throw storageError(error, this.path);
    }
    this.refresh();
  }
}
