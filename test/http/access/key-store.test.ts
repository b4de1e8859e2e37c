// Keys: which texts give access, which do not, and what the file reveals.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { mayTouch, ROLES } from '../../../src/http/access/api-key.ts';
import { KeyStore } from '../../../src/http/access/key-store.ts';

const NOW = Date.UTC(2026, 5, 1);
let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'hesabu-key-store-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const request = { role: 'shop', merchants: ['A'], label: '', expiresAt: null } as const;

describe('a key store', () => {
  test('accepts only the whole text, until it expires, and never after it is revoked', () => {
    const store = new KeyStore(dir);
    const { key, text } = store.create({ ...request, expiresAt: NOW + 1_000 }, NOW);
    expect(store.authenticate(`Bearer ${text}`, NOW)).toEqual(key);
    expect(store.authenticate(`bearer  ${text} `, NOW)).toEqual(key);
    expect(store.authenticate(`Bearer ${text}`, NOW + 999)).toEqual(key);
    expect(store.authenticate(`Bearer ${text}`, NOW + 1_000)).toBeUndefined();
    for (const wrong of [undefined, '', text, `Basic ${text}`, `Bearer ${text}x`, `Bearer ${text} ${text}`]) {
      expect(store.authenticate(wrong, NOW)).toBeUndefined();
    }
    expect(store.revoke(key.id, NOW + 5).revoked_at).toBe(NOW + 5);
    expect(store.revoke(key.id, NOW + 9).revoked_at).toBe(NOW + 5);
    expect(store.authenticate(`Bearer ${text}`, NOW)).toBeUndefined();
  });

  test('refuses a key with any changed character', () => {
    const store = new KeyStore(dir);
    const { text } = store.create(request, NOW);
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.constantFrom(...'0aZ_-f'), (at, character) => {
        const other = text.slice(0, at) + character + text.slice(at + 1);
        expect(store.authenticate(`Bearer ${other}`, NOW) !== undefined).toBe(other === text);
      }),
    );
  });

  test('each of two stores of one directory sees the changes of the other', () => {
    const [one, other] = [new KeyStore(dir), new KeyStore(dir)];
    const { key, text } = one.create(request, NOW);
    expect(other.authenticate(`Bearer ${text}`, NOW)?.id).toBe(key.id);
    other.revoke(key.id, NOW);
    expect(one.authenticate(`Bearer ${text}`, NOW)).toBeUndefined();
    expect(one.list().map(({ id }) => id)).toEqual([key.id]);
  });

  test('given keys are revoked in one process and created in another, then no change is lost', async () => {
    const store = new KeyStore(dir);
    const old = Array.from({ length: 25 }, () => store.create(request, NOW).key.id);
    const module = new URL('../../../src/http/access/key-store.ts', import.meta.url).href;
    const run = (act: string) => {
      const code = `import { KeyStore } from ${JSON.stringify(module)};
        const store = new KeyStore(${JSON.stringify(dir)});
        for (const id of ${JSON.stringify(old)}) ${act};`;
      const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: 'ignore' });
      return new Promise((resolve) => child.on('exit', resolve));
    };
    const creating = `store.create(${JSON.stringify(request)}, ${NOW})`;
    expect(await Promise.all([run(`store.revoke(id, ${NOW})`), run(creating)])).toEqual([0, 0]);
    const keys = new KeyStore(dir).list();
    expect(keys.filter(({ revoked_at }) => revoked_at !== null).map(({ id }) => id)).toEqual(old);
    expect(keys).toHaveLength(50);
  });

  test('an invalid file of keys gives no access', () => {
    const store = new KeyStore(dir);
    const { text } = store.create(request, NOW);
    writeFileSync(join(dir, 'keys', 'api-keys.json'), '{"keys":[{"id":"x"}]}');
    expect(() => store.authenticate(`Bearer ${text}`, NOW)).toThrow(/HESABU_CONFIG_INVALID/);
    expect(readFileSync(join(dir, 'keys', 'api-keys.json'), 'utf8')).toBe('{"keys":[{"id":"x"}]}');
  });
});

describe('the merchants of a key', () => {
  test('limit its access; data without a merchant is only for keys for all merchants', () => {
    expect(mayTouch({ merchants: ['A', 'B'] }, 'B')).toBe(true);
    expect(mayTouch({ merchants: ['A', 'B'] }, 'C')).toBe(false);
    expect(mayTouch({ merchants: ['A', ''] }, '')).toBe(false);
    expect(mayTouch({ merchants: [] }, 'A')).toBe(false);
    expect(mayTouch({ merchants: ['*'] }, '')).toBe(true);
    expect(ROLES).toEqual(['shop', 'operator', 'approver', 'auditor', 'admin']);
  });
});
