// The pure folders have no clock, no randomness, no waiting and no I/O.
import { describe, expect, test } from 'vitest';
import { impurities, PURE_FOLDERS } from './pure.ts';
import { sourceOf, sourcesBelow } from './source.ts';

const found = (text: string) =>
  impurities(sourceOf('a.ts', `${text}\nexport {};`)).map((line) => line.replace('a.ts:1: ', ''));

describe('the pure folders', () => {
  test.each(PURE_FOLDERS)('%s is pure', (folder) => {
    const sources = sourcesBelow(folder);
    expect(sources.length).toBeGreaterThan(0);
    expect(sources.flatMap(impurities)).toEqual([]);
  });
});

describe('the checker', () => {
  test.each([
    ['Date.now();', 'now is a clock'],
    ["Date['now']();", 'now is a clock'],
    ['const { now } = Date;', 'now is a clock'],
    ['const clock = Date.now;', 'now is a clock'],
    ['DateTime.now();', 'now is a clock'],
    ['DateTime.utc();', 'DateTime.utc() is a clock'],
    ['DateTime.local(2026, 1, 1);', 'DateTime.local is the local zone'],
    ['new Date();', 'new Date() is a clock'],
    ['new Date;', 'new Date() is a clock'],
    ['Date();', 'Date() is a clock'],
    ['new Date(2026, 0, 1);', 'new Date(year, ...) is the local zone'],
    ['date.getHours();', 'getHours is the local zone'],
    ['date.toLocaleString();', 'toLocaleString is the locale'],
    ['keys.sort((a, b) => a.localeCompare(b));', 'localeCompare is the locale'],
    ['performance.timeOrigin;', 'performance is a clock'],
    ['setTimeout(run, 1);', 'setTimeout is a clock'],
    ['Math.random();', 'random is randomness'],
    ["import { randomBytes } from 'node:crypto';", 'randomBytes is randomness'],
    ["import { randomUUID as id } from 'node:crypto';", 'randomUUID is randomness'],
    ["import * as c from 'node:crypto'; c.generateKeyPairSync('ed25519');", 'generateKeyPairSync is randomness'],
    ['crypto.subtle;', 'crypto is randomness'],
    ['async function f() {}', 'async is waiting'],
    ['const f = async () => 1;', 'async is waiting'],
    ['const o = { async f() {} };', 'async is waiting'],
    ['await f();', 'await is waiting'],
    ['for await (const x of xs) f(x);', 'await is waiting'],
    ['function f(): Promise<void> {}', 'Promise is waiting'],
    ["import fs from 'node:fs';", 'node:fs is I/O'],
    ["import type { Stats } from 'node:fs';", 'node:fs is I/O'],
    ["export { env } from 'node:process';", 'node:process is I/O'],
    ["import('./a.ts');", 'import() is I/O'],
    ['process.env.HOME;', 'process is I/O'],
    ['const o = { process };', 'process is I/O'],
    ["console.log('x');", 'console is I/O'],
    ["fetch('x');", 'fetch is I/O'],
    ['globalThis.x;', 'globalThis is I/O'],
    ["eval('1');", 'eval is code made at run time'],
  ])('finds %s', (text, fault) => {
    expect(found(text)).toEqual([fault]);
  });

  test.each([
    'new Date(instant);',
    "Date.parse('2026-01-31T09:00:00Z');",
    'Date.UTC(2026, 0, 31);',
    'date.getUTCHours();',
    'DateTime.fromMillis(instant, { zone });',
    'DateTime.utc(2026, 1, 31);',
    "import { createHash, hash, sign, verify } from 'node:crypto';",
    "import crypto from 'node:crypto'; crypto.hash('sha256', x);",
    'const f = (now: number) => now + 1;',
    'const now = (x: number) => x; now(1);',
    'const f = (process: number) => process;',
    'const o = { process: 1, console: 2, async: true };',
    'row.process; row.fetch;',
    "const text = 'await fetch(Date.now())'; // Math.random()",
  ])('lets %s pass', (text) => {
    expect(found(text)).toEqual([]);
  });
});
