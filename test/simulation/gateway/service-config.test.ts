// The files that the sandbox writes for a service replace no file that it did not write.

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readConfig } from '../../../src/service/config/config-file.ts';
import { writeSandboxConfig } from '../../../src/simulation/gateway/service-config.ts';
import { MFS_AFRICA } from '../../../src/simulation/personalities/mfs-africa/mfs-africa.ts';

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
