// Courses as bytes: some fifty for the usual key. Texts that many keys have are numbers, as they came first.

import { ByteReader, ByteWriter } from '../../domain/bytes.ts';
import type { Day } from '../../domain/calendar.ts';
import type { Decimal } from '../../domain/decimal.ts';
import type { CourseStep, Left, Moved } from '../../matching/key-course.ts';
import type { RecordPlace } from '../../task/record-place.ts';
import type { KeyOwner } from '../statement-keys.ts';

/** Things without their amounts, each with a number. */
class Numbered<Thing extends object> {
  readonly things: Thing[] = [];
  /** By two texts one after the other, which is cheaper than to join them. */
  private readonly numbers = new Map<string, Map<string, number>>();

  /** Undefined for one that is new. */
  numberOf(first: string, second: string): number | undefined {
    return this.numbers.get(first)?.get(second);
  }

  add(first: string, second: string, thing: Thing): number {
    const bySecond = this.numbers.get(first) ?? new Map<string, number>();
    this.numbers.set(first, bySecond.set(second, this.things.length));
    return this.things.push(thing) - 1;
  }

  at(number: number): Thing {
    return this.things[number]!;
  }
}

const scratch = new ByteWriter(4096);
/** Of most courses; nothing is ever put into it. */
const NOTHING: WantedAmount[] = [];

/** What has numbers, in their order. */
export interface CourseNames {
  readonly owners: readonly KeyOwner[];
  readonly moves: readonly Omit<Moved, 'amount'>[];
  readonly lefts: readonly Omit<Left, 'amount' | 'since'>[];
}

export class CourseCodec {
  private readonly owners = new Numbered<KeyOwner>();
  private readonly moves = new Numbered<Omit<Moved, 'amount'>>();
  private readonly lefts = new Numbered<Omit<Left, 'amount' | 'since'>>();

  /** With the names of courses that were written before. */
  constructor(names?: CourseNames) {
    for (const owner of names?.owners ?? []) this.ownerNumber(owner);
    for (const moved of names?.moves ?? []) this.moveNumber(moved);
    for (const left of names?.lefts ?? []) this.leftNumber(left);
  }

  get names(): CourseNames {
    return { owners: this.owners.things, moves: this.moves.things, lefts: this.lefts.things };
  }

  /** As a view, which the next call overwrites. */
  write(owner: KeyOwner, steps: readonly CourseStep[]): Buffer {
    scratch.length = 0;
    scratch.long(this.ownerNumber(owner));
    scratch.long(steps.length);
    let last = 0;
    for (const { day, moved, left } of steps) {
      scratch.long(day - last);
      last = day;
      scratch.long(moved.length);
      for (const one of moved) {
        scratch.long(this.moveNumber(one));
        writeAmount(one.amount);
      }
      scratch.long(left.length);
      for (const one of left) {
        scratch.long(this.leftNumber(one));
        scratch.optionalLong(one.since === null ? null : day - one.since);
        writeAmount(one.amount);
      }
    }
    return scratch.view();
  }

  ownerOf({ bytes, from, to }: RecordPlace): KeyOwner {
    return this.owners.at(new ByteReader(bytes, from, to).long());
  }

