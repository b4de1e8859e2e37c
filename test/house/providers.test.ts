// Providers keep to their folders: imports.ts says by which files others enter, and this, that others name none.
import { expect, test } from 'vitest';
import { PROVIDERS } from '../../src/providers/registry.ts';
import { sourcesBelow } from './source.ts';

/** Rooms that may name a provider: its own, and the simulated network, which plays the part of one. */
const NAMING = ['src/providers/', 'src/simulation/'];
/** Its comment shows the code of an operator that has the same name as its network. */
const OPERATORS = 'src/projections/risk/countries.ts';

/** Names of providers that generic code uses as words of their own. */
const WORDS: ReadonlySet<string> = new Set(['shop', 'generic']);

test('generic code names no provider', () => {
  const names = PROVIDERS.flatMap(({ name }) => (WORDS.has(name) ? [] : [new RegExp(`\\b${name}\\b`)]));
  const generic = sourcesBelow('src').filter(
    ({ path }) => !NAMING.some((room) => path.startsWith(room)) && path !== OPERATORS,
  );
  expect(generic.length).toBeGreaterThan(100);
  expect(generic.filter(({ text }) => names.some((name) => name.test(text))).map(({ path }) => path)).toEqual([]);
});
