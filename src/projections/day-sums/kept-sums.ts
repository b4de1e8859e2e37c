// The sums of all days' statements, by merchant, provider and currency, kept from the courses of keys: of a key that
// changed its old course is taken off, and the new one added.

import type { Day } from '../../domain/calendar.ts';
import { addDecimal, type Decimal, negated } from '../../domain/decimal.ts';
import type { CourseStep, Left } from '../../matching/key-course.ts';
import { MOVEMENT_KINDS, type MovementKind } from '../../matching/movements.ts';
import { isAsked, isShown, type KeyOwner, type StatementQuestion } from '../statement-keys.ts';
import { addExplained, emptySums, explainedOf, type StatementSums } from '../statements.ts';
import type { Wanted } from './course-codec.ts';
import { DaySeries, type SeriesTexts, type Tally } from './day-series.ts';

type Sign = (amount: Decimal) => Decimal;
const plus: Sign = (amount) => amount;

/** Remainders of one explanation that began on one day. */
interface Kept extends Pick<Left, 'explanation' | 'since'> {
  readonly isOver: boolean;
  readonly series: DaySeries;
}

class Group {
  readonly currency: string;
  readonly owner: KeyOwner;
  private readonly moves = new Map<MovementKind, DaySeries>();
  private readonly owed: DaySeries;
  private readonly left = new Map<string, Kept>();

  constructor(owner: KeyOwner, currency: string, owed = new DaySeries()) {
    this.owner = owner;
    this.currency = currency;
    this.owed = owed;
  }

  move(day: Day, what: MovementKind, amount: Decimal): void {
    let series = this.moves.get(what);
    if (series === undefined) {
      series = new DaySeries();
      this.moves.set(what, series);
    }
    series.add(day, 0, amount);
  }

  /** One remainder more, or less, from a day on. */
  leave(day: Day, { side, explanation, since, amount }: Left, count: 1 | -1): void {
    const isOver = amount.digits < 0n;
    const change = count === 1 ? amount : negated(amount);
    if (side === 'gateway') this.owed.add(day, 0, change);
    const name = nameOf({ explanation, isOver, since });
    let kept = this.left.get(name);
    if (kept === undefined) {
      kept = { explanation, since, isOver, series: new DaySeries() };
      this.left.set(name, kept);
    }
    kept.series.add(day, count, change);
    if (kept.series.isEmpty) this.left.delete(name);
  }

  /** For a snapshot. */
  get texts(): GroupTexts {
    return {
      ...{ owner: this.owner, currency: this.currency, owed: this.owed.texts },
      moves: [...this.moves].map(([what, series]) => [what, series.texts]),
      left: [...this.left.values()].map(({ series, ...about }) => ({ ...about, series: series.texts })),
    };
  }

  static of({ owner, currency, owed, moves, left }: GroupTexts): Group {
    const group = new Group(owner, currency, DaySeries.of(owed));
    for (const [what, texts] of moves) group.moves.set(what, DaySeries.of(texts));
    for (const { series, ...about } of left) group.left.set(nameOf(about), { ...about, series: DaySeries.of(series) });
    return group;
  }

  /** What is wanted of it, with how many remainders there are of it. */
  of({ from, to, signOf, isLeft, isPart }: Wanted): Tally {
    const { currency } = this;
    let sum: Tally = { count: 0, amount: { digits: 0n, scale: 0 } };
    for (const [what, series] of this.moves) {
      const sign = signOf({ what, currency });
      if (sign === 0) continue;
      const moved = addDecimal(series.until(to).amount, negated(series.until(from - 1).amount));
      sum = { ...sum, amount: addDecimal(sum.amount, sign === 1 ? moved : negated(moved)) };
    }
    for (const { explanation, since, series } of this.left.values()) {
      if (!isLeft({ explanation, currency })) continue;
      const { count, amount } = series.until(to);
      if (!isPart(since === null ? null : to - since, amount)) continue;
      sum = { count: sum.count + count, amount: addDecimal(sum.amount, amount) };
    }
    return sum;
  }

  /** Whether anything of this kind ever moved. */
  hasMoved(signOf: Wanted['signOf']): boolean {
    return [...this.moves.keys()].some((what) => signOf({ what, currency: this.currency }) !== 0);
  }

