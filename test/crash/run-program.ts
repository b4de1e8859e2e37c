// A process that works through a week and ends by kill -9 at the given step, if any. Its argument is a ProgramJob as
// JSON; it prints `ready`, each acknowledgement as JSON, and `done`, one per line.

import { writeSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import type { WeekJob } from './run-week.ts';

enableCompileCache();

export interface ProgramJob extends WeekJob {
  readonly killAt?: { readonly step: string; readonly occurrence: number } | undefined;
}

const { killAt, ...job } = JSON.parse(process.argv[2]!) as ProgramJob;

let passed = 0;
function onFailpoint(step: string): void {
  if (step === killAt?.step && ++passed === killAt.occurrence) process.kill(process.pid, 'SIGKILL');
}

/** Written synchronously: the report of an acknowledgement must get out before a kill. */
const say = (text: string) => writeSync(1, `${text}\n`);

const { runWeek } = await import('./run-week.ts');
say('ready');
await runWeek({ ...job, onFailpoint }, (recentAcks) => say(JSON.stringify(recentAcks)));
say('done');
