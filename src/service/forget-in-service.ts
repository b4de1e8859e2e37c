// Takes a person out of what a service keeps beside the log: what waits for a second person waits as it came. That
// somebody was forgotten stands in the audit trail, without who.

import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { ServiceCounts } from '../app/forget.ts';
import { blanked, mayHold, type Subject } from '../archive/privacy/subject.ts';
import type { Instant } from '../domain/time.ts';
import { inTransaction, openServiceDatabase } from '../runtime/service-database.ts';
import { removeShredded } from '../runtime/shredded-file.ts';
import { SharedCommit } from './tables/shared-commit.ts';
import { TrailTable } from './tables/trail-table.ts';

const WHY = 'it named somebody who was forgotten';
/** In the trail, in the place of a key, for who uses the machine. */
const COMMAND = 'hesabu forget';

export async function forgetInService(dir: string, subject: Subject, now: Instant): Promise<ServiceCounts> {
  if (!existsSync(join(dir, 'service.db'))) return { uploads: 0, refunds: 0 };
  const folder = join(dir, 'approvals');
  const uploads = namesIn(folder).filter((id) => mayHold(readFileSync(join(folder, id)), subject));
  const database = openServiceDatabase(dir);
  try {
    const refunds = hasApprovals(database) ? endWaiting(database, uploads, subject, now) : 0;
    for (const id of uploads) removeShredded(join(folder, id));
    await tell(database, now);
    // What was removed before is in free pages, and what was written last in the write-ahead log.
    database.exec('VACUUM; PRAGMA wal_checkpoint(TRUNCATE)');
    return { uploads: uploads.length, refunds };
  } finally {
    database.close();
  }
}

function hasApprovals(database: DatabaseSync): boolean {
  return database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'approvals'").get() !== undefined;
}

/** Ends the uploads, and blanks the reasons of refunds, which are still owed. Gives how many of these there were. */
function endWaiting(database: DatabaseSync, uploads: readonly string[], subject: Subject, now: Instant): number {
  const reasonOf = (reason: unknown) => {
    const bytes = Buffer.from(String(reason)).toString('latin1');
    return Buffer.from(blanked(bytes, subject), 'latin1').toString();
  };
  database.function('blanked', { deterministic: true }, reasonOf);
  return inTransaction(database, () => {
    const refuse = database.prepare(
      "UPDATE approvals SET status = 'refused', result = NULL, decided_at = ?, decided_key = ?, " +
        "decided_person = NULL, why = ? WHERE id = ? AND status = 'waiting'",
    );
    const fail = database.prepare(
      "UPDATE approvals SET status = 'failed', result = ? WHERE id = ? AND status = 'approved'",
    );
    for (const id of uploads) {
      refuse.run(now, COMMAND, WHY, id);
      fail.run('HESABU_APPROVAL_LOST', id);
    }
    const reason = "json_extract(request, '$.reason')";
    const { changes } = database
      .prepare(
        `UPDATE approvals SET request = json_replace(request, '$.reason', blanked(${reason})) ` +
          `WHERE ${reason} IS NOT NULL AND blanked(${reason}) <> ${reason}`,
      )
      .run();
    return Number(changes);
  });
}

async function tell(database: DatabaseSync, now: Instant): Promise<void> {
  const { username } = userInfo();
  const trail = new TrailTable(database, new SharedCommit(database));
  const about = { request: randomUUID(), key: COMMAND, person: username, role: 'admin', address: '' } as const;
  const outcome = { at: now, status: 200, code: null, replayed: false, names: [] };
  await trail.asked({ ...about, at: now, route: COMMAND, names: [], query: '', body: '' }, outcome);
}

function namesIn(folder: string): readonly string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}
