// Providers keep to their folders, and the documents say of them what the registry does.
import { describe, expect, test } from 'vitest';
import { PROVIDERS, type RegisteredProvider } from '../../src/providers/registry.ts';
import { sourcesBelow, textOf } from './source.ts';

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

describe('docs/providers.md', () => {
  test('has a row for each provider, with what it can do', () => {
    const table =
      /<!-- capabilities -->\n([\s\S]*?)<!-- \/capabilities -->/.exec(textOf('docs/providers.md'))?.[1] ?? '';
    const rows = table.trim().split('\n').slice(2);
    expect(rows).toEqual(PROVIDERS.map(rowOf));
  });
});

function rowOf({ name, capabilities }: RegisteredProvider): string {
  const { payments, refunds, operators, status, webhooks, settlement } = capabilities;
  const cells = [payments, refunds, operators, status, webhooks, settlement].map((cell) =>
    typeof cell === 'boolean' ? (cell ? 'yes' : 'no') : cell,
  );
  return `| ${[name, ...cells].join(' | ')} |`;
}
