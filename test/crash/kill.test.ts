// Runs killed by kill -9 at every named step and at any moment, then completed: nothing that was acknowledged is lost,
// nothing is there twice, and the outcome is that of an undisturbed run.

import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { HANDOFF_WORDS, type HandoffWord } from '../../src/domain/handoff.ts';
import { LOG_FAILPOINTS, RUN_FAILPOINTS } from '../../src/runtime/failpoints.ts';
import { Random } from '../../src/simulation/random/prng.ts';
import { buildProgram } from './built-program.ts';
import { writeWeek } from './given-week.ts';
import type { ProgramJob } from './run-program.ts';
import { type RecentAcks, runWeek } from './run-week.ts';
import { expectKept, expectTrue, outcomeOf, wordsTold } from './stored-week.ts';

// Two processes at a time: more would only wait for each other.
vi.setConfig({ maxConcurrency: 2, testTimeout: 120_000 });

/**
 * Kills at any moment; `HESABU_TEST_KILLS` sets another number, and then each step is tried at three of its times, and
 * with threads too, otherwise every other one, at one of its times, with threads or without.
 */
const KILLS = Number(process.env.HESABU_TEST_KILLS ?? 2);
const SEED = Number(process.env.HESABU_SEED ?? Date.now() % 1_000_000);
const random = new Random(SEED);
/** A kill is not a power failure: memory can replace the disk, and is faster. */
const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'hesabu crash-'));
const week = join(folder, 'week');

let program: string;
let undisturbed: Record<string, unknown>;
/** How often an undisturbed run takes each step, and how long a process takes for one, by number of threads. */
const taken = new Map<string, number>();
const durationsMs = { 0: 0, 2: 0 };

interface Ended {
  readonly signal: NodeJS.Signals | null;
  readonly lines: readonly string[];
  readonly errors: string;
}

/** Runs a process to its end, or kills it this long after it is ready. */
function runProcess(job: ProgramJob, killAfterMs?: number): Promise<Ended> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, JSON.stringify(job)]);
  let [output, errors] = ['', ''];
  child.stdout.on('data', (data) => {
    if (output === '' && killAfterMs !== undefined) setTimeout(() => child.kill('SIGKILL'), killAfterMs);
    output += data;
  });
  child.stderr.on('data', (data) => {
    errors += data;
  });
  return new Promise((resolve) => {
    child.on('close', (_, signal) => resolve({ signal, lines: output.split('\n').filter(Boolean), errors }));
  });
}

function acknowledgedIn({ lines }: Ended): RecentAcks[] {
  return lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as RecentAcks);
}

let made = 0;
const freshData = () => join(folder, `data ${made++}`);

/** Completes a killed run in this process, and compares the result with the undisturbed run. */
async function finish(data: string, together: boolean): Promise<void> {
  await runWeek({ week, data, together, threads: 0 }, () => {});
  expect(await outcomeOf(data)).toEqual(undisturbed);
  await expectTrue(data, undisturbed.root as string);
  rmSync(data, { recursive: true });
}

