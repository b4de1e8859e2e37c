// The page for people: read from where it was built, and built first where it is missing or older than its sources.

import { spawn } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import { type DeskFiles, type DeskSource, readDesk } from '../http/desk/desk-files.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const BUILD = fileURLToPath(new URL('../../tools/desk.mjs', import.meta.url));
const FOLDER = join(ROOT, 'desk', 'dist');
const STAMP = join(FOLDER, 'sources.json');

/** Reads it once, at the first request; where that failed, again at the next. */
export function deskSource(logger: Logger, read = () => load(logger)): DeskSource {
  let reading: Promise<DeskFiles | undefined> | undefined;
  return () => {
    reading ??= read().catch((error: unknown) => {
      reading = undefined;
      throw error;
    });
    return reading;
  };
}

async function load(logger: Logger): Promise<DeskFiles | undefined> {
  if (!isFresh() && existsSync(BUILD)) {
    await runBuild();
    if (!isFresh()) logger.warn('the page at /desk/ could not be built');
  }
  return existsSync(STAMP) ? readDesk(FOLDER) : undefined;
}

/** Whether it was built from the sources as they are. Where they did not come along, it is as good as it gets. */
function isFresh(): boolean {
  if (!existsSync(STAMP)) return false;
  if (!existsSync(join(ROOT, 'desk', 'main.tsx'))) return true;
  const made = JSON.parse(readFileSync(STAMP, 'utf8')) as [path: string, size: number, changed: number][];
  return made.every(([path, size, changed]) => {
    const found = statSync(join(ROOT, path), { throwIfNoEntry: false });
    return found !== undefined && found.size === size && found.ctimeMs === changed;
  });
}

function runBuild(): Promise<void> {
  return new Promise((done) => {
    const child = spawn(process.execPath, [BUILD], { stdio: ['ignore', 'ignore', 'ignore'] });
    child.once('error', () => done());
    child.once('exit', () => done());
  });
}
