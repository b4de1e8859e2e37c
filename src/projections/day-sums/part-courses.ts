// The courses of one partition's keys, brought up to date by the keys that were assessed and by deadlines that passed.

import type { Day } from '../../domain/calendar.ts';
import type { Instant } from '../../domain/time.ts';
import type { Snapshot } from '../../log/snapshots.ts';
import type { PaymentState } from '../../matching/evolve.ts';
import { type CourseStep, FIRST_DAY, keyCourse } from '../../matching/key-course.ts';
import type { CompiledRules } from '../../matching/rules.ts';
import { daysOfState } from '../../matching/state-until.ts';
import type { Assessed } from '../../task/assessed-slots.ts';
import { Deadlines } from '../../task/deadlines.ts';
import type { ReconciliationTask } from '../../task/task.ts';
import { type KeyOwner, ownerAt } from '../statement-keys.ts';
import { CourseCodec, type Wanted, type WantedAmount } from './course-codec.ts';
import { CourseStore, NO_LAST_DAY } from './course-store.ts';
import { KeptSums } from './kept-sums.ts';
import { digestOfKeys, type PartSnapshot, partSnapshotBytes, readPartSnapshot } from './part-snapshot.ts';
import { type OwnedCourse, PlainCourses } from './plain-courses.ts';
import { isEven } from './residuals.ts';

/** A key of which claims times days are more has no course: each question works out what it adds on one day. */
export const COURSE_MAX = 20_000;

/** So many keys of a snapshot are worked out again, to see that this program gives what is there. */
const PROOFS = 16;
/** A snapshot is worth its bytes after this many keys taken in since the last one, if they are this part of all. */
const SNAPSHOT_KEYS_MIN = 5_000;
const SNAPSHOT_KEYS_PART = 4;

/** What all parts have in common. */
export interface CourseTerms {
  readonly rules: CompiledRules;
  /** The most claims times days of a key that has a course. */
  readonly courseMax: number;
}

export interface Found {
  readonly slot: number;
  readonly amounts: readonly WantedAmount[];
}

export interface Course {
  readonly owner: KeyOwner;
  readonly steps: readonly CourseStep[];
}

export class PartCourses {
  readonly task: ReconciliationTask;
  readonly sums: KeptSums;
  /** The keys without a course although something stands under them. */
  readonly large: Set<number>;
  /** The keys of which movements and the key itself differ on any day: there are none. */
  readonly uneven: Set<number>;
  private readonly terms: CourseTerms;
  private readonly codec: CourseCodec;
  private readonly store: CourseStore;
  private readonly plain: PlainCourses;
  private readonly deadlines: Deadlines;
  /** The keys before this slot were taken in at least once. */
  private next: number;
  /** Those of them that must be taken in again. */
  private readonly waiting: Set<number>;
  /** How many keys were taken in since the last snapshot, and the height of its block. */
  private unsaved = 0;
  private savedHeight = -1;

  constructor(task: ReconciliationTask, terms: CourseTerms, kept?: PartSnapshot) {
    this.task = task;
    this.terms = terms;
    this.codec = new CourseCodec(kept?.about.names);
    this.plain = new PlainCourses(terms.rules, terms.courseMax);
    this.sums = KeptSums.of(kept?.about.sums ?? []);
    this.large = new Set(kept?.about.large);
    this.uneven = new Set(kept?.about.uneven);
    this.waiting = new Set(kept?.about.waiting);
    this.next = kept?.about.count ?? 0;
    this.store = kept?.store ?? new CourseStore(task.table.count);
    this.deadlines = new Deadlines(task.table.count);
    if (kept === undefined) return;
    this.deadlines.at.set(kept.deadlines);
  }

  /** With nothing yet. */
  static begun(task: ReconciliationTask, terms: CourseTerms): PartCourses {
    task.takeAssessed('statements');
    return new PartCourses(task, terms);
  }

  /** With what a snapshot has, if it is of these keys, under these rules, and what this program works out. */
  static restored(
    task: ReconciliationTask,
    terms: CourseTerms,
    { height, blockHash, content }: Snapshot,
    now: Instant,
  ): PartCourses | undefined {
    // What was assessed since that block must be known.
    const assessed = task.takeAssessed('statements');
    if (assessed?.since !== blockHash) return undefined;
    const kept = readPartSnapshot(content);
    if (kept === undefined) return undefined;
    const { rulesHash, courseMax, count, keys } = kept.about;
    const isOfTerms = rulesHash === terms.rules.hash && courseMax === terms.courseMax && kept.about.now <= now;
    if (!isOfTerms || count > task.table.count || keys !== digestOfKeys(task.table.keys, count)) return undefined;
    const part = new PartCourses(task, terms, kept);
    part.savedHeight = height;
    part.await(assessed);
    return part.isProved(kept.about.now) ? part : undefined;
  }

  /** What a snapshot has of the task's last block. */
  snapshot(now: Instant): Uint8Array[] {
    this.gather(now);
    this.unsaved = 0;
    this.savedHeight = this.task.head.height;
    const { task, terms, next: count, store, large, uneven, waiting } = this;
    const about = {
      ...{
        rulesHash: terms.rules.hash,
        courseMax: terms.courseMax,
        now,
        count,
        keys: digestOfKeys(task.table.keys, count),
      },
      ...{ names: this.codec.names, sums: this.sums.texts, large: [...large], uneven: [...uneven] },
      waiting: [...waiting],
    };
    return partSnapshotBytes({ about, store, deadlines: this.deadlines.at });
  }

