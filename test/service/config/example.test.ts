// hesabu.example.yaml is correct: it is accepted unchanged and with every key set, and it shows each key's default.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { PROVIDERS } from '../../../src/providers/registry.ts';
import { configSchema } from '../../../src/service/config/config.ts';
import { readConfig } from '../../../src/service/config/config-file.ts';

const TEXT = readFileSync(new URL('../../../hesabu.example.yaml', import.meta.url), 'utf8');
/** A sentence has a space after its `#`, a key has none. */
const WHOLE = TEXT.replaceAll(/^( *)#(?=(?:- )?[a-z])/gm, '$1');

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly default?: unknown;
}

/** Every key of the schema: its path, and its default if it has one. */
function keysOf(schema: Schema, path: readonly string[] = []): { path: readonly string[]; default?: unknown }[] {
  const inner = Object.entries(schema.properties ?? schema.items?.properties ?? {});
  return inner.flatMap(([name, value]) => {
    const here = [...path, name];
    return [{ ...value, path: here }, ...keysOf(value, here)];
  });
}

const keysIn = (schema: z.ZodType, path: readonly string[] = []) =>
  keysOf(z.toJSONSchema(schema, { io: 'input' }) as Schema, path);
/** The accounts of the example are of the first provider; each provider has the schema of its own accounts. */
const [{ account }] = PROVIDERS;
const KEYS = [
  ...keysIn(configSchema(PROVIDERS)).filter(({ path }) => path[0] !== 'accounts' || path.length === 1),
  ...keysIn(account, ['accounts']),
];
/** The value at a path; in a list, that of the first element. */
function valueAt(document: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, name) => {
    const one = Array.isArray(value) ? value[0] : value;
    return (one as Record<string, unknown> | undefined)?.[name];
  }, document);
}

const dir = mkdtempSync(join(tmpdir(), 'hesabu-example-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe('the example of a configuration', () => {
  test.each([
    ['unchanged', TEXT],
    ['with every key set', WHOLE],
  ])('is accepted %s', (_how, text) => {
    writeFileSync(join(dir, 'hesabu.yaml'), text);
    expect(readConfig(join(dir, 'hesabu.yaml')).data).toBe(join(dir, 'books'));
  });

  test('has every key, and its fast clock only as a comment', () => {
    expect(KEYS.length).toBeGreaterThan(50);
    expect(KEYS.filter(({ path }) => valueAt(parse(WHOLE), path) === undefined)).toEqual([]);
    expect(parse(TEXT).clock).toBeUndefined();
  });

  /** Keys without inner keys: these are checked one by one. */
  const plain = KEYS.filter(
    ({ path, ...key }) => key.default !== undefined && !KEYS.some((other) => isIn(other.path, path)),
  );
  // The default of a list is empty, but the example shows an element. Optional parts are left out as a whole.
  const isShown = (path: readonly string[]) =>
    !['accounts', 'notify', 'channels'].includes(path.join('.')) && !['kafka', 'mail', 'oidc'].includes(path[0]!);
  const shown = plain.filter(({ path }) => isShown(path));
  test.each(shown)('shows the default of $path', (key) => {
    expect(valueAt(parse(TEXT), key.path)).toEqual(key.default);
  });

  test('explains every key with a sentence above it or above the first key of its group', () => {
    const lines = TEXT.split('\n');
    for (const { path } of KEYS) {
      const name = path.at(-1)!;
      const at = lines.findIndex((line, nth) => nth > 0 && new RegExp(`^ *(- )?#?${name}:`).test(line));
      const above = lines.slice(Math.max(0, at - 3), at).join('\n');
      expect(above, name).toMatch(/# \S|:$/m);
    }
  });
});

function isIn(inner: readonly string[], outer: readonly string[]): boolean {
  return inner.length > outer.length && outer.every((name, at) => inner[at] === name);
}
