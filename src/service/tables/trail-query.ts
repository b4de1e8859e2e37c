// Finds calls in the audit trail: rows of service.db, also where only a command reads it.

import type { DatabaseSync } from 'node:sqlite';
import { CALL_KINDS } from '../../http/api/call-kinds.ts';
import type { AskedCall, TrailCursor, TrailEntry, TrailQuestion } from '../../http/api/call-trail.ts';

interface Row extends Omit<AskedCall, 'names'> {
  readonly id: number;
  readonly names: string;
  readonly answered_at: number | null;
  readonly status: number;
  readonly code: string | null;
  readonly replayed: number;
  readonly found: string | null;
}

/** The newest first. */
export function findCalls(database: DatabaseSync, question: TrailQuestion): readonly TrailEntry[] {
  const { reference, what, end, after, limit } = question;
  const [at, id] = reference === undefined ? ['a.at', 'a.id'] : ['n.at', 'n.asked'];
  const conditions: [string, string | number | undefined][] = [
    ['n.name = ?', reference],
    ['a.key = ?', question.key],
    ['a.person = ?', question.person],
    ['a.request = ?', question.request],
    [`${at} >= ?`, question.since],
    [`${at} < ?`, question.until],
  ];
  const given = conditions.filter(([, value]) => value !== undefined) as [string, string | number][];
  const where = [
    ...given.map(([text]) => text),
    ...(what === undefined ? [] : [ofRoutes(CALL_KINDS[what])]),
    ...(end === undefined ? [] : [`o.status ${end === 'done' ? '<' : '>='} 400`]),
    ...(after === undefined ? [] : [`(${at}, ${id}) < (?, ?)`]),
  ];
  // In this order: the names of one reference are few.
  const named = 'audit_names AS n CROSS JOIN audit_asked AS a ON a.id = n.asked';
  const rows = database
    .prepare(
      'SELECT a.*, o.at AS answered_at, o.status, o.code, o.replayed, o.names AS found FROM ' +
        `${reference === undefined ? 'audit_asked AS a' : named} ` +
        `LEFT JOIN audit_outcomes AS o ON o.asked = a.id WHERE ${where.join(' AND ') || 'TRUE'} ` +
        `ORDER BY ${at} DESC, ${id} DESC LIMIT ?`,
    )
    .all(...given.map(([, value]) => value), ...placeOf(after), limit) as unknown as Row[];
  return rows.map(entryOf);
}

/** The patterns are ours: nothing of a question is in them. */
function ofRoutes(patterns: readonly string[]): string {
  const [none, some] = [true, false].map((isNone) => patterns.filter((one) => one.startsWith('!') === isNone));
  const others = none!.map((one) => `a.route NOT GLOB '${one.slice(1)}'`);
  const own = some!.map((one) => `a.route GLOB '${one}'`);
  return [...others, ...(own.length === 0 ? [] : [`(${own.join(' OR ')})`])].join(' AND ');
}

function placeOf(after: TrailCursor | undefined): number[] {
  return after === undefined ? [] : [after.at, after.id];
}

function entryOf(row: Row): TrailEntry {
  const { id, names, answered_at, status, code, replayed, found, ...call } = row;
  const asked = JSON.parse(names) as string[];
  const outcome =
    answered_at === null
      ? null
      : { at: answered_at, status, code, replayed: replayed === 1, names: JSON.parse(found ?? '[]') as string[] };
  return { ...call, id, names: asked, outcome };
}
