// For tests of machines that are odd or ill: two days of a simulated marketplace, and the command for each.

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { writeSimulation } from '../../src/simulation/marketplace/file-writer.ts';
import { simulate } from '../../src/simulation/marketplace/simulation.ts';
import { withoutProgress } from '../cli/cli-process.ts';
import { freshDirectory } from '../cli/commands/given-ledger.ts';
import { MAIN } from '../program.ts';

const NODE = [process.execPath, '--disable-warning=ExperimentalWarning'];

/** The arguments of `reconcile` for a day; others than root can read the files. */
export function givenDays(): (day: 2 | 3) => readonly string[] {
  const week = freshDirectory();
  chmodSync(week, 0o755);
  writeSimulation(simulate(1), week);
  const rules = ['--rules', join(week, 'rules.yaml')];
  return (day) => {
    const input = (name: string) => join(week, `day-${day}`, name);
    return [
      ...['reconcile', '--orders', input('orders.csv'), '--callbacks', input('callbacks.jsonl'), ...rules],
      ...['--polls', input('polls.jsonl'), '--settlements', input('settlements.csv')],
      ...['--as-of', `2026-06-0${day + 1}T00:00:00+08:00`],
    ];
  };
}

/** Whether this user may mount in a namespace of its own, and give up its rights. */
export function mayMount(): boolean {
  try {
    const script = 'mount -t tmpfs -o size=1m tmpfs "$0" && setpriv --reuid=65534 --clear-groups --no-new-privs true';
    execFileSync('unshare', ['-m', 'sh', '-c', script, freshDirectory()], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/**
 * Runs a script of the shell in a mount namespace of its own. `$disk` is a place to mount at, `hesabu` the program.
 * What the script prints is returned. Each command has its own line, so that a failure is seen.
 */
export async function inNamespace(lines: readonly string[], args: readonly string[] = []): Promise<string> {
  const disk = join(freshDirectory(), 'disk');
  mkdirSync(disk);
  chmodSync(dirname(disk), 0o755);
  const program = `hesabu() { "${NODE[0]}" "${NODE[1]}" "${MAIN}" "$@"; }`;
  const script = join(dirname(disk), 'script.sh');
  writeFileSync(script, ['disk="$1"; shift', program, ...lines].join('\n'));
  const child = spawn('unshare', ['-m', 'sh', script, disk, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (bytes) => {
      text += bytes;
    });
  }
  await once(child, 'close');
  return withoutProgress(text);
}

export function outcomeIn(out: string): { readonly root: string; readonly keys: number } {
  const { outcome_root: root, keys } = JSON.parse(readFileSync(join(out, 'summary.json'), 'utf8'));
  return { root, keys };
}
