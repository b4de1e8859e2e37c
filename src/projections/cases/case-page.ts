// A page of cases with its total, its value and its facets: one pass over the rows of the index.

import { sideOf } from '../../domain/break-side.ts';
import { parseDecimal } from '../../domain/decimal.ts';
import { minorAtLeast } from '../../matching/review.ts';
import type { Ageing } from './case-ages.ts';
import {
  type CaseFilter,
  type CasePage,
  type CasePlace,
  type CaseQuestion,
  type CaseSort,
  type CaseValue,
  FACETS,
  type Facet,
  type ListedCase,
  NOBODY,
} from './case-question.ts';
import type { CaseRow } from './case-rows.ts';

export class PageOfCases {
  private readonly question: CaseQuestion;
  private readonly ageing: Ageing;
  private readonly merchants: ReadonlySet<string> | null;
  private readonly bounds = new Map<string, readonly [from: bigint | null, to: bigint | null]>();
  private readonly value = new Map<string, CaseValue>();
  private readonly facets = new Map<Facet, Map<string, number>>(FACETS.map((facet) => [facet, new Map()]));
  private readonly best: { readonly row: CaseRow; readonly place: CasePlace }[] = [];
  private readonly named: ReadonlySet<string>;
  private sought = 0;
  private total = 0;

  /** `named` are the keys with the id that is searched for. */
  constructor(question: CaseQuestion, ageing: Ageing, named: ReadonlySet<string>) {
    this.question = question;
    this.ageing = ageing;
    this.named = named;
    this.merchants = question.merchants === null ? null : new Set(question.merchants);
  }

  add(row: CaseRow): void {
    const { merchants, question, facets } = this;
    if (merchants !== null && !merchants.has(row.merchant)) return;
    if (!this.isSought(row)) return;
    this.sought++;
    if (!this.isInBounds(row)) return;
    let failed: Facet | null = null;
    for (const facet of FACETS) {
      if (isMet(question.filter, facet, row, this.ageing)) continue;
      // One that fails two filters is not reached by changing one.
      if (failed !== null) return;
      failed = facet;
    }
    for (const facet of failed === null ? FACETS : [failed])
      count(facets.get(facet)!, valueIn(facet, row, this.ageing));
    if (failed !== null) return;
    this.total++;
    for (const [currency, minor] of row.value) this.addValue(currency, row, minor);
    this.place(row);
  }

  page(): CasePage {
    const { sought, total, value, facets, ageing } = this;
    const rows = this.best.map(({ row, place }) => ({ ...row, place, age: ageing.daysOf(row.finding.opened_at) }));
    return { rows, sought, total, value, facets };
  }

  private isSought({ key }: CaseRow): boolean {
    const { q } = this.question;
    if (q === undefined) return true;
    if (q.how === 'contains') return key.toLowerCase().includes(q.text.toLowerCase());
    return q.how === 'reference' ? key === q.text : this.named.has(key);
  }

  private isInBounds({ value }: CaseRow): boolean {
    const { valueFrom, valueTo } = this.question;
    if (valueFrom === undefined && valueTo === undefined) return true;
    return value.some(([currency, minor]) => {
      const [from, to] = this.boundsIn(currency);
      return (from === null || minor >= from) && (to === null || minor <= to);
    });
  }

  private boundsIn(currency: string): readonly [from: bigint | null, to: bigint | null] {
    let known = this.bounds.get(currency);
    if (known === undefined) {
      const { valueFrom, valueTo } = this.question;
      const minor = (text: string | undefined) =>
        text === undefined ? null : minorAtLeast(parseDecimal(text)!, currency);
      known = [minor(valueFrom), minor(valueTo)];
      this.bounds.set(currency, known);
    }
    return known;
  }

  private addValue(currency: string, { finding }: CaseRow, minor: bigint): void {
    const sum = this.value.get(currency) ?? { over: 0n, under: 0n, other: 0n };
    this.value.set(currency, sum);
    sum[sideOf(finding.reason, finding.difference)] += minor;
  }

