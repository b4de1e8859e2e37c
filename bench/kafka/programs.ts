// The measured programs as processes: our workers, and Kafka Streams with the same join.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { javaEnvironment } from '../../test/cluster/harness/available.js';
import type { Cluster } from './cluster.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const STREAMS = join(ROOT, 'bench', 'kafka-streams');
const running = new Set<ChildProcess>();

export interface Program {
  /** Its peak memory so far, in MiB. */
  readonly peakMiB: () => number;
  /** Its output so far. */
  readonly output: () => string;
  /** Resolves when its output has matched the expression this many times. */
  hasPrinted(what: RegExp, times?: number): Promise<void>;
  /** Throws if it has ended. */
  requireRunning(): void;
  end(): Promise<void>;
}

export function startWorker({ environment }: Cluster, dir: string, args: readonly string[]): Program {
  const flags = ['--disable-warning=ExperimentalWarning', '--disable-warning=TimeoutNegativeWarning'];
  const main = join(ROOT, 'bin', 'hesabu.js');
  return program(
    spawn(process.execPath, [...flags, main, 'worker', '--data', dir, ...args], {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  );
}

/** Kills programs that are still running when a measurement has failed. */
export function endAll(): void {
  for (const child of running) child.kill('SIGKILL');
}

export async function buildStreams(): Promise<void> {
  const [code] = await once(
    spawn('mvn', ['-q', '-B', 'package'], { cwd: STREAMS, stdio: 'inherit', env: javaEnvironment() }),
    'exit',
  );
  if (code !== 0) throw new Error(`mvn package ended with ${code} in ${STREAMS}`);
}

export interface StreamsOptions {
  readonly threads: number;
  /** Of the record cache of each thread; 0 for none. */
  readonly cacheBytes: number;
}

export function startStreams({ settings }: Cluster, dir: string, { threads, cacheBytes }: StreamsOptions): Program {
  const classes = [join(STREAMS, 'target', '*'), join(STREAMS, 'target', 'libs', '*')].join(':');
  const schemas = join(ROOT, 'schemas');
  const args = [settings.brokers.join(','), settings.prefix, String(threads), dir, schemas, String(cacheBytes)];
  return program(
    spawn('java', ['-Xmx1g', '-cp', classes, 'hesabu.bench.StreamsJoin', ...args], {
      env: javaEnvironment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  );
}

function program(child: ChildProcess): Program {
  let output = '';
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.on('data', (data) => {
      output += data;
    });
  }
  const ended = once(child, 'exit');
  running.add(child);
  child.once('exit', () => running.delete(child));
  const requireRunning = () => {
    if (child.exitCode !== null) throw new Error(`the program ended with ${child.exitCode}: ${output.slice(-2_000)}`);
  };
  return {
    requireRunning,
    output: () => output,
    peakMiB: () => {
      const status = readFileSync(`/proc/${child.pid}/status`, 'latin1');
      return Math.round(Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1024);
    },
    hasPrinted: async (what, times = 1) => {
      const all = new RegExp(what.source, 'g');
      while ((output.match(all)?.length ?? 0) < times) {
        requireRunning();
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    end: async () => {
      child.kill('SIGTERM');
      if (child.exitCode === null) await ended;
    },
  };
}
