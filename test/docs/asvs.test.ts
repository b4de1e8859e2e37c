// docs/asvs.md counts what it lists, lists each item of the standard once, and names only what is there. What it and
// docs/security.md call held by tests is.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { coveredIds } from '../house/faults.ts';
import { ROOT, textOf } from '../house/source.ts';

/** How many items of levels 1 and 2 each chapter of version 5.0.0 has, from the first chapter to the last. */
const ITEMS = [27, 11, 19, 10, 9, 35, 18, 7, 7, 29, 14, 9, 13, 9, 13, 16, 7];
const ALL = ITEMS.reduce((sum, each) => sum + each);

const STATES = ['Met', 'Not met', 'Does not apply'] as const;
type State = (typeof STATES)[number];

interface Item {
  readonly id: string;
  readonly chapter: number;
  readonly state: State;
  readonly cells: readonly string[];
}

/** The lines of the tables, each under the state whose heading stands above it. */
function itemsOf(text: string): Item[] {
  return STATES.flatMap((state) => {
    const [, section = ''] = text.split(new RegExp(`^## ${state}$`, 'm'));
    const [lines = ''] = section.split(/^## /m);
    return [...lines.matchAll(/^\| (?<id>\d+\.\d+\.\d+) \|(?<rest>.*)\|$/gm)].map(({ groups }) => {
      const { id, rest } = groups as { readonly id: string; readonly rest: string };
      return { id, chapter: Number(id.split('.')[0]), state, cells: rest.split('|').map((cell) => cell.trim()) };
    });
  });
}

/** Cases that a text calls held by tests: `(S10, R06)`. */
function casesIn(text: string): string[] {
  const lists = text.match(/\((?:[LFBSR]\d\d(?: partly)?(?:, |\)))+/g) ?? [];
  return lists.flatMap((list) => list.slice(1, -1).split(', '));
}

const text = textOf('docs/asvs.md');
const items = itemsOf(text);

function countOf(state: State, chapter?: number): number {
  return items.filter((item) => item.state === state && (chapter ?? item.chapter) === item.chapter).length;
}

describe('the sheet of the ASVS', () => {
  test('has each item of each chapter once', () => {
    const ids = items.map(({ id }) => id);
    expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([]);
    const counted = ITEMS.map((_, at) => items.filter(({ chapter }) => chapter === at + 1).length);
    expect(counted).toEqual(ITEMS);
    expect(ALL).toBe(253);
  });

  test('has no item outside its three tables', () => {
    expect(text.match(/^\| \d+\.\d+\.\d+ \|/gm)).toHaveLength(items.length);
  });

  test('says in words how many lines it has', () => {
    const words = text.replaceAll(/\s+/g, ' ');
    expect(words).toContain(`**${countOf('Met')} of ${ALL} are met**, ${countOf('Not met')} are not, and `);
    expect(words).toContain(` and ${countOf('Does not apply')} do not apply`);
  });

  test('counts them by chapter', () => {
    const rows = [...text.matchAll(/^\| (\d+) \| [^|\d]+ \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|$/gm)];
    const counted = ITEMS.map((most, at) => [at + 1, most, ...STATES.map((state) => countOf(state, at + 1))]);
    expect(rows.map((row) => row.slice(1).map(Number))).toEqual(counted);
    const sums = [ALL, ...STATES.map((state) => countOf(state))];
    expect(text).toContain(`| | all | ${sums.join(' | ')} |`);
  });

  test('says of each item what it is about, and what holds it or why it is open', () => {
    expect(items.filter(({ cells }) => cells.length !== 2 || cells.some((cell) => cell === ''))).toEqual([]);
  });

  test('names a file for each item that is met, and only files that are there', () => {
    const filesOf = ({ cells }: Item) => [...cells[1]!.matchAll(/`([^`]+)`/g)].map(([, path]) => path!);
    const met = items.filter(({ state }) => state === 'Met');
    expect(met.filter((item) => filesOf(item).length === 0)).toEqual([]);
    expect(met.flatMap(filesOf).filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });
});

test.each(['docs/asvs.md', 'docs/security.md'])('the cases that %s calls held are held by tests', (path) => {
  const covered = coveredIds();
  const held = casesIn(textOf(path));
  expect(held.length).toBeGreaterThan(20);
  expect(held.filter((name) => !covered.has(name.slice(0, 3)))).toEqual([]);
  expect(held.filter((name) => name.length === 3 && covered.get(name) === 'partly')).toEqual([]);
});
