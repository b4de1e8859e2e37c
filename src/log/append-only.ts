// What a log's own connection may do: add rows, and nothing else. A fault in our code, or a statement that somebody
// smuggles in, can then not change what a fact or a block says.

import { constants, type DatabaseSync } from 'node:sqlite';

const FORBIDDEN: ReadonlySet<number> = new Set([
  constants.SQLITE_UPDATE,
  constants.SQLITE_DELETE,
  constants.SQLITE_ALTER_TABLE,
  constants.SQLITE_DROP_TABLE,
  constants.SQLITE_DROP_INDEX,
  constants.SQLITE_DROP_TEMP_TRIGGER,
  constants.SQLITE_CREATE_TRIGGER,
  constants.SQLITE_ATTACH,
]);

/** From here on the connection reads and appends only. The file is the same: the rule belongs to the connection. */
export function forbidChanges(database: DatabaseSync): void {
  // INSERT OR REPLACE deletes without a DELETE: the authorizer does not see it, a trigger does.
  database.exec(
    'PRAGMA temp_store = MEMORY; PRAGMA recursive_triggers = ON; ' +
      'CREATE TEMP TRIGGER batches_stay BEFORE DELETE ON main.batches ' +
      "BEGIN SELECT RAISE(ABORT, 'what is in the log stays'); END",
  );
  database.setAuthorizer((action) => (FORBIDDEN.has(action) ? constants.SQLITE_DENY : constants.SQLITE_OK));
}
