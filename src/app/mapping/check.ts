// What a mapping makes of a file, without a ledger: the first rows before and after, how many rows became what, and
// what the amounts come to, so that a person sees whether the mapping is right.

import { randomBytes } from 'node:crypto';
import type { Reject } from '../../domain/errors.ts';
import type { Fact } from '../../domain/fact.ts';
import { readFact } from '../../log/fact-codec.ts';
import { forEachValue } from '../../log/value-frames.ts';
import { type ImportResult, readFile } from '../../producers/files/import-file.ts';
import type { Mapping } from '../../producers/files/mapping.ts';
import type { FileKind } from '../../producers/formats/format.ts';
import { fileReading } from '../../providers/registry.ts';
import { afterOf } from './check-rows.ts';
import { readSample } from './read-sample.ts';
import { shapeOf } from './table-shape.ts';

export interface CheckOptions {
  readonly path: string;
  readonly kind: FileKind;
  readonly mapping: Mapping | undefined;
  readonly provider: string;
  readonly account: string | null;
}

export interface CheckedRow {
  readonly line: number;
  /** The cells that are not empty, by the file's names for its columns. */
  readonly before: Readonly<Record<string, string>>;
  /** What the row became, by our fields; null for one that is left out or rejected. */
  readonly after: Readonly<Record<string, string>> | null;
  /** Why it became nothing: the message of its reject. Null for a row that is left out. */
  readonly fault: string | null;
}

export interface RejectGroup {
  readonly code: string;
  readonly field: string;
  readonly count: number;
  /** The first of them. */
  readonly line: number | null;
  readonly message: string;
}

export interface CheckedMapping {
  readonly kind: FileKind;
  readonly result: ImportResult;
  readonly taken: number;
  /** How many rows became which type of line, event or status. */
  readonly words: ReadonlyMap<string, number>;
  readonly rejects: readonly RejectGroup[];
  readonly first: readonly CheckedRow[];
}

/** How many rows are shown. */
const SHOWN = 10;
const IMPORT_ID = 1;

/** Throws as an import does where the file cannot be read at all. */
export async function checkMapping(options: CheckOptions): Promise<CheckedMapping> {
  const { path, kind, mapping, provider, account } = options;
  const before = await firstRows(path, mapping);
  const lines = new Set(before.map(({ line }) => line));
  const after = new Map<number, Readonly<Record<string, string>>>();
  const faults = new Map<number, string>();
  const words = new Map<string, number>();
  const rejects = new Map<string, RejectGroup>();
  let taken = 0;
  const now = Date.now();
  // Nothing is kept, so numbers and addresses are hidden by a key that nobody has.
  const key = randomBytes(8).toString('hex');
  const result = await readFile(
    {
      ...{ path, kind, provider, account, ...fileReading(provider, kind, mapping) },
      ...{ importId: IMPORT_ID, partitions: 1, receivedAt: now, statedAt: now, pseudonym: () => key },
    },
    {
      append: ({ payload }) => {
        for (const fact of factsIn(payload)) {
          taken++;
          const row = afterOf(fact);
          words.set(row.word, (words.get(row.word) ?? 0) + 1);
          const line = Number(fact.raw.split('/')[1]);
          if (lines.has(line)) after.set(line, row.fields);
        }
      },
      reject: (reject) => {
        addReject(rejects, reject);
        if (reject.line !== null && lines.has(reject.line)) faults.set(reject.line, reject.message);
      },
    },
  );
  const first = before.map((row): CheckedRow => {
    return { ...row, after: after.get(row.line) ?? null, fault: faults.get(row.line) ?? null };
  });
  return { kind, result, taken, words, rejects: [...rejects.values()], first };
}

function* factsIn(payload: Uint8Array): Iterable<Fact> {
  const bytes = Buffer.from(payload);
  const places: [number, number][] = [];
  forEachValue(bytes, 0, (start, end) => {
    places.push([start, end]);
  });
  for (const [start, end] of places) yield readFact(bytes, start, end);
}

function addReject(groups: Map<string, RejectGroup>, { code, field, line, message }: Reject): void {
  const name = `${code}\n${field}`;
  const group = groups.get(name) ?? { code, field, count: 0, line, message };
  groups.set(name, { ...group, count: group.count + 1 });
}

async function firstRows(path: string, mapping: Mapping | undefined): Promise<Pick<CheckedRow, 'line' | 'before'>[]> {
  const sample = await readSample(path, mapping);
  const shape = sample.paths === null ? shapeOf(sample.rows) : undefined;
  const names = sample.paths ?? shape?.header.cells ?? [];
  const rows = sample.paths === null ? (shape?.rows ?? []) : sample.rows;
  return rows.slice(0, SHOWN).map(({ line, cells }) => {
    const filled = names.map((name, at) => [name.trim(), (cells[at] ?? '').trim()] as const);
    return { line, before: Object.fromEntries(filled.filter(([name, cell]) => name !== '' && cell !== '')) };
  });
}
