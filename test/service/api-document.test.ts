// The API is what its document says: schemathesis reads the document and sends what it allows and what it forbids to
// a running service with its test gateway. It is long and needs schemathesis from PyPI, so only the soak runs it.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { hesabu } from '../cli/cli-process.ts';
import { freePort } from '../free-port.ts';
import { end, serve } from './service-client.ts';

/** How many examples of each operation. */
const EXAMPLES = Number(process.env.HESABU_TEST_DOCUMENT ?? 0);
const VERSION = '4.32.5';
const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const PLACE = join(ROOT, '.cache', 'schemathesis');
const SETTINGS = fileURLToPath(new URL('schemathesis.toml', import.meta.url));
const MAIN = join(ROOT, 'src', 'cli', 'main.ts');

function install(): void {
  const run = (command: string, args: string[]) =>
    expect(spawnSync(command, args, { stdio: 'inherit' }).status).toBe(0);
  if (!existsSync(PLACE)) run('python3', ['-m', 'venv', PLACE]);
  run(join(PLACE, 'bin', 'python'), ['-m', 'pip', 'install', '--quiet', `schemathesis==${VERSION}`]);
}

test.skipIf(EXAMPLES === 0)('schemathesis finds nothing in what the API answers', { timeout: 7_200_000 }, async () => {
  install();
  const dir = mkdtempSync(join(tmpdir(), 'hesabu-document-'));
  const port = await freePort();
  const webhooks = `http://127.0.0.1:${port}/webhooks/mfs-africa/main`;
  const options = ['--dir', dir, '--port', '0', '--faults', 'none', '--speed', '60', '--webhook-url', webhooks];
  const gateway = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, 'sandbox', ...options]);
  try {
    const config = join(dir, 'hesabu.yaml');
    await expect.poll(() => existsSync(config)).toBe(true);
    // One client sends more than a shop would.
    const limits = 'limits: { key: { per_second: 100000, burst: 100000 } }\n';
    writeFileSync(config, readFileSync(config, 'utf8') + limits);
    const owner = ['--data', join(dir, 'books'), '--role', 'admin', '--merchant', '*', '--format', 'json'];
    const { key } = JSON.parse((await hesabu(['keys', 'create', ...owner])).stdout) as { key: string };
    const service = await serve(config);
    try {
      const address = `${service.url}/openapi.json`;
      const args = ['--config-file', SETTINGS, 'run', address, '-n', `${EXAMPLES}`, '--continue-on-failure'];
      const seed = ['--seed', process.env.HESABU_SEED ?? '1', '-H', `Authorization: Bearer ${key}`];
      const checked = spawn(join(PLACE, 'bin', 'st'), [...args, ...seed], { cwd: dir });
      const [said, [code]] = await Promise.all([text(checked.stdout), once(checked, 'close')]);
      expect(code, said).toBe(0);
    } finally {
      await end(service);
    }
  } finally {
    gateway.kill('SIGTERM');
    rmSync(dir, { recursive: true, force: true });
  }
});
