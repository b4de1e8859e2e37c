// What a mapping makes of a file, without a ledger: the first rows before and after, how many rows became what, and
// what the amounts come to, so that a person sees whether the mapping is right.

import { randomBytes } from 'node:crypto';
import { type NameKind, strictestKind } from '../../archive/privacy/personal-names.ts';
import type { Pseudonymiser } from '../../archive/privacy/pseudonyms.ts';
import { storedValue } from '../../archive/privacy/stored-value.ts';
import type { Reject } from '../../domain/errors.ts';
import { FileSummer } from '../../producers/files/file-sums.ts';
import { nameKey } from '../../producers/files/header.ts';
import { type ImportResult, readFile } from '../../producers/files/import-file.ts';
import { columnNames, columnOf } from '../../producers/files/mapped-fields.ts';
import { type Mapping, NO_MAPPING } from '../../producers/files/mapping.ts';
import { parseMappings } from '../../producers/files/mapping-file.ts';
import type { FileContext, FileKind } from '../../producers/formats/format.ts';
import { CANONICAL_FORMATS } from '../../producers/formats/formats.ts';
import { fileReading, PROVIDERS } from '../../providers/registry.ts';
import { factsIn } from '../batch-facts.ts';
import { afterOf } from './check-rows.ts';
import { type NamedFinding, namedExportIn } from './named-suggestion.ts';
import { readSample } from './read-sample.ts';
import type { Sample } from './sample.ts';
import { shapeOf } from './table-shape.ts';

export interface CheckOptions {
  readonly path: string;
  readonly kind: FileKind;
  readonly mapping: Mapping | undefined;
  readonly provider: string;
  readonly account: string | null;
  /** What messages call the file; its path if absent. */
  readonly name?: string;
  /** How many of the first rows are shown; 10 if absent. */
  readonly shown?: number;
  /** Hides what is personal in the cells, for others than those who have the file. */
  readonly hider?: Pseudonymiser;
  /** The references that merchants reserve. */
  readonly reservations?: FileContext['reservations'];
  /** The size of a read; that of an import if absent. */
  readonly chunkBytes?: number;
}

export interface CheckedRow {
  readonly line: number;
  /** The cells of the columns that are read, by the file's names, without those that are empty in all of these rows. */
  readonly before: Readonly<Record<string, string>>;
  /** What the row became, by our fields; null for one that is left out or rejected. */
  readonly after: Readonly<Record<string, string>> | null;
  /** Why it became nothing. Null for a row that is left out. */
  readonly reject: Reject | null;
}

export interface RejectGroup {
  readonly code: string;
  readonly field: string;
  readonly count: number;
  /** The first of them. */
  readonly line: number | null;
  readonly message: string;
}

/** The rows of one word, and what their amounts come to by currency. */
export interface WordCount {
  readonly rows: number;
  readonly sums: Readonly<Record<string, string>>;
}

export interface CheckedMapping {
  readonly kind: FileKind;
  /** The export that the file is, where no mapping is given. */
  readonly named: Pick<NamedFinding, 'provider' | 'title' | 'name'> | null;
  readonly result: ImportResult;
  readonly taken: number;
  /** How many rows became which type of line, event or status. */
  readonly words: ReadonlyMap<string, WordCount>;
  readonly rejects: readonly RejectGroup[];
  readonly first: readonly CheckedRow[];
}

const SHOWN = 10;
const IMPORT_ID = 1;

