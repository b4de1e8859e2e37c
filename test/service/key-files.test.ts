// DIR/keys belongs to the user of the service alone.
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { HesabuError } from '../../src/domain/errors.ts';
import { checkKeyFiles } from '../../src/service/key-files.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'hesabu-keys-'));
  mkdirSync(join(dir, 'keys'), { mode: 0o700 });
  writeFileSync(join(dir, 'keys', 'api-keys.json'), '{}', { mode: 0o600 });
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function fault(): string | null {
  try {
    checkKeyFiles(dir);
    return null;
  } catch (error) {
    const { code, message } = error as HesabuError;
    return `${code} ${message}`;
  }
}

describe('the keys of a data directory', () => {
  it('are well as they are made, and where there are none yet', () => {
    expect(fault()).toBeNull();
    rmSync(join(dir, 'keys'), { recursive: true });
    expect(fault()).toBeNull();
  });

  it.each([0o640, 0o604, 0o620, 0o602])('are refused with a file of mode %o', (mode) => {
    chmodSync(join(dir, 'keys', 'api-keys.json'), mode);
    expect(fault()).toMatch(/^HESABU_KEYS_EXPOSED .*api-keys\.json.*chmod go= /);
  });

  it('are refused in a folder that others may write to', () => {
    chmodSync(join(dir, 'keys'), 0o777);
    expect(fault()).toMatch(/^HESABU_KEYS_EXPOSED .*keys.*the mode 0777/);
  });

  it.runIf(process.getuid?.() === 0)('are refused where another user owns one', () => {
    chownSync(join(dir, 'keys', 'api-keys.json'), 65_534, 65_534);
    expect(fault()).toMatch(/^HESABU_KEYS_EXPOSED .*one of the user 65534\. .*chown 0 /);
  });
});
