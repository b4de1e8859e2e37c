// The guard of the clock against a machine whose clock jumps, drifts and sleeps.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { knownTime, writeAnchor } from '../../src/runtime/clock-anchor.ts';
import { type ClockChange, ClockGuard } from '../../src/runtime/clock-guard.ts';
import { FakeMachine, JUMPS, MINUTE, SECOND, YEAR } from './fake-machine.ts';

const HOUR = 60 * MINUTE;

function guarded(known: number | null = null) {
  const machine = new FakeMachine();
  const changes: ClockChange[] = [];
  const onChange = (change: ClockChange) => void changes.push(change);
  const guard = new ClockGuard({ machine, jumpMillis: () => MINUTE, known, onChange });
  return { machine, guard, changes };
}

test.each(JUMPS)('a jump of %d ms is never followed by more than a minute, and ends at once (F29)', (jump) => {
  const { machine, guard, changes } = guarded();
  machine.run(HOUR);
  expect(guard.now()).toBe(machine.truth);
  machine.jump(jump);
  for (let second = 0; second < 240; second++) {
    expect(Math.abs(guard.now() - machine.truth)).toBeLessThanOrEqual(MINUTE);
    machine.run(SECOND);
  }
  const isJump = Math.abs(jump) > MINUTE;
  expect(guard.state.isHeld).toBe(isJump);
  machine.jump(-jump);
  expect(guard.now()).toBe(machine.truth);
  expect(changes).toEqual(isJump ? ['held', 'returned'] : []);
});

test('whatever small jumps come, the time shown is never ahead by more than a minute and a thousandth', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 0, max: HOUR }), fc.integer({ min: -HOUR, max: HOUR }))),
      (steps) => {
        const { machine, guard } = guarded();
        let ran = 0;
        for (const [time, jump] of steps) {
          machine.run(time);
          ran += time;
          machine.jump(jump);
          expect(Math.abs(guard.now() - machine.truth)).toBeLessThanOrEqual(MINUTE + ran / 1000);
        }
      },
    ),
  );
});

test('a clock that is set right little by little is followed for ever', () => {
  const { machine, guard } = guarded();
  // The monotonic clock is a ten-thousandth slow against the truth: eight seconds a day.
  for (let second = 0; second < 40 * 86_400; second += 60) {
    machine.run(MINUTE);
    machine.jump(6);
    expect(guard.now()).toBe(machine.wall());
  }
});

test('a machine that slept is believed', () => {
  const { machine, guard, changes } = guarded();
  machine.sleep(8 * HOUR);
  expect([guard.now(), changes]).toEqual([machine.truth, []]);
});

describe('a jump is confirmed', () => {
  test('by two others who say the same, and not by one, nor against others', () => {
    const { machine, guard, changes } = guarded();
    guard.hear('a', machine.truth);
    machine.jump(3 * HOUR);
    guard.hear('a', machine.wall());
    guard.hear('a', machine.wall());
    expect(guard.state).toEqual({ isHeld: true, aheadMillis: 3 * HOUR });
    guard.hear('c', machine.truth);
    guard.hear('d', machine.truth);
    guard.hear('b', machine.wall() - 20 * SECOND);
    expect(guard.state.isHeld).toBe(true);
    guard.hear('d', machine.wall());
    expect([guard.now(), changes]).toEqual([machine.wall(), ['held', 'confirmed']]);
  });

  test('by the times of facts, which cannot contradict it', () => {
    const { machine, guard } = guarded();
    machine.jump(3 * HOUR);
    guard.now();
    guard.hearEarlier('facts', machine.wall() - 2 * HOUR);
    guard.hearEarlier('facts', machine.wall());
    guard.hear('a', machine.wall());
    expect(guard.now()).toBe(machine.wall());
  });

  test('also backwards', () => {
    const { machine, guard } = guarded();
    machine.jump(-3 * HOUR);
    expect(guard.now()).toBe(machine.truth);
    guard.hear('a', machine.wall());
    guard.hear('b', machine.wall());
    expect(guard.now()).toBe(machine.wall());
  });
});

