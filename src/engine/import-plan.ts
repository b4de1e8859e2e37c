// Which of the files given are taken into the log: one that was taken before, or is given twice, is refused, by
// content.

import { statSync } from 'node:fs';
import { fileFingerprint } from '../producers/files/file-chunks.ts';
import type { FileKind } from '../producers/formats/format.ts';
import type { ImportRecord, Imports } from '../projections/imports.ts';

export interface InputFile {
  readonly path: string;
  /** What the list of imports calls it; its path where absent. */
  readonly name?: string;
  readonly kind: FileKind;
}

export interface PlannedFile {
  readonly path: string;
  readonly bytes: number;
  readonly record: ImportRecord;
}

/** A record for each file, begun or refused; `at` is when they were received. */
export async function planImports(files: readonly InputFile[], imports: Imports, at: string): Promise<PlannedFile[]> {
  const plan: PlannedFile[] = [];
  const seen = new Set<string>();
  const sizes = files.map(({ path }) => sizeOf(path));
  for (const [index, { path, kind, name = path }] of files.entries()) {
    const bytes = sizes[index]!;
    const record = { id: imports.nextId + index, file: name, kind, bytes, rows: 0, rejected: 0, at };
    // A file of a size that nothing had before cannot have been taken before: it is read once only.
    const isSuspect = bytes > 0 && (imports.hasSize(bytes) || sizes.filter((size) => size === bytes).length > 1);
    const sha256 = isSuspect ? (await fileFingerprint(path)).sha256 : null;
    const isSeen = sha256 !== null && (imports.withContent(sha256) !== undefined || seen.has(sha256));
    if (sha256 !== null) seen.add(sha256);
    const status = isSeen ? 'refused' : 'begun';
    plan.push({ path, bytes, record: { ...record, status, sha256 } });
  }
  return plan;
}

/** 0 where there is no file. */
export function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
