// What a machine knows of the time: a clock on the wall, which anyone may set, and clocks that only run on.

import { readFileSync } from 'node:fs';
import { uptime } from 'node:os';
import type { Instant } from '../domain/time.ts';

export interface MachineTime {
  /** The wall clock. It may jump, ahead and back. */
  wall(): Instant;
  /** Milliseconds since any moment. It never jumps, and may stand still while the machine sleeps. */
  elapsed(): number;
  /** Milliseconds since the machine started, sleep included. */
  uptime(): number;
  /** Names the machine's start that `uptime` counts from; '' where the system does not say. */
  readonly boot: string;
}

export const MACHINE_TIME: MachineTime = {
  wall: () => Date.now(),
  elapsed: () => performance.now(),
  uptime: () => uptime() * 1000,
  boot: bootId(),
};

/** Linux names each start of the machine; other systems only say when it was, by the clock that is in question. */
function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return '';
  }
}
