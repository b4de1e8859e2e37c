// The rejects of a run in the order of their files and lines: in memory while they are few, otherwise on disk, so that
// a file of bad rows takes no more memory than any other.

import { appendFileSync, createReadStream, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { HesabuError, Reject } from '../../domain/errors.ts';
import { storageError } from '../../runtime/storage-errors.ts';

const MEMORY_MAX = 20_000;

/** The rejects of one file come in the order of its lines. Close the list after it was read. */
export class RejectList implements AsyncIterable<readonly Reject[]> {
  length = 0;
  private readonly memoryMax: number;
  private readonly parts = new Map<string, Reject[]>();
  private readonly names = new Map<string, Set<string>>();
  private inMemory = 0;
  private folder: string | null = null;
  private failure: HesabuError | null = null;

  constructor(memoryMax = MEMORY_MAX) {
    this.memoryMax = memoryMax;
  }

  add(reject: Reject): void {
    const part = this.parts.get(reject.file) ?? [];
    if (part.length === 0) this.parts.set(reject.file, part);
    part.push(reject);
    if (reject.original !== undefined) this.addNames(reject.file, reject.original);
    this.length++;
    if (++this.inMemory > this.memoryMax) this.spill();
  }

  /** Throws HESABU_DISK_FULL and other storage errors that occurred while the rejects were stored. */
  async *[Symbol.asyncIterator](): AsyncGenerator<readonly Reject[]> {
    if (this.failure !== null) throw this.failure;
    const files = [...this.parts.keys()];
    for (const [index, file] of [...files.entries()].sort(([, left], [, right]) => (left < right ? -1 : 1))) {
      const path = this.pathOf(index);
      if (path !== undefined && existsSync(path)) {
        for await (const line of createInterface({ input: createReadStream(path) })) yield [JSON.parse(line) as Reject];
      }
      yield this.parts.get(file)!.sort(byLine);
    }
  }

  /** The columns of the rows as they came, in the order of their files. */
  get columns(): string[] {
    const files = [...this.names].sort(([left], [right]) => (left < right ? -1 : 1));
    return [...new Set(files.flatMap(([, names]) => [...names]))];
  }

  close(): void {
    if (this.folder !== null) rmSync(this.folder, { recursive: true, force: true });
  }

  private addNames(file: string, original: NonNullable<Reject['original']>): void {
    const names = this.names.get(file) ?? new Set();
    if (names.size === 0) this.names.set(file, names);
    for (const [name] of original) names.add(name);
  }

  /** The part on disk is named for the file's position among the files that have rejects. */
  private pathOf(index: number): string | undefined {
    return this.folder === null ? undefined : join(this.folder, `${index}.jsonl`);
  }

  /** A failure here is thrown when the rejects are read: the imported rows are safe without them. */
  private spill(): void {
    this.inMemory = 0;
    try {
      this.folder ??= mkdtempSync(join(tmpdir(), 'hesabu-'));
      for (const [index, part] of [...this.parts.values()].entries()) {
        const text = part.sort(byLine).map((reject) => `${JSON.stringify(reject)}\n`);
        appendFileSync(this.pathOf(index)!, text.join(''), { mode: 0o600 });
      }
    } catch (error) {
      this.failure ??= storageError(error, this.folder ?? tmpdir());
    }
    for (const part of this.parts.values()) part.length = 0;
  }
}

function byLine(left: Reject, right: Reject): number {
  return (left.line ?? 0) - (right.line ?? 0);
}
