// The rows of cases in columns: what lists are filtered and counted by stands as small numbers, so that one pass over
// very many takes a millisecond or two.

import { type BreakSide, sideOf } from '../../domain/break-side.ts';
import { EXACT_MAX } from '../../domain/decimal.ts';
import type { Instant } from '../../domain/time.ts';
import { doubled } from '../../task/columns.ts';
import { FACETS, type Facet, NOBODY } from './case-question.ts';
import type { CaseRow } from './case-rows.ts';

/**
 * What follows from the row alone; how old a case is, and whether it is due, changes with time. Of refunds it is
 * whether there are any: what became of them a gateway says.
 */
export const ROW_FACETS = FACETS.filter((facet) => facet !== 'age' && facet !== 'due');
export type RowFacet = Exclude<Facet, 'age' | 'due'>;

const SIDES: readonly BreakSide[] = ['over', 'under', 'other'];
const CURRENCY = ROW_FACETS.indexOf('currency');
const CAPACITY_MIN = 1024;

export class CaseColumns {
  /** The values of each facet, by their numbers. */
  readonly values: readonly (readonly string[])[];
  private readonly numbers: readonly Map<string, number>[] = ROW_FACETS.map(() => new Map());
  private readonly rows: (CaseRow | undefined)[] = [];
  private readonly free: number[] = [];
  private facets: readonly Uint32Array<ArrayBuffer>[] = ROW_FACETS.map(() => new Uint32Array(CAPACITY_MIN));
  private sides = new Uint32Array(CAPACITY_MIN);
  /** By place, since when a case is open and until when it is due; NaN for never. */
  private opened = new Float64Array(CAPACITY_MIN);
  private due = new Float64Array(CAPACITY_MIN);
  /** What a case is about in its currency's minor units; NaN where that is not a single number. */
  private minor = new Float64Array(CAPACITY_MIN);

  constructor() {
    this.values = ROW_FACETS.map(() => []);
  }

  /** Some of the places before this one are empty. */
  get end(): number {
    return this.rows.length;
  }

  at(place: number): CaseRow | undefined {
    return this.rows[place];
  }

  openedAt(place: number): Instant | null {
    return orNull(this.opened[place]!);
  }

  dueAt(place: number): Instant | null {
    return orNull(this.due[place]!);
  }

  minorAt(place: number): number {
    return this.minor[place]!;
  }

  /** How many pairs of a currency and a side there are. */
  get valueKinds(): number {
    return this.values[CURRENCY]!.length * SIDES.length;
  }

  valueKindAt(place: number): number {
    return this.facets[CURRENCY]![place]! * SIDES.length + this.sides[place]!;
  }

  valueKind(kind: number): { readonly currency: string; readonly side: BreakSide } {
    const side = kind % SIDES.length;
    return { currency: this.values[CURRENCY]![(kind - side) / SIDES.length]!, side: SIDES[side]! };
  }

  /** By place, the number of the value of a facet. */
  of(facet: number): Uint32Array {
    return this.facets[facet]!;
  }

  /** Returns its place, until it is removed. */
  add(row: CaseRow): number {
    const place = this.free.pop() ?? this.rows.length;
    if (place === this.sides.length) this.grow();
    this.rows[place] = row;
    for (const [at, facet] of ROW_FACETS.entries()) this.facets[at]![place] = this.numberOf(at, valueIn(facet, row));
    const { reason, difference, opened_at } = row.finding;
    this.sides[place] = SIDES.indexOf(sideOf(reason, difference));
    this.opened[place] = opened_at ?? Number.NaN;
    this.due[place] = row.due_at ?? Number.NaN;
    this.minor[place] = wholeMinor(row.value, currencyOf(row));
    return place;
  }

  remove(place: number): void {
    this.rows[place] = undefined;
    this.free.push(place);
  }

  private numberOf(facet: number, value: string): number {
    const known = this.numbers[facet]!.get(value);
    if (known !== undefined) return known;
    const values = this.values[facet] as string[];
    this.numbers[facet]!.set(value, values.length);
    return values.push(value) - 1;
  }

  private grow(): void {
    this.facets = this.facets.map(doubled);
    this.sides = doubled(this.sides);
    this.opened = doubled(this.opened);
    this.due = doubled(this.due);
    this.minor = doubled(this.minor);
  }
}

function orNull(at: number): Instant | null {
  return Number.isNaN(at) ? null : at;
}

function valueIn(facet: RowFacet, row: CaseRow): string {
  switch (facet) {
    case 'reason':
    case 'stage':
      return row.finding[facet];
    case 'operator':
    case 'owner':
    case 'team':
      return row[facet] ?? NOBODY;
    case 'currency':
      return currencyOf(row);
    case 'refund':
      return row.refunds === null ? NOBODY : 'some';
    default:
      return row[facet];
  }
}

export function currencyOf({ finding, value }: CaseRow): string {
  return finding.currency ?? value[0]?.[0] ?? NOBODY;
}

/** The amount as a number, if the value is one amount that is exact as one; otherwise NaN. */
function wholeMinor(value: readonly (readonly [currency: string, minor: bigint])[], currency: string): number {
  const [only] = value;
  if (only === undefined || value.length > 1 || only[0] !== currency) return Number.NaN;
  const minor = Number(only[1]);
  return Math.abs(minor) < EXACT_MAX ? minor : Number.NaN;
}
