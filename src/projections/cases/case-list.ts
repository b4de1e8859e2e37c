// A list of cases beside the ledger: it is told the rows that changed, and answers pages from what it was told last. So
// nobody who asks for a page waits for the thread that has the keys.

import type { Ageing } from './case-ages.ts';
import type { CaseChanges, CaseChangesQuestion, PartChanges } from './case-changes.ts';
import { CaseColumns } from './case-columns.ts';
import type { Routing } from './case-owners.ts';
import { type PageTerms, pageOfCases } from './case-page.ts';
import type { AskedPage, CasePage } from './case-question.ts';
import type { CaseRow } from './case-rows.ts';

type AskChanges = (question: CaseChangesQuestion) => Promise<CaseChanges>;

/** How many keys are looked at in one piece, between which the thread that has them does other work. */
const PIECE = 20_000;

export class CaseList {
  private readonly columns = new CaseColumns();
  private readonly marks = new Map<number, string>();
  /** By partition and slot, the places of the rows. */
  private readonly places = new Map<number, Map<number, readonly number[]>>();

  /** All that it lacks is asked for before anything of it is taken, so that no page shows a part of it. */
  async bringUp(ask: AskChanges, routing: Routing, most = PIECE): Promise<void> {
    const marks = new Map(this.marks);
    const told: PartChanges[] = [];
    for (;;) {
      const { parts, left } = await ask({ routing, marks, most });
      for (const part of parts) marks.set(part.partition, part.mark);
      told.push(...parts);
      if (left === 0) break;
    }
    for (const part of told) this.take(part);
  }

  /** `named` are of those that are to be asked; without `signOf` no row says what became of its refund. */
  page(
    question: AskedPage,
    ageing: Ageing,
    { named = new Set(), signOf = () => null }: Partial<PageTerms> = {},
  ): CasePage {
    return pageOfCases(this.columns, question, { ageing, named, signOf });
  }

  /** Those whose ids are in no row. */
  keysToAsk(): string[] {
    const keys = new Set<string>();
    for (let place = 0; place < this.columns.end; place++) {
      const row = this.columns.at(place);
      if (row !== undefined && row.ids === null) keys.add(row.key);
    }
    return [...keys];
  }

  /** Those that are not resolved. */
  *open(): Iterable<CaseRow> {
    for (let place = 0; place < this.columns.end; place++) {
      const row = this.columns.at(place);
      if (row !== undefined && row.resolution === null) yield row;
    }
  }

  private take({ partition, mark, isWhole, rows }: PartChanges): void {
    const { columns } = this;
    let bySlot = this.places.get(partition);
    if (bySlot === undefined || isWhole) {
      for (const places of bySlot?.values() ?? []) for (const place of places) columns.remove(place);
      bySlot = new Map();
      this.places.set(partition, bySlot);
    }
    for (const [slot, found] of rows) {
      for (const place of bySlot.get(slot) ?? []) columns.remove(place);
      if (found.length === 0) bySlot.delete(slot);
      else
        bySlot.set(
          slot,
          found.map((row) => columns.add(row)),
        );
    }
    this.marks.set(partition, mark);
  }
}
