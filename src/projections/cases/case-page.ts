// A page of cases with its total, its value and its facets: one pass over the rows of a list.

import { parseDecimal } from '../../domain/decimal.ts';
import { minorAtLeast } from '../../matching/review.ts';
import { AGES, type Ageing, DUES } from './case-ages.ts';
import { type CaseColumns, currencyOf, ROW_FACETS } from './case-columns.ts';
import {
  type AskedPage,
  type CasePage,
  type CasePlace,
  type CaseSort,
  type CaseValue,
  FACETS,
  type Facet,
} from './case-question.ts';
import type { CaseRow } from './case-rows.ts';

/** `named` are the keys with the id that is searched for. */
export function pageOfCases(
  columns: CaseColumns,
  question: AskedPage,
  ageing: Ageing,
  named: ReadonlySet<string>,
): CasePage {
  return new Pass(columns, question, ageing, named).page();
}

/** What a pass needs of one facet. */
interface Counted {
  readonly facet: Facet;
  readonly values: readonly string[];
  /** By the number of a value, whether the filter lets it through; null where there is no filter. */
  readonly allowed: readonly boolean[] | null;
  readonly counts: number[];
  /** The number of the value of a row. */
  numberAt(place: number, row: CaseRow): number;
}

interface Placed {
  readonly row: CaseRow;
  readonly place: CasePlace;
}

/** So many times what a page needs is held until it is sorted. */
const HELD_MAX = 2;

class Pass {
  private readonly columns: CaseColumns;
  private readonly question: AskedPage;
  private readonly ageing: Ageing;
  private readonly merchants: ReadonlySet<string> | null;
  private readonly bounds = new Map<string, readonly [from: bigint | null, to: bigint | null]>();
  private readonly value = new Map<string, CaseValue>();
  private readonly facets: readonly Counted[];
  private readonly held: Placed[] = [];
  /** What comes after it is not on the page. */
  private last: Placed | undefined;
  private readonly named: ReadonlySet<string>;
  private sought = 0;
  private total = 0;

  constructor(columns: CaseColumns, question: AskedPage, ageing: Ageing, named: ReadonlySet<string>) {
    this.columns = columns;
    this.question = question;
    this.ageing = ageing;
    this.named = named;
    this.merchants = question.merchants === null ? null : new Set(question.merchants);
    this.facets = FACETS.map((facet) => this.countedBy(facet));
  }

  page(): CasePage {
    const { columns, ageing } = this;
    const filters = this.facets.filter(({ allowed }) => allowed !== null);
    for (let at = 0; at < columns.end; at++) {
      const row = columns.at(at);
      if (row !== undefined) this.add(at, row, filters);
    }
    const { sought, total, value } = this;
    const rows = this.keepFirst().map(({ row, place }) => ({
      ...row,
      place,
      age: ageing.daysOf(row.finding.opened_at),
    }));
    return { rows, sought, total, value, facets: new Map(this.facets.map((one) => [one.facet, countsOf(one)])) };
  }

  private add(at: number, row: CaseRow, filters: readonly Counted[]): void {
    const { merchants } = this;
    if (merchants !== null && !merchants.has(row.merchant)) return;
    if (!this.isSought(row)) return;
    this.sought++;
    if (!this.isInBounds(row)) return;
    let failed: Counted | null = null;
    for (const filter of filters) {
      if (filter.allowed![filter.numberAt(at, row)] === true) continue;
      // One that fails two filters is not reached by changing one.
      if (failed !== null) return;
      failed = filter;
    }
    if (failed !== null) {
      failed.counts[failed.numberAt(at, row)]!++;
      return;
    }
    for (const facet of this.facets) facet.counts[facet.numberAt(at, row)]!++;
    this.total++;
    for (const [currency, minor] of row.value) this.addValue(currency, at, minor);
    this.place(row);
  }

  private countedBy(facet: Facet): Counted {
    const { columns, ageing, question } = this;
    const counted = (values: readonly string[], numberAt: Counted['numberAt']): Counted => {
      const asked = askedOf(question.filter, facet);
      const allowed = asked === null ? null : values.map(asked);
      return { facet, values, allowed, counts: values.map(() => 0), numberAt };
    };
    if (facet === 'age') return counted(AGES, (_at, { finding }) => ageing.bucketOf(finding.opened_at));
    if (facet === 'due') return counted(DUES, (_at, { due_at }) => ageing.dueOf(due_at));
    const number = ROW_FACETS.indexOf(facet);
    const column = columns.of(number);
    return counted(columns.values[number]!, (at) => column[at]!);
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

  private addValue(currency: string, at: number, minor: bigint): void {
    const sum = this.value.get(currency) ?? { over: 0n, under: 0n, other: 0n };
    this.value.set(currency, sum);
    sum[this.columns.sideAt(at)] += minor;
  }

  /** Keeps those after the cursor that may be on the page, or the one after it. */
  private place(row: CaseRow): void {
    const { question, last } = this;
    const place = placeOf(row, question.sort);
    if (question.after !== undefined && comparePlaces(place, question.after) <= 0) return;
    const one = { row, place };
    if (last !== undefined && comparePlaced(one, last) >= 0) return;
    this.held.push(one);
    // Sorted once for so many that come before the last, and not for each.
    if (this.held.length > HELD_MAX * (question.limit + 1)) this.keepFirst();
  }

  private keepFirst(): readonly Placed[] {
    const { held, question } = this;
    held.sort(comparePlaced);
    held.length = Math.min(held.length, question.limit + 1);
    this.last = held[question.limit];
    return held;
  }
}

/** Which values the filter lets through; null where it is all of them. */
function askedOf(filter: AskedPage['filter'], facet: Facet): ((value: string) => boolean) | null {
  const asked: readonly string[] | undefined = filter[facet];
  if (asked === undefined) return facet === 'status' ? (value) => value !== 'resolved' : null;
  if (facet === 'status' && asked.includes('all')) return null;
  return (value) => asked.includes(value);
}

function countsOf({ values, counts }: Counted): ReadonlyMap<string, number> {
  return new Map(values.flatMap((value, at) => (counts[at]! > 0 ? [[value, counts[at]!]] : [])));
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

/** Two findings of a key may have one id: they stand in the order of their entries. */
function comparePlaced(left: Placed, right: Placed): number {
  const order = comparePlaces(left.place, right.place);
  if (order !== 0 || left.row.entryId === right.row.entryId) return order;
  return left.row.entryId < right.row.entryId ? -1 : 1;
}

function comparePlaces(left: CasePlace, right: CasePlace): number {
  if (left.text !== right.text) return left.text < right.text ? -1 : 1;
  if (left.number !== right.number) return left.number - right.number;
  return left.id < right.id ? -1 : Number(left.id > right.id);
}
