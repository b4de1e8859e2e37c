// The audit trail: who asked for what through the API, and what became of it. Rows are added and never changed, and go
// only when they are a year older than the newest row and than the clock: triggers hold this, whatever program opens
// service.db, and a chain of hashes shows what went round the triggers.

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Instant } from '../../domain/time.ts';
import type { AskedCall, CallOutcome, CallTrail, TrailEntry, TrailQuestion } from '../../http/api/call-trail.ts';
import { inTransaction } from '../../runtime/service-database.ts';
import type { SharedCommit } from './shared-commit.ts';
import { CHAIN_COLUMNS, TrailChain } from './trail-chain.ts';
import { findCalls } from './trail-query.ts';

/** Twelve months, in leap years too. */
const KEPT_MILLIS = 366 * 86_400_000;
const PRUNED_AT_ONCE = 200;

/**
 * What is older may go. Neither a clock that is ahead nor a row with a time that is to come makes it later by itself:
 * the earlier of both counts.
 */
export const OLDEST = `min((SELECT max(at) FROM audit_asked), unixepoch() * 1000) - ${KEPT_MILLIS}`;

const TABLES = {
  audit_asked:
    'id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, request TEXT NOT NULL UNIQUE, key TEXT NOT NULL, ' +
    'person TEXT, role TEXT NOT NULL, address TEXT NOT NULL, route TEXT NOT NULL, names TEXT NOT NULL, ' +
    'query TEXT NOT NULL, body TEXT NOT NULL',
  audit_outcomes:
    'asked INTEGER PRIMARY KEY, at INTEGER NOT NULL, status INTEGER NOT NULL, code TEXT, replayed INTEGER NOT NULL, ' +
    'names TEXT NOT NULL',
  audit_chain: CHAIN_COLUMNS,
  audit_names: 'name TEXT NOT NULL, at INTEGER NOT NULL, asked INTEGER NOT NULL, PRIMARY KEY (name, at, asked)',
} as const;

/** What a new row must not have in common with one that is there: `INSERT OR REPLACE` would delete it unseen. */
const SAME_ROW = {
  audit_asked: 'id = NEW.id OR request = NEW.request',
  audit_outcomes: 'asked = NEW.asked',
  audit_chain: 'id = NEW.id',
  audit_names: 'name = NEW.name AND at = NEW.at AND asked = NEW.asked',
} as const;

type TableName = keyof typeof TABLES;
const NAMES = Object.keys(TABLES) as TableName[];

export class TrailTable implements CallTrail {
  private readonly database: DatabaseSync;
  private readonly commit: SharedCommit;
  private readonly chain: TrailChain;
  private readonly insert: StatementSync;
  private readonly insertOutcome: StatementSync;
  private readonly insertName: StatementSync;
  private readonly selectOld: StatementSync;
  /** All rows of a call. */
  private readonly removals: readonly StatementSync[];

  constructor(database: DatabaseSync, commit: SharedCommit) {
    this.database = database;
    this.commit = commit;
    for (const name of NAMES) database.exec(definitionOf(name));
    for (const column of ['at', 'key, at', 'person, at']) {
      const index = `audit_asked_${column.split(',')[0]}`;
      database.exec(`CREATE INDEX IF NOT EXISTS ${index} ON audit_asked (${column})`);
    }
    this.chain = new TrailChain(database);
    this.insert = database.prepare(
      'INSERT INTO audit_asked (at, request, key, person, role, address, route, names, query, body) ' +
        'VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
    );
    this.insertOutcome = database.prepare(
      'INSERT INTO audit_outcomes (asked, at, status, code, replayed, names) VALUES (?, ?, ?, ?, ?, ?)',
    );
    this.insertName = database.prepare(
      'INSERT INTO audit_names (name, at, asked) SELECT ?, at, id FROM audit_asked WHERE id = ?',
    );
    // An outcome may be much younger than its call.
    const oldest = `min(${OLDEST}, ?1)`;
    this.selectOld = database.prepare(
      'SELECT a.id FROM audit_asked AS a LEFT JOIN audit_outcomes AS o ON o.asked = a.id ' +
        `WHERE a.at < ${oldest} AND coalesce(o.at, a.at) < ${oldest} ORDER BY a.at LIMIT ?2`,
    );
    const namesOf = (list: string) =>
      'DELETE FROM audit_names WHERE (name, at, asked) IN (SELECT n.value, a.at, a.id FROM audit_asked AS a ' +
      `LEFT JOIN audit_outcomes AS o ON o.asked = a.id, json_each(${list}) AS n WHERE a.id = ?)`;
    this.removals = [
      ...[namesOf('a.names'), namesOf('o.names')],
      ...['DELETE FROM audit_outcomes WHERE asked = ?', 'DELETE FROM audit_asked WHERE id = ?'],
    ].map((sql) => database.prepare(sql));
  }

  async asked(call: AskedCall, outcome: CallOutcome | null): Promise<number> {
    let id = 0;
    await this.commit.add(() => {
      const { at, request, key, person, role, address, route, names, query, body } = call;
      const list = JSON.stringify(names);
      id = Number(this.insert.run(at, request, key, person, role, address, route, list, query, body).lastInsertRowid);
      for (const name of names) this.insertName.run(name, id);
      this.chain.add('call', id);
      if (outcome !== null) this.putOutcome(id, names, outcome);
    });
    return id;
  }

  answered(id: number, asked: readonly string[], outcome: CallOutcome): Promise<void> {
    return this.commit.add(() => this.putOutcome(id, asked, outcome));
  }

  find(question: TrailQuestion): readonly TrailEntry[] {
    return findCalls(this.database, question);
  }

  /**
   * Removes calls that are a year older than the newest and than this time, with their outcomes, the oldest first. A
   * few at a time: others wait for the thread. Returns how many; it is to be called until there are none.
   */
  prune(now: Instant): number {
    const old = this.selectOld.all(now - KEPT_MILLIS, PRUNED_AT_ONCE) as { id: number }[];
    inTransaction(this.database, () => {
      for (const { id } of old) for (const removal of this.removals) removal.run(id);
      if (old.length > 0) this.chain.prune();
    });
    return old.length;
  }

  private putOutcome(id: number, asked: readonly string[], { at, status, code, replayed, names }: CallOutcome): void {
    const found = names.filter((name) => !asked.includes(name));
    this.insertOutcome.run(id, at, status, code, Number(replayed), JSON.stringify(found));
    for (const name of found) this.insertName.run(name, id);
    this.chain.add('outcome', id);
  }
}

function definitionOf(name: TableName): string {
  const refused = "SELECT RAISE(ABORT, 'the audit trail is append-only')";
  const trigger = (event: string, when: string, as = event.toLowerCase()) =>
    `CREATE TRIGGER IF NOT EXISTS ${name}_${as} BEFORE ${event} ON ${name} ${when} ` + `BEGIN ${refused}; END`;
  const young = `WHEN OLD.at >= ${OLDEST}`;
  return [
    `CREATE TABLE IF NOT EXISTS ${name} (${TABLES[name]}) STRICT`,
    trigger('UPDATE', ''),
    // Not `delete`: older files have one of that name, which asks for less and takes no other's place.
    trigger('DELETE', young, 'removal'),
    trigger('INSERT', `WHEN EXISTS (SELECT 1 FROM ${name} WHERE ${SAME_ROW[name]})`),
  ].join('; ');
}
