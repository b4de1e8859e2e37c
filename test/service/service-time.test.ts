// What confirms a jump of the machine's clock: what others say of the time, and nothing that it told itself.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import type { Fact } from '../../src/domain/fact.ts';
import { NO_METER } from '../../src/runtime/meter.ts';
import type { Config } from '../../src/service/config/config.ts';
import { ServiceTime } from '../../src/service/service-time.ts';
import { callback } from '../matching/given.ts';
import { FakeMachine, MINUTE, YEAR } from '../runtime/fake-machine.ts';

const ENVELOPE = { transaction_reference: 'A-1', raw: '1/1', report: null, line: null };

/** A service whose clock jumped a year ahead, and the providers' facts that it then takes. */
function jumped() {
  const dir = mkdtempSync(join(tmpdir(), 'hesabu-service-time-'));
  const machine = new FakeMachine();
  const config = { data: dir, limits: { clock_jump: MINUTE } } as unknown as Config;
  const time = new ServiceTime(() => config, { machine, logger: pino({ level: 'silent' }) }, NO_METER);
  time.start(machine.truth, { request: async () => ({}) } as never);
  onTestFinished(() => {
    time.stop();
    rmSync(dir, { recursive: true, force: true });
  });
  machine.jump(YEAR);
  time.clock.now();
  const sink = time.heard({ append: async () => undefined as never });
  const read = machine.truth + YEAR;
  const takes = (parts: Partial<Fact>, body: Parameters<typeof callback>[0] = {}) =>
    Promise.all(
      ['a', 'b', 'c', 'd'].map((provider) => {
        const fact = { ...callback(body), ...ENVELOPE, provider, occurred_at: read, received_at: read, ...parts };
        return sink.append([fact as Fact]);
      }),
    );
  const isHeld = () => time.deadlineTime() < machine.truth + YEAR - MINUTE;
  return { takes, isHeld, read };
}

test('an event without a time has the time of reading, which confirms no jump of the clock (F29 partly)', async () => {
  const { takes, isHeld, read } = jumped();
  await takes({}, { untimed: true });
  expect(isHeld()).toBe(true);
  await takes({ occurred_at: read - 1 });
  expect(isHeld()).toBe(false);
});

test('a callback that nobody signed confirms no jump of the clock (F29 partly)', async () => {
  const { takes, isHeld, read } = jumped();
  await takes({ occurred_at: read - 1 }, { hint: true });
  expect(isHeld()).toBe(true);
});
