// Finds the rows of files that facts were, and keeps them: a row never changes, and a page reads its case again and
// again.

import { setImmediate as turn } from 'node:timers/promises';
import type { Instant } from '../../domain/time.ts';
import type { Ask } from '../../engine/executors/queries.ts';
import type { AskedFact, FiledFact, FileRowPage, FileRowQuestion, FoundRow } from '../../projections/file-rows.ts';

/** So many facts are read in some ten milliseconds, for which the ledger's thread waits. */
const FACTS_AT_ONCE = 20_000;
/** So many rows are kept. */
const KEPT_MAX = 20_000;

export class FileRowFinder {
  private readonly ask: Ask;
  /** When a file was read. */
  private readonly readAt: (id: number) => Instant;
  /** Null where the log has no such row. */
  private readonly kept = new Map<string, number | null>();

  constructor(ask: Ask, readAt: (id: number) => Instant) {
    this.ask = ask;
    this.readAt = readAt;
  }

  async rowsOf(asked: readonly AskedFact[]): Promise<FoundRow[]> {
    const filed = await this.ask({ query: 'filedFacts', facts: asked });
    const unknown = filed.filter((one) => !this.kept.has(nameOf(one)));
    const places = unknown.flatMap((one) => one.partitions.map((partition) => ({ ...one, partition })));
    const groups = Map.groupBy(places, ({ topic, partition }) => `${topic} ${partition}`);
    for (const group of groups.values()) await this.read(group);
    for (const one of unknown) if (!this.kept.has(nameOf(one))) this.keep(nameOf(one), null);
    const rows = filed.map((one) => ({ ...one, row: this.kept.get(nameOf(one)) ?? null }));
    return rows.flatMap(({ key, fact, import: of, row }) => (row === null ? [] : [{ key, fact, import: of, row }]));
  }

  /** From where their files begin; what a clock that went back hides is looked for from the beginning. */
  private async read(group: readonly (FiledFact & { readonly partition: number })[]): Promise<void> {
    const { topic, partition } = group[0]!;
    const since = Math.min(...group.map((one) => this.readAt(one.import)));
    let from: bigint | null = null;
    for (let isAgain = false; ; ) {
      const wanted = group.filter((one) => !this.kept.has(nameOf(one)));
      if (wanted.length === 0) return;
      const names = wanted.map(({ fact, import: of }) => ({ fact, import: of }));
      const question: FileRowQuestion = { topic, partition, wanted: names, since, from, most: FACTS_AT_ONCE };
      const { rows, next }: FileRowPage = await this.ask({ query: 'fileRows', ...question });
      for (const row of rows) this.keep(nameOf(row), row.row);
      if (next === null && isAgain) return;
      isAgain ||= next === null;
      from = next ?? 0n;
      await turn();
    }
  }

  private keep(name: string, row: number | null): void {
    if (this.kept.size >= KEPT_MAX) this.kept.delete(this.kept.keys().next().value!);
    this.kept.set(name, row);
  }
}

function nameOf({ fact, import: of }: Pick<FiledFact, 'fact' | 'import'>): string {
  return `${of} ${fact}`;
}
