// A page of cases with its total, its value and its facets: one pass over the rows of a list.

import { parseDecimal } from '../../domain/decimal.ts';
import { minorAtLeast } from '../../matching/review.ts';
import { AGES, type Ageing, DUES } from './case-ages.ts';
import { type CaseColumns, ROW_FACETS } from './case-columns.ts';
import { idNumber } from './case-ids.ts';
import { comparePlaced, comparePlaces, type Placed, placeOf } from './case-places.ts';
import { type AskedPage, type CasePage, FACETS, type Facet, NOBODY } from './case-question.ts';
import { REFUND_SIGNS, type SignOfRefunds } from './case-refunds.ts';
import type { CaseRow } from './case-rows.ts';
import { CaseValues } from './case-values.ts';

/** What a page is worked out by, besides the rows and the question. */
export interface PageTerms {
  readonly ageing: Ageing;
  /** The keys with the id that is searched for, of those whose ids are in no row. */
  readonly named: ReadonlySet<string>;
  readonly signOf: SignOfRefunds;
}

export function pageOfCases(columns: CaseColumns, question: AskedPage, terms: PageTerms): CasePage {
  return new Pass(columns, question, terms).page();
}

/** What a pass needs of one facet. */
interface Counted {
  readonly facet: Facet;
  readonly values: readonly string[];
  /** By place, the number of a row's value. */
  readonly numbers: Uint8Array | Uint32Array;
  /** By the number of a value, whether the filter lets it through; null where there is no filter. */
  readonly allowed: readonly boolean[] | null;
  /** What a row is marked by that fails this filter alone. */
  readonly mark: number;
}

/** So many times what a page needs is held until it is sorted. */
const HELD_MAX = 2;

/** The first one is that of most. */
const REFUNDS = [NOBODY, ...REFUND_SIGNS];

/** Marks of rows: one that is on the list, and one that no change of a single filter would bring there. */
const [LISTED, OUT] = [0, 255];

/** Facet by facet over columns of numbers: of most rows nothing else is looked at. */
class Pass {
  private readonly columns: CaseColumns;
  private readonly question: AskedPage;
  private readonly ageing: Ageing;
  private readonly bounds = new Map<string, readonly [from: bigint | null, to: bigint | null]>();
  private readonly facets: readonly Counted[];
  private readonly marks: Uint8Array;
  private readonly held: Placed[] = [];
  /** What comes after it is not on the page. */
  private last: Placed | undefined;
  private readonly named: ReadonlySet<string>;
  private readonly signOf: SignOfRefunds;
  /** What keys have in common that are sought by a part. */
  private readonly text: string;
  private readonly id: number;
  private sought = 0;
  private total = 0;

  constructor(columns: CaseColumns, question: AskedPage, { ageing, named, signOf }: PageTerms) {
    this.columns = columns;
    this.question = question;
    this.ageing = ageing;
    this.named = named;
    this.signOf = signOf;
    this.text = question.q?.text.toLowerCase() ?? '';
    this.id = idNumber(question.q?.text ?? '');
    this.marks = new Uint8Array(columns.end);
    this.search();
    this.facets = FACETS.map((facet, at) => this.countedBy(facet, at + 1));
  }

  page(): CasePage {
    const { columns, ageing, marks } = this;
    if (this.sought === 0) return nothing();
    for (const facet of this.facets) this.filterBy(facet);
    const facets = new Map(this.facets.map((one) => [one.facet, this.countsOf(one)]));
    const values = new CaseValues(columns);
    for (let at = 0; at < columns.end; at++) {
      if (marks[at] !== LISTED) continue;
      this.total++;
      values.add(at);
      if (!this.isLater(at)) this.place(columns.at(at)!);
    }
    const { sought, total } = this;
    const rows = this.keepFirst().map(({ row, place }) => ({
      ...row,
      place,
      age: ageing.daysOf(row.finding.opened_at),
      refund: row.refunds === null ? null : this.signOf(row.refunds),
    }));
    return { rows, sought, total, value: values.take(), facets };
  }

  /** Marks what may not be seen, and what neither the search nor the bounds of its value find. */
  private search(): void {
    const { columns, question, marks } = this;
    const merchants = question.merchants === null ? null : new Set(question.merchants);
    const isAll = merchants === null && question.q === undefined && !this.isBound;
    for (let at = 0; at < columns.end; at++) {
      const row = columns.at(at);
      const isSeen = row !== undefined && (isAll || (merchants?.has(row.merchant) !== false && this.isSought(row)));
      if (isSeen) this.sought++;
      if (!isSeen || !(isAll || this.isInBounds(row))) marks[at] = OUT;
    }
  }

