// The archive of exchanges is killed at any moment and opened again: every exchange reported as stored is found.

import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { exchangesFolder } from '../../src/archive/exchanges/day-scan.ts';
import { ExchangeReader } from '../../src/archive/exchanges/exchange-reader.ts';
import { exchange, openArchive } from '../archive/exchanges/given.ts';
import { freshDirectory } from '../log/files.ts';

/** Each is a start, many exchanges, and a kill -9 in the middle; `HESABU_TEST_KILLS` sets another number. */
const KILLS = Number(process.env.HESABU_TEST_KILLS ?? 3);
const PROGRAM = fileURLToPath(new URL('exchanges-program.ts', import.meta.url));

const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

/** Runs the program, kills it at a random moment, and returns what it reported as stored: names and ids. */
async function killed(dir: string, name: string): Promise<[string, string][]> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', PROGRAM, dir, name], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  let output = '';
  const ended = new Promise((resolve) => child.on('close', resolve));
  const begun = new Promise<void>((resolve) => {
    child.stdout.on('data', (text) => {
      output += text;
      if (output.startsWith('begun\n')) resolve();
    });
  });
  await Promise.race([begun, ended]);
  await delay(Math.random() * 120);
  child.kill('SIGKILL');
  await ended;
  const lines = output.split('\n').slice(1, -1);
  return lines.map((line) => line.split(' ').slice(1) as [string, string]);
}

describe('kill -9 while exchanges are archived', () => {
  it(
    `loses nothing that was stored, over ${KILLS} kills at random moments`,
    async () => {
      const dir = freshDirectory();
      const safe = new Map<string, [string, string][]>();
      for (let round = 0; round < KILLS; round++) {
        safe.set(`R${round}`, await killed(dir, `R${round}`));
        const days = readdirSync(exchangesFolder(dir)).filter((name) => name.endsWith('.idx'));
        // An index may be lost at any time: it is built again.
        if (round % 5 === 4) for (const name of days) rmSync(join(exchangesFolder(dir), name));
      }
      const archive = await openArchive(dir);
      await archive.add(exchange({ names: ['AFTER'] }));
      const damaged: string[] = [];
      const reader = new ExchangeReader(dir, (where) => damaged.push(where));
      for (const [name, said] of safe) {
        const found = new Set(
          (await reader.find({ name, limit: 1_000_000 })).map(({ id, names }) => `${names[0]} ${id}`),
        );
        expect(said.filter((pair) => !found.has(pair.join(' ')))).toEqual([]);
        const last = said.at(-1);
        if (last !== undefined) expect((await archive.get(last[1]))?.names).toEqual([last[0], name]);
      }
      expect(await archive.find({ name: 'AFTER', limit: 2 })).toHaveLength(1);
      expect(damaged).toEqual([]);
      expect([...safe.values()].flat().length).toBeGreaterThan(KILLS);
      await archive.close();
    },
    KILLS * 2_000 + 30_000,
  );
});
