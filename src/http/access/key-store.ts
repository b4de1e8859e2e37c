// The API keys of a data directory: DIR/keys/api-keys.json, which only its owner may read. The command writes the file,
// and the running service reads it again after a change, so a revoked key is refused at once.

import { z } from 'zod';
import { HesabuError } from '../../domain/errors.ts';
import type { Instant } from '../../domain/time.ts';
import { type ApiKey, isLive, isSecretOf, type KeyRequest, makeApiKey, ROLES, splitKeyText } from './api-key.ts';
import { KeyFile } from './key-file.ts';

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
  private readonly file: KeyFile<{ readonly keys: readonly ApiKey[] }>;
  private known: readonly ApiKey[] | undefined;
  private byId: ReadonlyMap<string, ApiKey> = new Map();

  constructor(dir: string) {
    this.file = new KeyFile(dir, {
      name: 'api-keys.json',
      schema: FILE,
      empty: { keys: [] },
      title: 'the file of API keys',
      remedy: 'Restore the file from a backup, or remove it and create new keys.',
    });
  }

  /** All keys, including revoked and expired ones, in the order of their creation. */
  list(): readonly ApiKey[] {
    return this.file.read().keys;
  }

  /** Keys that are neither revoked nor expired. */
  live(now: Instant): readonly ApiKey[] {
    return this.list().filter((key) => isLive(key, now));
  }

  /** Returns the text, which is never shown again. */
  create(request: KeyRequest, now: Instant): { readonly key: ApiKey; readonly text: string } {
    const made = makeApiKey(request, now);
    this.file.change(({ keys }) => ({ keys: [...keys, made.key] }));
    return made;
  }

  /** Revoking twice changes nothing. Throws HESABU_KEY_UNKNOWN. */
  revoke(id: string, now: Instant): ApiKey {
    let revoked: ApiKey | undefined;
    this.file.change(({ keys }) => {
      const known = keys.find((key) => key.id === id);
      if (known === undefined) throw new HesabuError('HESABU_KEY_UNKNOWN', { where: id });
      revoked = known.revoked_at === null ? { ...known, revoked_at: now } : known;
      return { keys: keys.map((key) => (key.id === id ? revoked! : key)) };
    });
    return revoked!;
  }

  /** The key that an Authorization header carries, if it is known and neither revoked nor expired. */
  authenticate(authorization: string | undefined, now: Instant): ApiKey | undefined {
    const [, text] = /^Bearer +(\S+) *$/i.exec(authorization ?? '') ?? [];
    const given = text === undefined ? undefined : splitKeyText(text);
    if (given === undefined) return undefined;
    const key = this.get(given.id) ?? UNKNOWN_KEY;
    return isSecretOf(key, given.secret) && isLive(key, now) ? key : undefined;
  }

  /** Whether an accepted key is still valid: for streams that go on after the first answer. */
  isLive(id: string, now: Instant): boolean {
    const key = this.get(id);
    return key !== undefined && isLive(key, now);
  }

  private get(id: string): ApiKey | undefined {
    const keys = this.list();
    if (keys !== this.known) {
      this.known = keys;
      this.byId = new Map(keys.map((key) => [key.id, key]));
    }
    return this.byId.get(id);
  }
}