  private filterBy({ allowed, numbers, mark }: Counted): void {
    if (allowed === null) return;
    const { marks } = this;
    for (let at = 0; at < marks.length; at++) {
      // One that fails two filters is not reached by changing one.
      if (allowed[numbers[at]!] !== true) marks[at] = marks[at] === LISTED ? mark : OUT;
    }
  }

  /** How many rows there would be with each value, whatever the filter by it lets through. */
  private countsOf({ values, numbers, mark }: Counted): ReadonlyMap<string, number> {
    const { marks } = this;
    const counts = new Uint32Array(values.length);
    for (let at = 0; at < marks.length; at++) {
      if (marks[at] === LISTED || marks[at] === mark) counts[numbers[at]!]!++;
    }
    return new Map(values.flatMap((value, at) => (counts[at]! > 0 ? [[value, counts[at]!]] : [])));
  }

  private countedBy(facet: Facet, mark: number): Counted {
    const { columns, ageing, question } = this;
    const counted = (values: readonly string[], numbers: Counted['numbers']): Counted => {
      const asked = askedOf(question.filter, facet);
      return { facet, values, numbers, mark, allowed: asked === null ? null : values.map(asked) };
    };
    if (facet === 'age')
      return counted(
        AGES,
        this.numbered((at) => ageing.bucketOf(columns.openedAt(at))),
      );
    if (facet === 'due')
      return counted(
        DUES,
        this.numbered((at) => ageing.dueOf(columns.dueAt(at))),
      );
    const number = ROW_FACETS.indexOf(facet);
    const [values, numbers] = [columns.values[number]!, columns.of(number)];
    if (facet !== 'refund') return counted(values, numbers);
    // Few rows have any: of the others the column says so.
    const none = values.indexOf(NOBODY);
    return counted(
      REFUNDS,
      this.numbered((at) => (numbers[at] === none ? 0 : this.refundOf(columns.at(at)!))),
    );
  }

  /** What is given for each row that was found: a number below 256. */
  private numbered(give: (place: number) => number): Uint8Array {
    const { marks } = this;
    const numbers = new Uint8Array(marks.length);
    for (let at = 0; at < marks.length; at++) if (marks[at] !== OUT) numbers[at] = give(at);
    return numbers;
  }

  /** The number of what became of it. */
  private refundOf({ refunds }: CaseRow): number {
    return refunds === null ? 0 : REFUNDS.indexOf(this.signOf(refunds) ?? NOBODY);
  }

  private isSought({ key, ids }: CaseRow): boolean {
    const { q } = this.question;
    if (q === undefined) return true;
    if (q.how === 'contains') return key.toLowerCase().includes(this.text);
    if (q.how === 'reference') return key === q.text;
    return ids === null ? this.named.has(key) : ids.includes(this.id);
  }

  private get isBound(): boolean {
    const { valueFrom, valueTo } = this.question;
    return valueFrom !== undefined || valueTo !== undefined;
  }

  private isInBounds({ value }: CaseRow): boolean {
    if (!this.isBound) return true;
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

  /** Whether it comes after all that may be on the page, as most of very many rows do: told from columns. */
  private isLater(at: number): boolean {
    const { last, columns } = this;
    if (last === undefined) return false;
    switch (this.question.sort) {
      case 'oldest':
        return (columns.openedAt(at) ?? 0) > last.place.number;
      case 'newest':
        return -(columns.openedAt(at) ?? 0) > last.place.number;
      case 'due':
        return (columns.dueAt(at) ?? Number.MAX_SAFE_INTEGER) > last.place.number;
      case 'value': {
        const { currency } = columns.valueKind(columns.valueKindAt(at));
        if (currency !== last.place.text) return currency > last.place.text;
        return -columns.minorAt(at) > last.place.number;
      }
      default:
        return columns.at(at)!.key > last.place.text;
    }
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

function nothing(): CasePage {
  return {
    rows: [],
    sought: 0,
    total: 0,
    value: new Map(),
    facets: new Map(FACETS.map((facet) => [facet, new Map()])),
  };
}

/** Which values the filter lets through; null where it is all of them. */
function askedOf(filter: AskedPage['filter'], facet: Facet): ((value: string) => boolean) | null {
  const asked: readonly string[] | undefined = filter[facet];
  if (asked === undefined) return facet === 'status' ? (value) => value !== 'resolved' : null;
  if (facet === 'status' && asked.includes('all')) return null;
  return (value) => asked.includes(value);
}
