// Where the cells of the row that is read now are found, and whether the row fulfils conditions on them.

import type { CellKind } from '../formats/cell-kind.ts';
import type { RowFilter } from './mapping.ts';

/** Where one cell of the row that is read now is found. */
export interface CellSource {
  /** Trimmed; null if there is none or nothing in it. */
  text(): string | null;
  /** What a program or a workbook knows of it; undefined for a text file. */
  kind(): CellKind | undefined;
}

/** Undefined for a name that the file does not have. */
export type FindCell = (name: string) => CellSource | undefined;

/** Tells of each row whether it has a word of every `where`, and none of any `not`; '' is an empty or missing cell. */
export function rowTest({ where, not }: RowFilter, find: FindCell): () => boolean {
  const conditions = (filter: ReadonlyMap<string, readonly string[]>, isNot: boolean) =>
    [...filter].map(([name, words]) => {
      return { source: find(name), words: new Set(words.map((word) => word.toLowerCase())), isNot };
    });
  const all = [...conditions(where, false), ...conditions(not, true)];
  return () => {
    for (const { source, words, isNot } of all) {
      if (words.has(source?.text()?.toLowerCase() ?? '') === isNot) return false;
    }
    return true;
  };
}
