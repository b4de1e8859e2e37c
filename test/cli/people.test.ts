// People on the command line: invited once, listed with their roles, changed and disabled.
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hesabu } from './cli-process.ts';

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'hesabu-people-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const people = (...args: string[]) => hesabu(['people', ...args, '--data', dir]);
const PERSON = ['--name', ' Asha  Mushi ', '--mail', 'Asha@Example.com'];

describe('hesabu people', () => {
  test('shows an invite once, stores its hash for the owner alone, lists, changes, resets and disables', async () => {
    const made = await people('create', ...PERSON, '--roles', 'operator@shop@1', '--format', 'json');
    expect(made).toMatchObject({ code: 0, stderr: '' });
    const { id, invite, ...rest } = JSON.parse(made.stdout);
    expect(invite).toMatch(new RegExp(`^hsi_${id.slice(2)}_[\\w-]{32}$`));
    expect(rest).toEqual({
      ...{ name: 'Asha Mushi', mail: 'asha@example.com', language: 'en', zone: 'UTC' },
      ...{ roles: ['operator@shop@1'], created_at: expect.any(String), sign_in: null, state: 'invited' },
    });
    const path = join(dir, 'keys', 'people.json');
    expect(readFileSync(path, 'utf8')).not.toContain(invite.slice(-32));
    expect(statSync(path).mode & 0o777).toBe(0o600);

    const granted = await people('roles', id, '--roles', 'approver@*', 'operator@shop@1', '--format', 'json');
    expect(JSON.parse(granted.stdout)).toMatchObject({ roles: ['approver@*', 'operator@shop@1'], state: 'invited' });
    const reset = await people('reset', id);
    expect(reset.stdout).toMatch(new RegExp(`^Person ${id} has no way to sign in now.\n.* 72 hours.*\nhsi_[\\w-]+\n$`));
    expect((await people('disable', id)).stdout).toBe(`Person ${id} is disabled.\n`);
    const listed = await people('list');
    expect(listed.stdout).toMatch(
      /p-[0-9a-f]{12} +Asha Mushi +asha@example\.com +approver@\*, operator@shop@1 .* disab/,
    );
  });

  test.each([
    [['disable', 'nobody'], /^HESABU_PERSON_UNKNOWN: nobody/],
    [['create', ...PERSON, '--roles', 'king@shop-1'], /^HESABU_USAGE: --roles: .*king@shop-1/],
    [['create', ...PERSON, '--roles', 'admin@*', 'approver@shop-1'], /^HESABU_ROLES_CONFLICT: /],
    [['create', '--name', 'p-0f3a9c51be77', '--roles', 'operator@*'], /^HESABU_USAGE: --name/],
  ])('%j is refused in one line', async (args, line) => {
    const result = await people(...args);
    expect(result.code).toBe(2);
    expect(result.stderr).toMatch(line);
    expect(result.stderr.trim().split('\n')).toHaveLength(1);
  });
});