  /** Keeps the first of those after the cursor, and one more than the page has. */
  private place(row: CaseRow): void {
    const { best, question } = this;
    const place = placeOf(row, question.sort);
    if (question.after !== undefined && comparePlaces(place, question.after) <= 0) return;
    if (best.length > question.limit && comparePlaces(place, best.at(-1)!.place) >= 0) return;
    let [low, high] = [0, best.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (comparePlaces(best[middle]!.place, place) <= 0) low = middle + 1;
      else high = middle;
    }
    best.splice(low, 0, { row, place });
    if (best.length > question.limit + 1) best.pop();
  }
}

function isMet(filter: CaseFilter, facet: Facet, row: CaseRow, ageing: Ageing): boolean {
  const asked: readonly string[] | undefined = filter[facet];
  if (facet === 'status') {
    if (asked === undefined) return row.status !== 'resolved';
    return asked.includes('all') || asked.includes(row.status);
  }
  return asked === undefined || asked.includes(valueIn(facet, row, ageing));
}

function valueIn(facet: Facet, row: CaseRow, ageing: Ageing): string {
  switch (facet) {
    case 'reason':
    case 'stage':
      return row.finding[facet];
    case 'owner':
      return row.owner ?? NOBODY;
    case 'currency':
      return currencyOf(row);
    case 'age':
      return ageing.bucketOf(row.finding.opened_at);
    case 'due':
      return ageing.dueOf(row.due_at);
    default:
      return row[facet];
  }
}

function currencyOf({ finding, value }: CaseRow): string {
  return finding.currency ?? value[0]?.[0] ?? NOBODY;
}

function placeOf(row: CaseRow, sort: CaseSort): CasePlace {
  const { id, key, due_at, finding, value } = row;
  switch (sort) {
    case 'oldest':
      return { text: '', number: finding.opened_at ?? 0, id };
    case 'newest':
      return { text: '', number: -(finding.opened_at ?? 0), id };
    case 'due':
      return { text: '', number: due_at ?? Number.MAX_SAFE_INTEGER, id };
    case 'value':
      // Amounts of several currencies are not compared: each has its own part of the list.
      return { text: currencyOf(row), number: -Number(value[0]?.[1] ?? 0n), id };
    default:
      return { text: key, number: 0, id };
  }
}

function comparePlaces(left: CasePlace, right: CasePlace): number {
  if (left.text !== right.text) return left.text < right.text ? -1 : 1;
  if (left.number !== right.number) return left.number - right.number;
  return left.id < right.id ? -1 : Number(left.id > right.id);
}

function count(counts: Map<string, number>, value: string, by = 1): void {
  counts.set(value, (counts.get(value) ?? 0) + by);
}

/** The pages of several threads as one. */
export function mergeCasePages(pages: readonly CasePage[], limit: number): CasePage {
  const value = new Map<string, CaseValue>();
  const facets = new Map<Facet, Map<string, number>>(FACETS.map((facet) => [facet, new Map()]));
  const rows: ListedCase[] = pages.flatMap((page) => page.rows);
  for (const page of pages) {
    for (const [currency, { over, under, other }] of page.value) {
      const sum = value.get(currency) ?? { over: 0n, under: 0n, other: 0n };
      value.set(currency, { over: sum.over + over, under: sum.under + under, other: sum.other + other });
    }
    for (const [facet, counts] of page.facets) {
      for (const [name, number] of counts) count(facets.get(facet)!, name, number);
    }
  }
  rows.sort((left, right) => comparePlaces(left.place, right.place));
  const sumOf = (what: 'sought' | 'total') => pages.reduce((sum, page) => sum + page[what], 0);
  return { rows: rows.slice(0, limit + 1), sought: sumOf('sought'), total: sumOf('total'), value, facets };
}