  on(day: Day): StatementSums {
    const sums = emptySums(this.owner.merchant, this.owner.provider, this.currency);
    for (const kind of MOVEMENT_KINDS) {
      const series = this.moves.get(kind);
      if (series === undefined) continue;
      const total = series.until(day).amount;
      sums.total[kind] = total;
      sums.day[kind] = addDecimal(total, negated(series.until(day - 1).amount));
    }
    sums.owed = this.owed.until(day).amount;
    for (const { explanation, since, isOver, series } of this.left.values()) {
      const { count, amount } = series.until(day);
      if (count === 0) continue;
      const age = since === null ? null : day - since;
      addExplained(isOver ? sums.over : sums.under, explanation, explainedOf(count, amount, age));
    }
    return sums;
  }
}

function nameOf({ explanation, isOver, since }: Omit<Kept, 'series'>): string {
  return `${explanation} ${isOver} ${since}`;
}

interface GroupTexts extends Pick<Group, 'owner' | 'currency'> {
  readonly moves: readonly (readonly [what: MovementKind, series: SeriesTexts])[];
  readonly owed: SeriesTexts;
  readonly left: readonly (Omit<Kept, 'series'> & { readonly series: SeriesTexts })[];
}

/** Sums as text, for a snapshot. */
export type SumTexts = readonly GroupTexts[];

export class KeptSums {
  private readonly groups = new Map<string, Group>();
  /** The group that was asked for last, by the same object. */
  private last: { readonly owner: KeyOwner; readonly group: Group } | null = null;

  get texts(): SumTexts {
    return [...this.groups.values()].map(({ texts }) => texts);
  }

  static of(texts: SumTexts): KeptSums {
    const sums = new KeptSums();
    for (const one of texts) sums.groups.set(groupName(one.owner, one.currency), Group.of(one));
    return sums;
  }

  add(owner: KeyOwner, steps: readonly CourseStep[]): void {
    this.change(owner, steps, plus, 1);
  }

  takeOff(owner: KeyOwner, steps: readonly CourseStep[]): void {
    this.change(owner, steps, negated, -1);
  }

  /** In no order, and without residuals, which are of keys. */
  on(question: StatementQuestion): StatementSums[] {
    const groups = [...this.groups.values()].filter(({ owner, currency }) => {
      return isShown(owner, question) && isAsked(currency, question);
    });
    return groups.map((group) => group.on(question.day));
  }

  /** What is wanted of those of some owners, and whether no key has any of it. */
  of(wanted: Wanted, isAsked: (owner: KeyOwner) => boolean) {
    const groups = [...this.groups.values()].filter(({ owner }) => isAsked(owner));
    const found = groups.map((group) => ({ currency: group.currency, ...group.of(wanted) }));
    // Remainders are counted; what moved may come to nothing and still have rows.
    const isNone = found.every(({ count }) => count === 0) && !groups.some((group) => group.hasMoved(wanted.signOf));
    return { amounts: found, isNone };
  }

  private change(owner: KeyOwner, steps: readonly CourseStep[], sign: Sign, count: 1 | -1): void {
    let before: readonly Left[] = [];
    for (const { day, moved, left } of steps) {
      for (const { what, currency, amount } of moved) this.groupOf(owner, currency).move(day, what, sign(amount));
      // What was left ends where the next step says what is.
      for (const one of before) this.groupOf(owner, one.currency).leave(day, one, count === 1 ? -1 : 1);
      for (const one of left) this.groupOf(owner, one.currency).leave(day, one, count);
      before = left;
    }
  }

  private groupOf(owner: KeyOwner, currency: string): Group {
    const { last } = this;
    // All that moves for a key comes together, and of most keys in one currency.
    if (last?.owner === owner && last.group.currency === currency) return last.group;
    const group = this.groupNamed(owner, currency);
    this.last = { owner, group };
    return group;
  }

  private groupNamed(owner: KeyOwner, currency: string): Group {
    const name = groupName(owner, currency);
    let group = this.groups.get(name);
    if (group === undefined) {
      group = new Group(owner, currency);
      this.groups.set(name, group);
    }
    return group;
  }
}

function groupName({ merchant, provider }: KeyOwner, currency: string): string {
  return [merchant, provider, currency].join('\n');
}