/** Throws as an import does where the file cannot be read at all. */
export async function checkMapping(options: CheckOptions): Promise<CheckedMapping> {
  const { path, kind, mapping, provider, account, name = path, chunkBytes, reservations } = options;
  const sample = await readSample(path, mapping, name);
  const named = mapping === undefined ? namedExportIn(sample, { kind, provider, providers: PROVIDERS }) : undefined;
  const before = firstRows(sample, options, named);
  const lines = new Set(before.map(({ line }) => line));
  const after = new Map<number, Readonly<Record<string, string>>>();
  const faults = new Map<number, Reject>();
  const words = new Map<string, { rows: number; summer: FileSummer }>();
  const rejects = new Map<string, RejectGroup>();
  let taken = 0;
  const now = Date.now();
  // Nothing is kept, so numbers and addresses are hidden by a key that nobody has.
  const key = randomBytes(8).toString('hex');
  const result = await readFile(
    {
      ...{ path, name, kind, provider, account, reservations, ...fileReading(provider, kind, mapping) },
      ...(chunkBytes === undefined ? {} : { chunkBytes }),
      ...{ importId: IMPORT_ID, partitions: 1, receivedAt: now, statedAt: now, pseudonym: () => key },
    },
    {
      append: ({ payload }) => {
        for (const fact of factsIn(payload)) {
          taken++;
          const row = afterOf(fact);
          const count = words.get(row.word) ?? { rows: 0, summer: new FileSummer() };
          count.rows++;
          count.summer.add(fact);
          words.set(row.word, count);
          const line = Number(fact.raw.split('/')[1]);
          if (lines.has(line)) after.set(line, row.fields);
        }
      },
      reject: (reject) => {
        addReject(rejects, reject);
        if (reject.line !== null && lines.has(reject.line)) faults.set(reject.line, reject);
      },
    },
  );
  const first = before.map((row): CheckedRow => {
    return { ...row, after: after.get(row.line) ?? null, reject: faults.get(row.line) ?? null };
  });
  const counts = [...words].map(([word, { rows, summer }]) => [word, { rows, sums: summer.result.sums }] as const);
  return { kind, named: named ?? null, result, taken, words: new Map(counts), rejects: [...rejects.values()], first };
}

function addReject(groups: Map<string, RejectGroup>, { code, field, line, message }: Reject): void {
  const name = `${code}\n${field}`;
  const group = groups.get(name) ?? { code, field, count: 0, line, message };
  groups.set(name, { ...group, count: group.count + 1 });
}

function firstRows(
  sample: Sample,
  options: CheckOptions,
  named: NamedFinding | undefined,
): Pick<CheckedRow, 'line' | 'before'>[] {
  const shape = sample.paths === null ? shapeOf(sample.rows) : undefined;
  const names = sample.paths ?? shape?.header.cells ?? [];
  const rows = sample.paths === null ? (shape?.rows ?? []) : sample.rows;
  const shown = rows.slice(0, options.shown ?? SHOWN);
  const used = usedNames(options, named);
  const shownCell = cellsFor(options.hider, used);
  const filled = names.map((name, at) => {
    return used.has(nameKey(name)) && shown.some(({ cells }) => (cells[at] ?? '').trim() !== '');
  });
  return shown.map(({ line, cells }) => {
    const all = names.map((name, at) => [name.trim(), shownCell(name, (cells[at] ?? '').trim())] as const);
    return { line, before: Object.fromEntries(all.filter(([name], at) => name !== '' && filled[at])) };
  });
}

type UsedNames = ReadonlyMap<string, readonly string[]>;

/**
 * The columns that are read, each with the fields that are read from it: those of the mapping, of the export that the
 * file is, or of our own names.
 */
function usedNames({ kind, mapping: given }: CheckOptions, named: NamedFinding | undefined): UsedNames {
  const { fields } = CANONICAL_FORMATS[kind];
  const own = named?.mapping ?? null;
  const mapping = own === null ? (given ?? NO_MAPPING) : parseMappings(own, 'export')[kind]!;
  const { where = new Map(), not = new Map() } = mapping.rows ?? {};
  const used = new Map<string, string[]>([...where.keys(), ...not.keys()].map((name) => [nameKey(name), []]));
  for (const field of fields) {
    for (const name of columnNames(columnOf(mapping, field))) {
      for (const key of [nameKey(name), nameKey(`data.${name}`)]) used.set(key, [...(used.get(key) ?? []), field]);
    }
  }
  return used;
}

/** Cells as they are shown: a column is as personal as its own name or the fields that are read from it. */
function cellsFor(hider: Pseudonymiser | undefined, used: UsedNames): (name: string, cell: string) => string {
  if (hider === undefined) return (_name, cell) => cell;
  const kinds = new Map<string, NameKind>();
  return (name, cell) => {
    const last = name.trim().split('.').at(-1)!;
    const kind = kinds.get(name) ?? strictestKind([last, ...(used.get(nameKey(name)) ?? [])]);
    kinds.set(name, kind);
    return storedValue(hider, kind, cell);
  };
}
