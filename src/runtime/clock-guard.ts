// A clock with a guard: it shows the machine's clock as long as that runs on, and does not follow a jump until others
// confirm it. A deadline that passed by mistake cannot be taken back; one that passes later can wait.

import type { Instant } from '../domain/time.ts';
import { type Clock, SYSTEM_CLOCK } from './clock.ts';
import type { MachineTime } from './machine-time.ts';

/** The part of the time that a clock may be slower or faster than another without being suspected. */
export const DRIFT_PART = 1 / 1000;
/** A jump is taken when this many others say the same time, and they are more than those who say another. */
const CONFIRMING_MIN = 2;
/** What others said is of use for this long. */
const HEARD_MILLIS_MAX = 10 * 60_000;

export type ClockChange = 'held' | 'returned' | 'confirmed';

export interface ClockState {
  /** Whether the guard's time does not follow the machine's clock. */
  readonly isHeld: boolean;
  /** How far the machine's clock is ahead of the guard's time; negative where it is behind. */
  readonly aheadMillis: number;
}

export interface ClockGuardOptions {
  readonly machine: MachineTime;
  /** A difference above it is a jump. */
  readonly jumpMillis: () => number;
  /** The time now as known from before, if the machine's clock differs from it; null if it is to be believed. */
  readonly known: Instant | null;
  /** So many others are believed that the clock is ahead of them from the start; by default two. */
  readonly contradictingMin?: number;
  readonly onChange?: (change: ClockChange, state: ClockState) => void;
}

/** Somebody else's time, as its distance from `elapsed`. */
interface Heard {
  readonly offset: number;
  readonly elapsed: number;
}

export class ClockGuard implements Clock {
  private readonly options: ClockGuardOptions;
  /** The trusted time is this plus `elapsed`. */
  private offset: number;
  /** At the last reading: how long the machine had run, and how far its clock was from the trusted time. */
  private read: { elapsed: number; ahead: number; slept: number };
  private isHeld = false;
  private heldSince = 0;
  /** How many others must agree with the machine's clock before the guard follows it again. */
  private confirmingMin = CONFIRMING_MIN;
  private readonly heard = new Map<string, Heard>();

  constructor(options: ClockGuardOptions) {
    const { machine, known } = options;
    this.options = options;
    const elapsed = machine.elapsed();
    this.offset = (known ?? machine.wall()) - elapsed;
    this.read = { elapsed, ahead: 0, slept: machine.uptime() - elapsed };
  }

  now(): Instant {
    const { machine, jumpMillis } = this.options;
    const elapsed = machine.elapsed();
    const wall = machine.wall();
    const ahead = wall - (this.offset + elapsed);
    if (Math.abs(ahead) <= jumpMillis()) {
      if (this.isHeld) this.release('returned', elapsed);
      // A clock that is set right little by little is followed; one that is set wrong so is followed no faster.
      const step = Math.max(0, elapsed - this.read.elapsed) * DRIFT_PART;
      this.offset += Math.max(-step, Math.min(step, ahead));
      [this.read.elapsed, this.read.ahead] = [elapsed, ahead];
      return wall;
    }
    if (!this.isHeld && this.hasSlept(ahead, elapsed)) return wall;
    if (!this.isHeld) this.hold(elapsed);
    return Math.floor(this.offset + elapsed);
  }

  sleep(millis: number, signal?: AbortSignal): Promise<void> {
    return SYSTEM_CLOCK.sleep(millis, signal);
  }

  get state(): ClockState {
    this.now();
    const { machine } = this.options;
    return { isHeld: this.isHeld, aheadMillis: Math.round(machine.wall() - (this.offset + machine.elapsed())) };
  }

  /** The machine's own clock, whether it is believed or not. */
  wall(): Instant {
    return this.options.machine.wall();
  }

  /**
   * The time by which deadlines pass: while the guard holds, one of both clocks is wrong, and a deadline that passes by
   * the earlier of them passes by mistake by neither.
   */
  deadlineTime(): Instant {
    return Math.min(this.now(), this.wall());
  }