  /**
   * What gives of a course only what is wanted, where its owner is asked for: most of most courses is passed over. It
   * is asked once of each thing with a number, and not of each course.
   */
  chosen(wanted: Wanted, isAsked: (owner: KeyOwner) => boolean): (place: RecordPlace) => readonly WantedAmount[] {
    const owners = this.owners.things.map(isAsked);
    const signs = this.moves.things.map(wanted.signOf);
    const lefts = this.lefts.things.map(wanted.isLeft);
    return ({ bytes, from, to }) => {
      const reader = new ByteReader(bytes, from, to);
      if (owners[reader.long()] !== true) return NOTHING;
      let found: WantedAmount[] = NOTHING;
      let moves = 0;
      let day: Day = 0;
      for (let count = reader.long(); count > 0; count--) {
        day += reader.long();
        if (day > wanted.to) break;
        // What was left before is left no more, or is said again.
        if (found.length > moves) found.length = moves;
        for (let more = reader.long(); more > 0; more--) {
          const number = reader.long();
          const sign = day < wanted.from ? 0 : signs[number]!;
          if (sign === 0) {
            skipAmount(reader);
            continue;
          }
          if (found === NOTHING) found = [];
          found.push({ currency: this.moves.at(number).currency, amount: signed(readAmount(reader), sign) });
        }
        moves = found.length;
        for (let more = reader.long(); more > 0; more--) {
          const number = reader.long();
          const age = reader.optionalLong();
          if (lefts[number] !== true) {
            skipAmount(reader);
            continue;
          }
          const amount = readAmount(reader);
          // It was as old as this on the day of the step.
          if (!wanted.isPart(age === null ? null : age + wanted.to - day, amount)) continue;
          if (found === NOTHING) found = [];
          found.push({ currency: this.lefts.at(number).currency, amount });
        }
      }
      return found;
    };
  }

  read({ bytes, from, to }: RecordPlace): CourseStep[] {
    const reader = new ByteReader(bytes, from, to);
    reader.skipLong();
    const steps: CourseStep[] = [];
    let day: Day = 0;
    for (let count = reader.long(); count > 0; count--) {
      day += reader.long();
      const moved: Moved[] = [];
      for (let more = reader.long(); more > 0; more--) {
        moved.push({ ...this.moves.at(reader.long()), amount: readAmount(reader) });
      }
      const left: Left[] = [];
      for (let more = reader.long(); more > 0; more--) {
        const about = this.lefts.at(reader.long());
        const age = reader.optionalLong();
        left.push({ ...about, since: age === null ? null : day - age, amount: readAmount(reader) });
      }
      steps.push({ day, moved, left });
    }
    return steps;
  }

  private ownerNumber({ merchant, provider }: KeyOwner): number {
    return this.owners.numberOf(merchant, provider) ?? this.owners.add(merchant, provider, { merchant, provider });
  }

  private moveNumber({ what, currency }: Omit<Moved, 'amount'>): number {
    return this.moves.numberOf(what, currency) ?? this.moves.add(what, currency, { what, currency });
  }

  private leftNumber({ side, explanation, currency }: Omit<Left, 'amount' | 'since'>): number {
    // No currency begins so: what is left of orders has numbers of its own.
    const place = side === 'orders' ? `-${currency}` : currency;
    const known = this.lefts.numberOf(explanation, place);
    return known ?? this.lefts.add(explanation, place, { side, explanation, currency });
  }
}

export interface WantedAmount {
  readonly currency: string;
  readonly amount: Decimal;
}

/** What is wanted of courses: what moved in the steps from one day to another, or what is left at the end of them. */
export interface Wanted {
  readonly from: Day;
  readonly to: Day;
  /** How what moved counts. */
  readonly signOf: (moved: Omit<Moved, 'amount'>) => 1 | -1 | 0;
  readonly isLeft: (left: Pick<Left, 'explanation' | 'currency'>) => boolean;
  /** Of what is left, by its age in days at the end; null where nobody knows that. */
  readonly isPart: (age: number | null, amount: Decimal) => boolean;
}

/** Whether the digits follow as a text. */
const AS_TEXT = 1;

function writeAmount({ digits, scale }: Decimal): void {
  const number = Number(digits);
  const isSafe = Number.isSafeInteger(number);
  scratch.long(scale * 2 + (isSafe ? 0 : AS_TEXT));
  if (isSafe) scratch.long(number);
  else scratch.string(String(digits));
}

function skipAmount(reader: ByteReader): void {
  if (reader.long() % 2 === AS_TEXT) reader.skipString();
  else reader.skipLong();
}

function signed({ digits, scale }: Decimal, sign: 1 | -1): Decimal {
  return sign === 1 ? { digits, scale } : { digits: -digits, scale };
}

function readAmount(reader: ByteReader): Decimal {
  const form = reader.long();
  return { digits: BigInt(form % 2 === AS_TEXT ? reader.string() : reader.long()), scale: form >> 1 };
}
