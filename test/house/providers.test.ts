// Providers keep to their folders.
import { describe, expect, test } from 'vitest';
import { PROVIDERS } from '../../src/providers/registry.ts';
import { sourcesBelow } from './source.ts';

/** Rooms that may name a provider: its own, and the simulated network, which plays the part of one. */
const NAMING = ['src/providers/', 'src/simulation/'];

describe('generic code', () => {
  test('names no provider', () => {
    const names = PROVIDERS.map(({ name }) => name);
    const generic = sourcesBelow('src').filter(({ path }) => !NAMING.some((room) => path.startsWith(room)));
    expect(generic.length).toBeGreaterThan(100);
    expect(generic.filter(({ text }) => names.some((name) => text.includes(name))).map(({ path }) => path)).toEqual([]);
  });

  test('imports the registry and the default, and nothing else of a provider', () => {
    const imported = sourcesBelow('src')
      .filter(({ path }) => !NAMING.some((room) => path.startsWith(room)))
      .flatMap(({ text }) => text.match(/(?<=from '[./]*)providers\/[^']+/g) ?? []);
    expect(new Set(imported)).toEqual(new Set(['providers/registry.ts', 'providers/default-provider.ts']));
  });
});
