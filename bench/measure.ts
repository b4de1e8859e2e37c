// Runs a command as a whole process, as a shell would, and measures it from outside: time, and what it took of the
// processors and of memory.

import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

export interface Measured {
  readonly wall_ms: number;
  /** What it and its descendants took of all processors; null without /proc. */
  readonly cpu_ms: number | null;
  /** The sum of the peaks of the process and its descendants; null without /proc. */
  readonly peak_rss_mb: number | null;
  readonly stdout: string;
}

/** The interval of readings. The kernel keeps the peak and the sum, so only a process's last moments can be missed. */
const READ_MS = 25;
/** The unit in which /proc counts the time of processors. */
const TICK_MS = 10;

interface Seen {
  readonly peakKilobytes: number;
  readonly ticks: number;
}

/** Runs Node with `args`; throws with the command and the end of its stderr if the exit code is not 0. */
export async function measure(args: readonly string[]): Promise<Measured> {
  const from = performance.now();
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const seen = new Map<number, Seen>();
  const look = () => watch(child.pid!, seen);
  const timer = setInterval(look, READ_MS);
  const [out, err]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
  const ended = Promise.withResolvers<number | null>();
  child.on('error', ended.reject);
  child.on('close', ended.resolve);
  const code = await ended.promise.finally(() => clearInterval(timer));
  const wall_ms = performance.now() - from;
  if (code !== 0) {
    const tail = Buffer.concat(err).toString().trim().split('\n').slice(-5).join('\n');
    throw new Error(`exit ${code}: node ${args.join(' ')}\n${tail}`);
  }
  const sum = (of: (one: Seen) => number) => [...seen.values()].reduce((total, one) => total + of(one), 0);
  const kilobytes = sum((one) => one.peakKilobytes);
  const peak_rss_mb = kilobytes === 0 ? null : Math.round(kilobytes / 1024);
  const cpu_ms = kilobytes === 0 ? null : sum((one) => one.ticks) * TICK_MS;
  return { wall_ms: Math.round(wall_ms), cpu_ms, peak_rss_mb, stdout: Buffer.concat(out).toString() };
}

/** Records the peak and the time of a process and of all its children. One that has ended keeps what was seen last. */
function watch(pid: number, seen: Map<number, Seen>): void {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'latin1');
    const peak = /^VmHWM:\s+(\d+) kB/m.exec(status);
    if (peak !== null) seen.set(pid, { peakKilobytes: Number(peak[1]), ticks: ticksOf(pid) });
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      const children = readFileSync(`/proc/${pid}/task/${thread}/children`, 'latin1').trim();
      for (const child of children === '' ? [] : children.split(' ')) watch(Number(child), seen);
    }
  } catch {
    // The process ended between two reads, or this system has no /proc: there is nothing more to record.
  }
}

/** The time in user and system mode. The name of the program, in brackets, may hold blanks. */
function ticksOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11]) + Number(fields[12]);
}
