// The remaining call limits of accounts, stored in service.db. So neither a restart nor a crash loop makes more calls
// than the rate allows, or calls during a wait that the other side asked for.

import type { DatabaseSync } from 'node:sqlite';
import { storageError } from '../../runtime/storage-errors.ts';
import type { BucketLevel, BucketMemory } from './token-bucket.ts';

const TABLE = `
  CREATE TABLE IF NOT EXISTS account_limits (
    account TEXT PRIMARY KEY, tokens REAL NOT NULL, filled_at INTEGER NOT NULL, blocked_until INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID`;

/** The memory of one account's bucket; `account` is `provider/account`. `keep` throws storage errors. */
export function limitMemory(database: DatabaseSync, account: string): BucketMemory {
  database.exec(TABLE);
  const selection = database.prepare(
    'SELECT tokens, filled_at AS filledAt, blocked_until AS blockedUntil FROM account_limits WHERE account = ?',
  );
  const insertion = database.prepare('INSERT OR REPLACE INTO account_limits VALUES (?, ?, ?, ?)');
  return {
    level: () => selection.get(account) as BucketLevel | undefined,
    save: ({ tokens, filledAt, blockedUntil }) => {
      try {
        insertion.run(account, tokens, Math.floor(filledAt), Math.ceil(blockedUntil));
      } catch (error) {
        throw storageError(error, 'service.db');
      }
    },
  };
}