test('a clock that is ahead from the start is found by two others who agree, and held at their time', () => {
  const { machine, guard } = guarded();
  machine.jump(3 * YEAR);
  const late = new ClockGuard({ machine, jumpMillis: () => MINUTE, known: null });
  late.hear('a', machine.truth);
  expect(late.now()).toBe(machine.wall());
  late.hear('b', machine.truth + SECOND);
  expect(Math.abs(late.now() - machine.truth)).toBeLessThanOrEqual(SECOND);
  machine.jump(-3 * YEAR);
  expect(late.now()).toBe(machine.truth);
  expect(guard.now()).toBe(machine.truth);
});

describe('across a restart', () => {
  const dir = mkdtempSync(join(tmpdir(), 'hesabu-clock-'));
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  test.each(JUMPS)('a jump of %d ms while no process ran is seen', (jump) => {
    const machine = new FakeMachine();
    writeAnchor(dir, machine, machine.truth);
    machine.run(7 * HOUR);
    machine.jump(jump);
    const known = knownTime(dir, machine, MINUTE);
    // A thousandth of seven hours is 25 seconds, which a clock may be off by without having jumped.
    if (Math.abs(jump) > 2 * MINUTE) expect(known).toBe(machine.truth);
    const guard = new ClockGuard({ machine, jumpMillis: () => MINUTE, known });
    expect(Math.abs(guard.now() - machine.truth)).toBeLessThanOrEqual(2 * MINUTE);
  });

  test('of the machine too, a clock that is behind or years ahead is not believed, and two days off are', () => {
    const machine = new FakeMachine();
    writeAnchor(dir, machine, machine.truth);
    const stored = machine.truth;
    machine.restart(48 * HOUR);
    expect(knownTime(dir, machine, MINUTE)).toBeNull();
    machine.jump(-72 * HOUR);
    expect(knownTime(dir, machine, MINUTE)).toBe(stored);
    machine.jump(2 * YEAR);
    expect(knownTime(dir, machine, MINUTE)).toBe(stored);
  });

  test('a damaged or missing file knows nothing', () => {
    const machine = new FakeMachine();
    for (const text of ['', '{}', '{"boot":1,"uptime":0,"time":0}', '{"boot":"b","uptime":0,"time":1.5}']) {
      writeFileSync(join(dir, 'clock.json'), text);
      expect(knownTime(dir, machine, MINUTE)).toBeNull();
    }
    rmSync(join(dir, 'clock.json'));
    expect(knownTime(dir, machine, MINUTE)).toBeNull();
  });
});

describe('where the word of one other is enough', () => {
  const watched = () => {
    const machine = new FakeMachine();
    return { machine, guard: new ClockGuard({ machine, jumpMillis: () => MINUTE, known: null, contradictingMin: 1 }) };
  };

  test('a clock that is ahead from the start passes no deadline, until it is right or the other says so (F29)', () => {
    const { machine, guard } = watched();
    machine.jump(YEAR);
    guard.hear('registry', machine.truth);
    machine.run(HOUR);
    expect([guard.deadlineTime(), guard.state.isHeld]).toEqual([machine.truth, true]);
    machine.jump(-YEAR);
    expect([guard.deadlineTime(), guard.state.isHeld]).toEqual([machine.truth, false]);
  });

  test('an other that was wrong is believed again when it is right', () => {
    const { machine, guard } = watched();
    guard.hear('registry', machine.truth - YEAR);
    expect(guard.deadlineTime()).toBe(machine.truth - YEAR);
    machine.run(HOUR);
    guard.hear('registry', machine.truth);
    expect([guard.deadlineTime(), guard.state.isHeld]).toEqual([machine.truth, false]);
  });

  test.each(JUMPS.filter((jump) => jump > MINUTE))('it confirms no jump of %d ms, because it may jump too', (jump) => {
    const { machine, guard } = watched();
    machine.run(HOUR);
    guard.hear('registry', machine.truth);
    machine.jump(jump);
    for (let second = 0; second < 60; second++) {
      machine.run(SECOND);
      guard.hear('registry', machine.wall());
      expect(guard.deadlineTime()).toBe(machine.truth);
    }
  });
});
