// API keys on the command line: shown once, stored as a hash, listed, revoked.
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { KeyStore } from '../../src/http/access/key-store.ts';
import { hesabu } from './cli-process.ts';

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'hesabu-keys-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const create = (...more: string[]) =>
  hesabu(['keys', 'create', '--data', dir, '--role', 'shop', '--merchant', 'A', 'B', ...more]);

describe('hesabu keys', () => {
  test('shows a key once, stores its hash, lists it without its secret, and revokes it', async () => {
    const made = await create('--label', 'web', '--person', ' Asha  Mushi ', '--format', 'json');
    expect(made).toMatchObject({ code: 0, stderr: '' });
    const { id, key } = JSON.parse(made.stdout) as { id: string; key: string };
    expect(key).toMatch(new RegExp(`^hsb_${id}_[\\w-]{32}$`));
    const path = join(dir, 'keys', 'api-keys.json');
    expect(readFileSync(path, 'utf8')).not.toContain(key.slice(-32));
    expect(statSync(path).mode & 0o777).toBe(0o600);

    const listed = await hesabu(['keys', 'list', '--data', dir]);
    expect(listed.stdout).toContain(id);
    expect(listed.stdout).toMatch(/shop +A, B +Asha Mushi +web .* never +live/);
    expect(listed.stdout).not.toContain(key.slice(-32));

    const store = new KeyStore(dir);
    expect(store.authenticate(`Bearer ${key}`, Date.now())?.id).toBe(id);
    const revoked = await hesabu(['keys', 'revoke', id, '--data', dir]);
    expect(revoked).toMatchObject({ code: 0, stdout: `Key ${id} is revoked.\n` });
    // The store was open before: it sees the change of the file.
    expect(store.authenticate(`Bearer ${key}`, Date.now())).toBeUndefined();
  });

  test.each([
    [['keys', 'revoke', 'nobody', '--data', '.'], /^HESABU_KEY_UNKNOWN: nobody/],
    [['keys', 'create', '--data', '.', '--role', 'king', '--merchant', 'A'], /^HESABU_USAGE: .*king/],
    [['keys', 'create', '--data', '.', '--role', 'shop'], /^HESABU_USAGE: .*--merchant/],
    [
      ['keys', 'create', '--data', '.', '--role', 'shop', '--merchant', 'A', '--person', ' '],
      /^HESABU_USAGE: --person/,
    ],
    [
      ['keys', 'create', '--data', '.', '--role', 'shop', '--merchant', 'A', '--expires', '2020-01-01T00:00:00Z'],
      /^HESABU_USAGE: --expires/,
    ],
  ])('%j is refused in one line', async (args, line) => {
    const result = await hesabu(args.map((arg) => (arg === '.' ? dir : arg)));
    expect(result.code).toBe(2);
    expect(result.stderr).toMatch(line);
    expect(result.stderr.trim().split('\n')).toHaveLength(1);
  });
});
