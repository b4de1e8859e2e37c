// The files of a provider's portal and the bodies that it sends, under the names that people know, each with the
// mapping that reads it.

import type { FileKind } from '../formats/format.ts';

/** A column or path, or several of which one is there. */
export type Mark = string | readonly string[];

export interface NamedExport {
  /** As people call it, such as `payout export`; unique within its provider. */
  readonly name: string;
  readonly kind: FileKind;
  /** What a file of this export has, and no other: columns of a table, or paths in each JSON row. */
  readonly marks: readonly Mark[];
  /**
   * The mapping file, as a person would write it: YAML with a part for `kind`. Null for one that no mapping can say.
   */
  readonly mapping: string | null;
}

/** An export of any provider, for the refusal of a file that is one. */
export interface ForeignExport {
  readonly provider: string;
  /** The network as people write it. */
  readonly title: string;
  readonly export: NamedExport;
}

/** Tells of which network a file is by what a row has; undefined for one in a form of our own, or of nobody known. */
export type FindForeign = (names: readonly string[]) => ForeignExport | undefined;

/** The marks that a file lacks. Names of columns are compared whatever their case and the blanks around them. */
export function missingMarks({ marks }: NamedExport, names: readonly string[]): string[] {
  const known = new Set(names.map((name) => name.trim().toLowerCase()));
  const lacks = (mark: Mark) => ![mark].flat().some((name) => known.has(name.toLowerCase()));
  return marks.filter(lacks).map(markText);
}

/** A mark for people. */
export function markText(mark: Mark): string {
  return typeof mark === 'string' ? mark : mark.join(' or ');
}

const DEPTH_MAX = 4;

/** The paths in a JSON row, with dots; members of lists are not paths. */
export function pathsOf(row: Readonly<Record<string, unknown>>, depth = 1, before = ''): string[] {
  return Object.entries(row).flatMap(([name, value]) => {
    const path = `${before}${name}`;
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    if (!isObject || depth >= DEPTH_MAX) return [path];
    return [path, ...pathsOf(value as Readonly<Record<string, unknown>>, depth + 1, `${path}.`)];
  });
}
