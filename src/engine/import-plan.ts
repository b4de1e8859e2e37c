// Which of the given files are imported: one that was imported before, or is given twice, is refused. A file is known
// again by its bytes and by how it was read: with a corrected mapping it is read anew.

import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { HesabuError } from '../domain/errors.ts';
import { sourceName } from '../domain/fact.ts';
import type { Expectation } from '../producers/files/expectation.ts';
import { fileFingerprint } from '../producers/files/file-chunks.ts';
import type { Mapping } from '../producers/files/mapping.ts';
import { canonical, storedMapping } from '../producers/files/mapping-record.ts';
import type { FileKind } from '../producers/formats/format.ts';
import type { Reservations } from '../producers/formats/reserved-references.ts';
import { type ImportRecord, type Imports, statedTime } from '../projections/imports.ts';

export interface InputFile {
  readonly path: string;
  /** Its name in the list of imports; its path if absent. */
  readonly name?: string;
  readonly kind: FileKind;
  /** The provider's account that it comes from; if absent, nobody named it. */
  readonly account?: string | null;
  /** What somebody expects of it. */
  readonly expected?: Expectation | undefined;
}

/** How the files of one kind are read. */
export interface FileReadingTerms {
  readonly provider: string;
  readonly mapping: Mapping | undefined;
  readonly reservations: Reservations | undefined;
}

export interface PlannedFile {
  readonly path: string;
  readonly account: string | null;
  readonly expected: Expectation | undefined;
  readonly bytes: number;
  readonly record: ImportRecord;
  /** The number of the import with the same content in this plan, if there is one before. */
  readonly twinOf: number | null;
}

/** When the files were made, and the imports that those of one kind replace. */
export interface FileStatement {
  /** ISO 8601, UTC. */
  readonly statedAt: string;
  readonly replaces: (kind: FileKind) => readonly number[];
  /** The name under which a file is listed. */
  readonly nameOf: (name: string) => string;
}

/** A record for each file, started or refused; `at` is when they were received. */
export async function planImports(
  files: readonly InputFile[],
  imports: Imports,
  at: string,
  termsOf: (kind: FileKind) => FileReadingTerms,
  statement: FileStatement,
): Promise<PlannedFile[]> {
  const plan: PlannedFile[] = [];
  const seen = new Map<string, number>();
  const known: (ImportRecord | undefined)[] = [];
  const sizes = files.map(({ path }) => sizeOf(path));
  for (const [index, { path, kind, account = null, name = path, expected }] of files.entries()) {
    const bytes = sizes[index]!;
    const terms = termsOf(kind);
    const reading = readingOf(kind, account, terms);
    const id = imports.nextId + index;
    const replaces = statement.replaces(kind);
    const source = sourceName({ provider: terms.provider, account });
    const mapped = terms.mapping === undefined ? {} : { mapping: storedMapping(terms.mapping) };
    const about = { source, stated_at: statement.statedAt, ...mapped, ...(replaces.length === 0 ? {} : { replaces }) };
    const record = { id, file: statement.nameOf(name), kind, bytes, reading, rows: 0, rejected: 0, at, ...about };
    // A file of a new size cannot have been imported before, so it is not hashed first.
    const isSuspect = bytes > 0 && (imports.hasSize(bytes) || sizes.filter((size) => size === bytes).length > 1);
    const sha256 = isSuspect ? await hashOf(path) : null;
    const takenAs = sha256 === null ? undefined : imports.takenAs(sha256, reading);
    const isTaken = takenAs !== undefined;
    known.push(takenAs);
    const twinOf = seen.get(`${sha256} ${reading}`) ?? null;
    if (sha256 !== null && twinOf === null) seen.set(`${sha256} ${reading}`, id);
    const status = isTaken || twinOf !== null ? 'refused' : 'begun';
    plan.push({
      path,
      account,
      expected,
      bytes,
      twinOf: isTaken ? null : twinOf,
      record: { ...record, status, sha256 },
    });
  }
  return plan.map((planned, index) => {
    const taken = known[index];
    if (taken === undefined || !isStatedAgain(taken, known, imports)) return planned;
    return { ...planned, record: { ...planned.record, status: 'begun' as const } };
  });
}

/**
 * Whether a file of orders that was taken before says something new: another was taken since, so the shop goes back to
 * what it said before. Not where a file that was taken since is given with it: then all files are given again.
 */
function isStatedAgain(taken: ImportRecord, known: readonly (ImportRecord | undefined)[], imports: Imports): boolean {
  if (taken.kind !== 'orders') return false;
  const isSince = (other: ImportRecord) =>
    other.kind === 'orders' &&
    other.status === 'done' &&
    other.withdrawn === undefined &&
    statedTime(other) > statedTime(taken);
  if (known.some((other) => other !== undefined && isSince(other))) return false;
  return [...imports.all()].some(isSince);
}

/** Null for a file that cannot be read now: its import says why. */
async function hashOf(path: string): Promise<string | null> {
  try {
    return (await fileFingerprint(path)).sha256;
  } catch (error) {
    if (error instanceof HesabuError) return null;
    throw error;
  }
}

/** A hash over everything besides its bytes that decides what the rows of a file become. */
function readingOf(kind: FileKind, account: string | null, terms: FileReadingTerms): string {
  const { provider, mapping } = terms;
  const reservations = kind === 'orders' ? terms.reservations : undefined;
  const text = JSON.stringify({ kind, provider, account, mapping, reservations }, canonical);
  return createHash('sha256').update(text).digest('hex');
}

/** 0 if there is no file. */
export function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