  /** Whether a snapshot is worth its bytes: while more comes, or at the end. */
  isSnapshotDue(isLast: boolean): boolean {
    const { task, unsaved, savedHeight } = this;
    // A start from a newer snapshot of the task would not come by the block of an older one of the sums.
    if (isLast) return this.next > 0 && task.head.height > savedHeight;
    return unsaved >= SNAPSHOT_KEYS_MIN && unsaved * SNAPSHOT_KEYS_PART >= task.table.count;
  }

  /** How many keys are to be taken in, as far as is known. */
  get left(): number {
    return this.waiting.size + this.task.table.count - this.next;
  }

  /** Takes in up to so many keys, and returns how many it took. */
  takeIn(now: Instant, most: number): number {
    this.gather(now);
    const { table } = this.task;
    const slots: number[] = [];
    for (const slot of this.waiting) {
      if (slots.length >= most) break;
      slots.push(slot);
      this.waiting.delete(slot);
    }
    slots.sort((left, right) => left - right);
    for (; slots.length < most && this.next < table.count; this.next++) slots.push(this.next);
    for (const [at, slot] of slots.entries()) {
      table.packed?.ahead.read(at, slots.length, (other) => slots[other]!);
      this.take(slot, now);
    }
    table.packed?.ahead.forget();
    this.unsaved += slots.length;
    return slots.length;
  }

  courseAt(slot: number): Course | undefined {
    const place = this.store.at(slot);
    const { codec } = this;
    return place && { owner: codec.ownerOf(place), steps: codec.read(place) };
  }

  /** What is wanted of courses that add something from a day on, where it is anything: of keys in their order. */
  *wantedAfter(after: string | undefined, from: Day, wanted: Wanted, isAsked: (owner: KeyOwner) => boolean) {
    const { store, task } = this;
    const chosen = this.codec.chosen(wanted, isAsked);
    for (const slot of task.table.keys.slotsInOrder(after)) {
      if (!store.isBetween(slot, from, wanted.to)) continue;
      const amounts = chosen(store.at(slot)!);
      if (amounts.length > 0) yield { slot, amounts } satisfies Found;
    }
  }

  private gather(now: Instant): void {
    this.await(this.task.takeAssessed('statements'));
    if (!this.deadlines.hasDue(this.next, now)) return;
    for (let slot = 0; slot < this.next; slot++) {
      if (this.deadlines.at[slot]! > now) continue;
      this.waiting.add(slot);
      this.deadlines.set(slot, Number.POSITIVE_INFINITY);
    }
  }

  private await(assessed: Assessed | null): void {
    for (const slot of assessed?.slots ?? []) if (slot < this.next) this.waiting.add(slot);
  }

  private isProved(now: Instant): boolean {
    const { task, next, terms, codec, store } = this;
    const { rules } = terms;
    for (let proof = 0; proof < PROOFS; proof++) {
      const slot = Math.floor((next * proof) / PROOFS);
      const owner = slot < next && !this.waiting.has(slot) && !this.large.has(slot) ? ownerAt(task, slot) : undefined;
      if (owner === undefined) continue;
      const { steps } = keyCourse(task.table.keys.keyOf(slot), task.stateAt(slot), rules, now);
      const place = store.at(slot);
      const bytes = place === undefined ? NONE : place.bytes.subarray(place.from, place.to);
      if (!bytes.equals(steps.length === 0 ? NONE : codec.write(owner, steps))) return false;
    }
    return true;
  }

  private take(slot: number, now: Instant): void {
    const { task, store, deadlines, large, uneven, sums, codec } = this;
    const old = this.courseAt(slot);
    if (old !== undefined) sums.takeOff(old.owner, old.steps);
    large.delete(slot);
    uneven.delete(slot);
    while (slot >= deadlines.at.length) deadlines.grow();
    deadlines.set(slot, Number.POSITIVE_INFINITY);
    const { packed } = task.table;
    const plain = packed?.has(slot) ? this.plain.courseOf(task.table.recordOf(slot), now) : undefined;
    const course = plain ?? this.courseNow(slot, now);
    if (course === null) return store.put(slot, NONE, 0, 0);
    const { owner, steps, until } = course;
    deadlines.set(slot, until);
    if (steps.length === 0) return store.put(slot, NONE, 0, 0);
    sums.add(owner, steps);
    const last = steps.at(-1)!;
    store.put(slot, codec.write(owner, steps), steps[0]!.day, last.left.length > 0 ? NO_LAST_DAY : last.day);
    // The amounts of a plain key are one.
    if (plain === undefined && !isEven(steps)) uneven.add(slot);
  }

  /** Null where nothing stands under the key, and of one that is too large. */
  private courseNow(slot: number, now: Instant): OwnedCourse | null {
    const { task, terms, large } = this;
    const owner = ownerAt(task, slot);
    if (owner === undefined) return null;
    const state = task.stateAt(slot);
    if (isBeyond(terms.courseMax, state, terms.rules)) {
      large.add(slot);
      return null;
    }
    return { owner, ...keyCourse(task.table.keys.keyOf(slot), state, terms.rules, now) };
  }
}

const NONE = Buffer.alloc(0);

function isBeyond(most: number, state: PaymentState, { calendar }: CompiledRules): boolean {
  const { length } = state.claims;
  // Claims have no more days than they are.
  return length * length > most && length * daysOfState(state, calendar, FIRST_DAY).length > most;
}
