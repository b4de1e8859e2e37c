// The chain of the audit trail: for each record a hash over its content and the hash before. A record that was changed,
// removed or put between others, by a program that writes service.db, breaks it; one made anew has another head than
// the one that somebody noted.

import { hash } from 'node:crypto';
import type { DatabaseSync, StatementSync } from 'node:sqlite';

export const CHAIN_COLUMNS =
  'id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, asked INTEGER NOT NULL, kind TEXT NOT NULL, ' +
  'before TEXT NOT NULL, hash TEXT NOT NULL';

/** A call, or its outcome. */
type Kind = 'call' | 'outcome';

const RECORDS = {
  call: 'SELECT at, id, request, key, person, role, address, route, names, query, body FROM audit_asked WHERE id = ?',
  outcome: 'SELECT at, asked, status, code, replayed, names FROM audit_outcomes WHERE asked = ?',
} as const satisfies Record<Kind, string>;

interface Link {
  readonly id: number;
  readonly at: number;
  readonly asked: number;
  readonly kind: Kind;
  readonly before: string;
  readonly hash: string;
}

/** The end of the chain: `1234-` and a hash. */
export type ChainHead = string;

const headOf = ({ id, hash: sum }: Pick<Link, 'id' | 'hash'>): ChainHead => `${id}-${sum}`;

/** Of the bytes that the record has in its table. */
function linkHash(before: string, kind: Kind, record: object): string {
  return hash('sha256', JSON.stringify([before, kind, ...Object.values(record)]), 'hex');
}

/** Adds links, each in the transaction of its record. */
export class TrailChain {
  private readonly last: StatementSync;
  private readonly insert: StatementSync;
  private readonly removeOld: StatementSync;
  private readonly records: Readonly<Record<Kind, StatementSync>>;

  constructor(database: DatabaseSync) {
    this.last = database.prepare('SELECT id, hash FROM audit_chain ORDER BY id DESC LIMIT 1');
    this.insert = database.prepare('INSERT INTO audit_chain (at, asked, kind, before, hash) VALUES (?, ?, ?, ?, ?)');
    this.removeOld = database.prepare(
      'DELETE FROM audit_chain WHERE id < (SELECT c.id FROM audit_chain AS c ' +
        'WHERE EXISTS (SELECT 1 FROM audit_asked AS a WHERE a.id = c.asked) ORDER BY c.id LIMIT 1) - 1',
    );
    this.records = { call: database.prepare(RECORDS.call), outcome: database.prepare(RECORDS.outcome) };
  }

  add(kind: Kind, asked: number): void {
    const record = this.records[kind].get(asked) as { readonly at: number };
    const before = (this.last.get() as Pick<Link, 'hash'> | undefined)?.hash ?? '';
    this.insert.run(record.at, asked, kind, before, linkHash(before, kind, record));
  }

  /** Removes links before the first whose call is still there, but for one: it shows how old the others were. */
  prune(): void {
    this.removeOld.run();
  }
}

export interface ChainFault {
  /** Where, as far as it is known. */
  readonly where: string;
  readonly expected: string;
  readonly found: string;
}

export interface CheckedChain {
  readonly links: number;
  /** Calls from before there was a chain: nothing is known of them. */
  readonly unlinked: number;
  /** Null where there is no link yet. */
  readonly head: ChainHead | null;
  readonly fault: ChainFault | null;
}

/**
 * Reads the whole chain, as of one moment. `keptFrom` is the time before which calls may be gone. `noted` is a head
 * that somebody wrote down: the chain must have it still.
 */
export function checkChain(database: DatabaseSync, keptFrom: number, noted?: ChainHead): CheckedChain {
  const records = { call: database.prepare(RECORDS.call), outcome: database.prepare(RECORDS.outcome) };
  let last: Link | undefined;
  let [links, firstCall, hasNoted] = [0, Number.POSITIVE_INFINITY, noted === undefined];
  let fault: ChainFault | null = null;
  for (const row of database.prepare('SELECT * FROM audit_chain ORDER BY id').iterate()) {
    const link = row as unknown as Link;
    links++;
    firstCall = Math.min(firstCall, link.asked);
    if (headOf(link) === noted) hasNoted = true;
    fault ??= linkFault(link, last, records[link.kind]?.get(link.asked), keptFrom);
    last = link;
  }
  const { seq } = (database.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'audit_chain'").get() ?? {}) as {
    readonly seq?: number;
  };
  const count = (sql: string) => Number(database.prepare(sql).get()!.count);
  // A list that is made once. With a question of its own for each record, a year's trail would take hours.
  const linked = (kind: Kind) => `SELECT asked FROM audit_chain WHERE kind = '${kind}'`;
  const within = (table: string, place: string, kind: Kind) =>
    `SELECT count(*) AS count FROM (SELECT ${place} AS place FROM ${table}) AS r WHERE place NOT IN (${linked(kind)})`;
  const unlinked = count(within('audit_asked', 'id', 'call'));
  if (seq !== undefined && seq !== (last?.id ?? 0)) {
    fault ??= { where: 'the end', expected: `${seq} as the last record`, found: `${last?.id ?? 'none'}` };
  }
  const young = Number.isFinite(firstCall) ? ` AND r.place >= ${firstCall}` : ' AND FALSE';
  const added =
    count(within('audit_asked', 'id', 'call') + young) + count(within('audit_outcomes', 'asked', 'outcome') + young);
  if (added > 0) fault ??= { where: 'the table', expected: 'each record in the chain', found: `${added} beside it` };
  if (!hasNoted) fault ??= { where: noted!, expected: 'this head in the chain', found: 'another record, or none' };
  return { links, unlinked, head: last === undefined ? null : headOf(last), fault };
}

function linkFault(
  link: Link,
  last: Link | undefined,
  record: object | undefined,
  keptFrom: number,
): ChainFault | null {
  const where = `record ${link.id}`;
  const isNext = last === undefined ? link.id === 1 || link.at < keptFrom : link.id === last.id + 1;
  if (!isNext) return { where, expected: `record ${(last?.id ?? 0) + 1}`, found: where };
  if (last !== undefined && link.before !== last.hash) {
    return { where, expected: `the hash of record ${last.id}`, found: 'another one' };
  }
  if (record === undefined) return link.at < keptFrom ? null : { where, expected: `the ${link.kind}`, found: 'none' };
  if (linkHash(link.before, link.kind, record) === link.hash) return null;
  return { where, expected: `the ${link.kind} as it was written`, found: 'another content' };
}
