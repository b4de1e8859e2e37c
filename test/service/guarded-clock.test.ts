// The watched clock of a process: what alerts learn of a jump, and a ledger that nobody has watched before.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { NO_METER } from '../../src/runtime/meter.ts';
import { GuardedClock } from '../../src/service/guarded-clock.ts';
import { FakeMachine, MINUTE, SECOND, YEAR } from '../runtime/fake-machine.ts';

let dir: string;
let machine: FakeMachine;
let asked: number;
const open: GuardedClock[] = [];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'hesabu-guarded-'));
  machine = new FakeMachine();
  asked = 0;
});

afterEach(() => {
  for (const clock of open.splice(0)) clock.stop();
  rmSync(dir, { recursive: true, force: true });
});

function started(ledgerTime = 0, isConfirmed = false): GuardedClock {
  const logger = pino({ level: 'silent' });
  const clock = new GuardedClock({ dir, machine, jumpMillis: () => MINUTE, isConfirmed, meter: NO_METER, logger });
  clock.start(ledgerTime, async () => {
    asked++;
  });
  open.push(clock);
  return clock;
}

test('a jump is told once, however short it was, and as long as it lasts', () => {
  const clock = started();
  expect(clock.takeJump()).toBe(0);
  machine.jump(-YEAR);
  clock.now();
  machine.jump(YEAR);
  clock.now();
  expect([clock.takeJump(), clock.takeJump()]).toEqual([YEAR, 0]);
  machine.jump(YEAR);
  for (let look = 0; look < 3; look++) expect(clock.takeJump()).toBe(YEAR);
});

test('a ledger of years ago, of a directory without a time, goes on from there until that is confirmed', () => {
  const ledgerTime = machine.truth - 2 * YEAR;
  const clock = started(ledgerTime);
  machine.run(SECOND);
  expect([clock.now(), clock.state.isHeld, asked]).toEqual([ledgerTime + SECOND, true, 1]);
  open.splice(0)[0]!.stop();
  const again = started(ledgerTime);
  expect(again.now()).toBe(ledgerTime + SECOND);
  const confirmed = started(ledgerTime, true);
  expect(confirmed.now()).toBe(machine.truth);
  expect(new Set([again.state.isHeld, confirmed.state.isHeld])).toEqual(new Set([true, false]));
});

test('a directory that knows a later time than the clock shows passes no deadline by it (F29)', () => {
  writeFileSync(join(dir, 'clock.json'), JSON.stringify({ boot: machine.boot, uptime: machine.uptime(), time: 4e12 }));
  const clock = started(machine.truth - MINUTE);
  machine.run(SECOND);
  expect([clock.deadlineTime(), clock.state.isHeld, asked]).toEqual([machine.truth, true, 1]);
});

test('a clock that is behind after a start passes no deadline, and all of them once it is right (F29)', () => {
  started();
  open.splice(0)[0]!.stop();
  machine.jump(-YEAR);
  const clock = started(machine.truth);
  expect([clock.now(), clock.deadlineTime()]).toEqual([machine.truth, machine.truth - YEAR]);
  machine.jump(YEAR);
  expect([clock.now(), clock.deadlineTime(), clock.state.isHeld]).toEqual([machine.truth, machine.truth, false]);
});

test('a ledger of last month, and one ahead of the clock, do not make the clock doubtful', () => {
  for (const ledgerTime of [machine.truth - YEAR / 12, machine.truth + YEAR]) {
    expect(started(ledgerTime).now()).toBe(machine.truth);
  }
});
