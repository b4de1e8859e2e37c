// A machine whose clock a test moves: its wall clock jumps, and the clocks that nobody sets run on.

import type { MachineTime } from '../../src/runtime/machine-time.ts';

export const [SECOND, MINUTE, YEAR] = [1_000, 60_000, 365 * 86_400_000];

/** Fifty jumps from a second to ten years, in both directions. */
export const JUMPS: readonly number[] = Array.from({ length: 25 }, (_, at) => {
  const [from, to] = [Math.log(SECOND), Math.log(10 * YEAR)];
  return Math.round(Math.exp(from + ((to - from) * at) / 24));
}).flatMap((jump) => [jump, -jump]);
/** For tests that do much after each: some, with the least and the greatest; all if `HESABU_TEST_JUMPS` is set. */
export const SOME_JUMPS = JUMPS.filter((_, at) => {
  return process.env.HESABU_TEST_JUMPS !== undefined || Math.floor(at / 2) % 4 === 0;
});

export class FakeMachine implements MachineTime {
  boot = 'boot-1';
  /** The true time. */
  truth: number;
  private shift = 0;
  private ran = 5_000;
  private up = 86_400_000;

  constructor(truth = Date.parse('2026-03-02T09:00:00Z')) {
    this.truth = truth;
  }

  wall(): number {
    return this.truth + this.shift;
  }

  elapsed(): number {
    return this.ran;
  }

  uptime(): number {
    return this.up;
  }

  /** Time passes. */
  run(millis: number): void {
    this.sleep(millis);
    this.ran += millis;
  }

  /** Time passes, and the machine does not notice it until it wakes up. */
  sleep(millis: number): void {
    this.truth += millis;
    this.up += millis;
  }

  /** The wall clock is set to another time. */
  jump(millis: number): void {
    this.shift += millis;
  }

  /** The machine is off for this long, and starts again with its clock right. */
  restart(millis: number): void {
    this.truth += millis;
    this.shift = 0;
    this.ran = 0;
    this.up = 60_000;
    this.boot = `${this.boot}+`;
  }
}