beforeAll(async () => {
  process.stdout.write(`crash tests: HESABU_SEED=${SEED}\n`);
  program = buildProgram(fileURLToPath(new URL('run-program.ts', import.meta.url)));
  writeWeek(week);
  const data = freshData();
  const onFailpoint = (step: string) => taken.set(step, (taken.get(step) ?? 0) + 1);
  await runWeek({ week, data, together: true, threads: 0, onFailpoint }, () => {});
  undisturbed = (await outcomeOf(data)) as Record<string, unknown>;
  for (const threads of [0, 2] as const) {
    const started = performance.now();
    expect((await runProcess({ week, data: freshData(), together: true, threads })).lines.at(-1)).toBe('done');
    durationsMs[threads] = performance.now() - started;
  }
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The week withdraws nothing. */
const STEPS = [...LOG_FAILPOINTS, ...RUN_FAILPOINTS].filter((step) => step !== 'run:withdrawal-begun');

describe('an undisturbed run', () => {
  it('takes every step, and has many kinds of breaks and several currencies', () => {
    expect(STEPS.filter((step) => !taken.has(step))).toEqual([]);
    const { keys, breaks, money } = undisturbed as { keys: number; breaks: number; money: unknown[] };
    expect(keys).toBeGreaterThan(200);
    expect(breaks).toBeGreaterThan(20);
    expect(money.length).toBeGreaterThan(3);
  });

  it('tells every word from key to key', async () => {
    const data = freshData();
    await runWeek({ week, data, together: true, threads: 0 }, () => {});
    // In test/task others are told: no order of this week has parts, and nobody links money.
    const others: readonly HandoffWord[] = ['belongs', 'whole', 'linked'];
    const words = HANDOFF_WORDS.filter((word) => !others.includes(word));
    expect(await wordsTold(data)).toEqual(new Set(words));
  });

  it.concurrent.each([
    [false, 0],
    [false, 2],
    [true, 2],
  ])('gives the same in any division: files together %s, threads %i', async (together, threads) => {
    const data = freshData();
    expect((await runProcess({ week, data, together, threads })).lines.at(-1)).toBe('done');
    expect(await outcomeOf(data)).toEqual(undisturbed);
    await expectTrue(data, undisturbed.root as string);
  });

  it('adds nothing when repeated', async () => {
    const data = freshData();
    for (let time = 0; time < 2; time++) await runWeek({ week, data, together: true, threads: 0 }, () => {});
    expect(await outcomeOf(data)).toEqual(undisturbed);
  });
});

/** Steps taken in worker threads are not reported. */
const told = (step: string) => !/^(snapshot|run:archive)/.test(step);
const isSample = process.env.HESABU_TEST_KILLS === undefined;
const alone = (step: string) =>
  (isSample ? [random.between(0, 2) / 2] : [0, 0.5, 1]).map((part) => [step, part, 0, random.percent(50)] as const);
const withThreads = (step: string) => (told(step) ? [[step, random.between(0, 80) / 100, 2, true] as const] : []);
const first = random.between(0, 1);
const stepRounds = STEPS.filter((_, at) => !isSample || at % 2 === first).flatMap((step) => {
  if (isSample && told(step) && random.percent(25)) return withThreads(step);
  return isSample ? alone(step) : [...alone(step), ...withThreads(step)];
});

/** In a sample a run is killed at a few steps, one after the other, before it is completed. */
const CHAIN = isSample ? 3 : 1;
const chains = stepRounds.flatMap((_, at) => (at % CHAIN === 0 ? [[stepRounds.slice(at, at + CHAIN)] as const] : []));

describe('a run killed at a step', () => {
  it.concurrent.each(chains)('%j: step, at this part of its times, threads, files together (F02)', async (rounds) => {
    const data = freshData();
    const recentAcks: RecentAcks[] = [];
    for (const [nth, [step, part, threads, together]] of rounds.entries()) {
      // How often a run that goes on takes a step depends on where the one before it was killed.
      const occurrence = nth === 0 ? 1 + Math.round(part * (taken.get(step)! - 1)) : 1;
      const killed = await runProcess({ week, data, together, threads, killAt: { step, occurrence } });
      expect([killed.signal ?? killed.lines.at(-1), killed.errors]).toEqual([
        nth === 0 ? 'SIGKILL' : expect.stringMatching(/^(SIGKILL|done)$/),
        '',
      ]);
      recentAcks.push(...acknowledgedIn(killed));
      await expectKept(data, recentAcks);
    }
    await finish(data, rounds[0]![3]);
  });
});

const randomRounds = Array.from({ length: KILLS }, (_, round) => ({
  round,
  threads: round % 8 === 0 ? (2 as const) : (0 as const),
  together: random.percent(50),
  /** The time of the first kill, and in some rounds of a second one, as fractions of a whole run. */
  parts: Array.from({ length: round % 3 === 0 ? 2 : 1 }, () => random.between(0, 100) / 100),
}));

describe('a run killed at any moment', () => {
  it.concurrent.each(randomRounds)('$round: threads $threads, at $parts', async ({ threads, together, parts }) => {
    const data = freshData();
    const recentAcks: RecentAcks[] = [];
    for (const part of parts) {
      const ended = await runProcess({ week, data, together, threads }, part * durationsMs[threads]);
      expect(ended.errors).toBe('');
      expect(ended.signal === 'SIGKILL' || ended.lines.at(-1) === 'done').toBe(true);
      recentAcks.push(...acknowledgedIn(ended));
      await expectKept(data, recentAcks);
    }
    await finish(data, together);
  });
});
