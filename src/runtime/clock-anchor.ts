// The time that a data directory last knew: with it, a new process sees a jump that happened while none was running.

import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Instant } from '../domain/time.ts';
import { DRIFT_PART } from './clock-guard.ts';
import type { MachineTime } from './machine-time.ts';

const FILE = 'clock.json';
/** Across a restart of the machine nothing but the clock says how long a ledger stood still: hardly above a year. */
export const STOOD_STILL_MILLIS_MAX = 366 * 86_400_000;

interface Anchor {
  readonly boot: string;
  /** Milliseconds since the machine's start. */
  readonly uptime: number;
  readonly time: Instant;
}

/** Stores the time now. It is no loss if the disk is full: the last one stays. */
export function writeAnchor(dir: string, machine: MachineTime, time: Instant): void {
  const path = join(dir, FILE);
  const anchor: Anchor = { boot: machine.boot, uptime: Math.round(machine.uptime()), time };
  try {
    writeFileSync(`${path}.tmp`, `${JSON.stringify(anchor)}\n`, { mode: 0o600 });
    renameSync(`${path}.tmp`, path);
  } catch {}
}

/** Whether the directory knows a time. */
export function hasAnchor(dir: string): boolean {
  return readAnchor(dir) !== null;
}

/** The time now as the directory knows it, if the machine's clock differs from it; null if that is to be believed. */
export function knownTime(dir: string, machine: MachineTime, jumpMillis: number): Instant | null {
  const anchor = readAnchor(dir);
  if (anchor === null) return null;
  const wall = machine.wall();
  const since = machine.uptime() - anchor.uptime;
  if (machine.boot !== '' && machine.boot === anchor.boot && since >= 0) {
    const known = anchor.time + since;
    return Math.abs(wall - known) <= jumpMillis + since * DRIFT_PART ? null : Math.round(known);
  }
  const stoodStill = wall - anchor.time;
  return stoodStill >= -jumpMillis && stoodStill <= STOOD_STILL_MILLIS_MAX ? null : anchor.time;
}

function readAnchor(dir: string): Anchor | null {
  try {
    const { boot, uptime, time } = JSON.parse(readFileSync(join(dir, FILE), 'utf8')) as Anchor;
    return typeof boot === 'string' && Number.isFinite(uptime) && Number.isSafeInteger(time)
      ? { boot, uptime, time }
      : null;
  } catch {
    return null;
  }
}
