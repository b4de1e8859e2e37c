// The files that the sandbox writes for a service replace no file that it did not write.

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { readConfig } from '../../../src/service/config/config-file.ts';
import { accountIn, sandboxSecrets, writeSandboxConfig } from '../../../src/simulation/gateway/service-config.ts';
import { MFS_AFRICA } from '../../../src/simulation/personalities/mfs-africa/mfs-africa.ts';
import { NETWORK_NAMES } from '../../../src/simulation/personalities/names.ts';
import { PERSONALITIES } from '../../../src/simulation/personalities/personalities.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'hesabu-sandbox-config-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const write = (port: number) =>
  writeSandboxConfig(dir, {
    accounts: [{ personality: MFS_AFRICA, url: 'http://127.0.0.1:1', webhookUrl: 'http://127.0.0.1:2/hook' }],
    rules: {},
    port,
  });

describe.each(NETWORK_NAMES)('the account of %s', (name) => {
  test('names the files of its secrets in full, and is that of the configuration but for these names', () => {
    const personality = PERSONALITIES[name];
    sandboxSecrets(dir, personality);
    const account = { personality, url: 'http://127.0.0.1:1', webhookUrl: 'http://127.0.0.1:2/hook' };
    const text = JSON.stringify(accountIn(dir, account));
    const files = [...text.matchAll(/"file":"([^"]+)"/g)].map(([, path]) => path!);
    expect(files.length).toBeGreaterThan(0);
    for (const path of files) expect(readFileSync(path, 'utf8').length).toBeGreaterThan(7);
    const config = writeSandboxConfig(dir, { accounts: [account], rules: {}, port: 1 });
    const written = parse(readFileSync(config, 'utf8')) as { accounts: object[] };
    expect(JSON.stringify(written.accounts[0])).toBe(text.replaceAll(`${dir}/`, ''));
  });
});

describe('the configuration of the sandbox', () => {
  test('given one that it wrote, when it writes again, then the new one replaces it', () => {
    write(1);
    expect(readConfig(write(2)).listen.port).toBe(2);
  });

  test.each(['hesabu.yaml', 'rules.yaml'])(
    'given a %s that it did not write, when it writes, then it refuses',
    (name) => {
      writeFileSync(join(dir, name), 'data: ./mine\n');
      expect(() => write(1)).toThrow(/HESABU_USAGE: .*that hesabu sandbox wrote/);
      expect([readdirSync(dir), readFileSync(join(dir, name), 'utf8')]).toEqual([[name], 'data: ./mine\n']);
    },
  );
});
