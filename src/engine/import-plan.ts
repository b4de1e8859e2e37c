// Which of the given files are imported: a file whose content was imported before, or is given twice, is refused.

import { statSync } from 'node:fs';
import { fileFingerprint } from '../producers/files/file-chunks.ts';
import type { FileKind } from '../producers/formats/format.ts';
import type { ImportRecord, Imports } from '../projections/imports.ts';

export interface InputFile {
  readonly path: string;
  /** Its name in the list of imports; its path if absent. */
  readonly name?: string;
  readonly kind: FileKind;
  /** The provider's account that it comes from; if absent, nobody named it. */
  readonly account?: string | null;
}

export interface PlannedFile {
  readonly path: string;
  readonly account: string | null;
  readonly bytes: number;
  readonly record: ImportRecord;
}

/** A record for each file, started or refused; `at` is when they were received. */
export async function planImports(files: readonly InputFile[], imports: Imports, at: string): Promise<PlannedFile[]> {
  const plan: PlannedFile[] = [];
  const seen = new Set<string>();
  const sizes = files.map(({ path }) => sizeOf(path));
  for (const [index, { path, kind, account = null, name = path }] of files.entries()) {
    const bytes = sizes[index]!;
    const record = { id: imports.nextId + index, file: name, kind, bytes, rows: 0, rejected: 0, at };
    // A file of a new size cannot have been imported before, so it is not hashed first.
    const isSuspect = bytes > 0 && (imports.hasSize(bytes) || sizes.filter((size) => size === bytes).length > 1);
    const sha256 = isSuspect ? (await fileFingerprint(path)).sha256 : null;
    const isSeen = sha256 !== null && (imports.withContent(sha256) !== undefined || seen.has(sha256));
    if (sha256 !== null) seen.add(sha256);
    const status = isSeen ? 'refused' : 'begun';
    plan.push({ path, account, bytes, record: { ...record, status, sha256 } });
  }
  return plan;
}

/** 0 if there is no file. */
export function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
