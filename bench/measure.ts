// Runs a command as a whole process, as a shell would, and measures it from outside: wall time and peak memory.

import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

export interface Measured {
  readonly wall_ms: number;
  /** The sum of the peaks of the process and its descendants; null without /proc. */
  readonly peak_rss_mb: number | null;
  readonly stdout: string;
}

/** The interval of memory readings. The kernel keeps the peak, so only the last moments of a process can be missed. */
const READ_MS = 25;

/** Runs Node with `args`; throws with the command and the end of its stderr if the exit code is not 0. */
export async function measure(args: readonly string[]): Promise<Measured> {
  const from = performance.now();
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const peaks = new Map<number, number>();
  const look = () => watch(child.pid!, peaks);
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
  const kilobytes = [...peaks.values()].reduce((sum, peak) => sum + peak, 0);
  const peak_rss_mb = kilobytes === 0 ? null : Math.round(kilobytes / 1024);
  return { wall_ms: Math.round(wall_ms), peak_rss_mb, stdout: Buffer.concat(out).toString() };
}

/** Records the peak of a process and of all its children. A process that has ended keeps its last peak. */
function watch(pid: number, peaks: Map<number, number>): void {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'latin1');
    const peak = /^VmHWM:\s+(\d+) kB/m.exec(status);
    if (peak !== null) peaks.set(pid, Number(peak[1]));
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      const children = readFileSync(`/proc/${pid}/task/${thread}/children`, 'latin1').trim();
      for (const child of children === '' ? [] : children.split(' ')) watch(Number(child), peaks);
    }
  } catch {
    // The process ended between two reads, or this system has no /proc: there is nothing more to record.
  }
}