  /** Goes on from this time instead of the machine's, as if that had jumped. */
  goOnFrom(time: Instant): void {
    this.offset = time - this.options.machine.elapsed();
    this.read = { ...this.read, ahead: 0 };
    this.now();
  }

  /** Somebody says what time it is now. One source counts once, with what it said last. */
  hear(source: string, time: Instant): void {
    const elapsed = this.options.machine.elapsed();
    this.now();
    this.heard.set(source, { offset: time - elapsed, elapsed });
    this.judge(elapsed);
  }

  /**
   * Somebody says what time it was a while ago at most, as the time within a fact does: this can confirm a jump ahead
   * and contradicts nothing.
   */
  hearEarlier(source: string, time: Instant): void {
    if (!this.isHeld || Math.abs(this.wall() - time) > this.options.jumpMillis()) return;
    this.hear(source, time);
  }

  /** After a sleep the machine's clock is ahead by as long as it slept. */
  private hasSlept(ahead: number, elapsed: number): boolean {
    const { machine, jumpMillis } = this.options;
    const slept = machine.uptime() - elapsed;
    const asleep = slept - this.read.slept;
    if (asleep <= 0 || Math.abs(ahead - asleep) > jumpMillis()) return false;
    this.offset += asleep;
    this.heard.clear();
    this.read = { elapsed, ahead: ahead - asleep, slept };
    return true;
  }

  private hold(elapsed: number, confirmingMin = CONFIRMING_MIN): void {
    this.confirmingMin = confirmingMin;
    // Goes on from the last time that was shown.
    this.offset += this.read.ahead;
    this.read = { ...this.read, ahead: 0 };
    this.isHeld = true;
    this.heldSince = elapsed;
    this.tell('held', elapsed);
  }

  private release(change: ClockChange, elapsed: number): void {
    const { machine } = this.options;
    this.tell(change, elapsed);
    this.isHeld = false;
    this.read = { elapsed, ahead: machine.wall() - (this.offset + elapsed), slept: machine.uptime() - elapsed };
  }

  private tell(change: ClockChange, elapsed: number): void {
    const aheadMillis = Math.round(this.wall() - (this.offset + elapsed));
    this.options.onChange?.(change, { isHeld: change === 'held', aheadMillis });
  }

  private judge(elapsed: number): void {
    for (const [source, { elapsed: at }] of this.heard) {
      if (elapsed - at > HEARD_MILLIS_MAX) this.heard.delete(source);
    }
    if (this.isHeld) this.judgeJump(elapsed);
    else this.judgeClock(elapsed);
  }

  /** A jump is taken on the word of several others since it was noticed. */
  private judgeJump(elapsed: number): void {
    const jumpMillis = this.options.jumpMillis();
    const wall = this.wall() - elapsed;
    const since = [...this.heard.values()].filter((heard) => heard.elapsed >= this.heldSince);
    const { length: agreeing } = since.filter(({ offset }) => Math.abs(offset - wall) <= jumpMillis);
    if (agreeing < this.confirmingMin || agreeing * 2 <= since.length) return;
    this.tell('confirmed', elapsed);
    this.heard.clear();
    this.offset = wall;
    this.isHeld = false;
    this.read = { elapsed, ahead: 0, slept: this.options.machine.uptime() - elapsed };
  }

  /**
   * A clock that was wrong from the start did not jump: others who agree say that it is ahead of them all. As many can
   * take it back.
   */
  private judgeClock(elapsed: number): void {
    const { contradictingMin = CONFIRMING_MIN } = this.options;
    const jumpMillis = this.options.jumpMillis();
    const offsets = [...this.heard.values()].map(({ offset }) => offset);
    const [latest, earliest] = [Math.max(...offsets), Math.min(...offsets)];
    if (offsets.length < contradictingMin || latest - earliest > jumpMillis) return;
    if (this.wall() - elapsed - latest <= jumpMillis) return;
    this.offset = latest;
    this.read = { ...this.read, ahead: 0 };
    this.hold(elapsed, contradictingMin);
  }
}
