// `hesabu sandbox` and `hesabu serve` as a person would try them: two processes, with the configuration that the first
// writes for the second.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FAULT_NAMES } from '../../src/simulation/gateway/faults.ts';
import { freePort } from '../free-port.ts';
import { MAIN } from '../program.ts';
import { end, serve } from '../service/service-client.ts';
import { hesabu } from './cli-process.ts';

let dir: string;
beforeEach(() => {
  dir = join(mkdtempSync(join(tmpdir(), 'hesabu-sandbox-')), 'try');
});
afterEach(() => rmSync(join(dir, '..'), { recursive: true, force: true }));

/** Starts it and waits for its first output. */
async function sandbox(...args: string[]) {
  const all = ['--disable-warning=ExperimentalWarning', MAIN, 'sandbox', '--dir', dir, '--port', '0', ...args];
  const child = spawn(process.execPath, all, { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (data) => {
    text += data;
  });
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  await expect.poll(() => text).toMatch(/\n$/);
  return {
    first: text,
    text: () => text,
    end: async () => {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

describe('hesabu sandbox', () => {
  test('writes what a service needs, and with it an order is paid', { timeout: 180_000 }, async () => {
    const webhooks = `http://127.0.0.1:${await freePort()}/webhooks/mfs-africa/main`;
    const gateway = await sandbox('--webhook-url', webhooks, '--faults', 'none', '--speed', '600', '--format', 'json');
    try {
      const { url, config } = JSON.parse(gateway.first) as { url: string; config: string };
      expect(statSync(join(dir, 'secrets')).mode & 0o777).toBe(0o700);
      const made = await hesabu(
        ['keys', 'create', '--data', join(dir, 'books'), '--role', 'shop', '--merchant', '*'].concat(
          '--format',
          'json',
        ),
      );
      const { key } = JSON.parse(made.stdout) as { key: string };
      const service = await serve(config);
      try {
        expect(webhooks).toContain(service.url);
        const call = (method: string, path: string, body?: object) =>
          fetch(`${service.url}${path}`, {
            method,
            headers: {
              authorization: `Bearer ${key}`,
              'content-type': 'application/json',
              'idempotency-key': randomUUID(),
            },
            ...(body === undefined ? {} : { body: JSON.stringify(body) }),
          });
        const [phone, country, operator] = ['+254712345678', 'KE', 'mpesa-ke'];
        const order = { merchant: 'm', transaction_reference: 'T-1', amount: '1500.00', currency: 'KES' };
        expect((await call('POST', '/v1/orders', { ...order, msisdn: phone, country, operator })).status).toBe(201);
        const asked = await call('POST', '/v1/orders/T-1/payments', { phone, country, operator });
        expect([asked.status, await asked.text()]).toEqual([202, expect.stringContaining('T-1')]);
        const truth = (await (await fetch(`${url}/truth`)).json()) as {
          references: Record<string, { outcome: string }>;
        };
        expect(Object.keys(truth.references)).toEqual(['T-1']);
        // Whatever its outcome, the service learns of it by a webhook or a poll, and then has the same status.
        const heard = async () => {
          const found = await (await call('GET', '/v1/transactions/T-1')).text();
          const { references } = (await (await fetch(`${url}/truth`)).json()) as typeof truth;
          const { payments } = references['T-1'] as unknown as { payments: { status: string }[] };
          return [payments[0]!.status !== 'pending', found.includes(`"${payments[0]!.status}"`)];
        };
        await expect.poll(heard, { interval: 200 }).toEqual([true, true]);
      } finally {
        expect(await end(service)).toBe(0);
      }
    } finally {
      expect(await gateway.end()).toBe(0);
    }
    // The trace of each fact shows the exchange that carried it, without the payer's number.
    const traced = await hesabu(['trace', 'T-1', '--data', join(dir, 'books')]);
    expect(traced.code).toBe(0);
    expect(traced.stdout).toMatch(/POST \/v1\/orders, exchange [0-9a-z]{28}/);
    expect(traced.stdout).toMatch(/POST \/payments\/initiate, exchange [0-9a-z]{28}/);
    expect(traced.stdout).toMatch(/(POST \/webhooks\/mfs-africa\/main|GET \/payments\/status), exchange [0-9a-z]{28}/);
    expect(traced.stdout).toContain('> {"merchant":"m","transaction_reference":"T-1","amount":"1500.00"');
    expect(traced.stdout).not.toContain('712345678');
    const { deliveries, calls } = JSON.parse(gateway.text().split('\n')[1]!);
    expect(deliveries.sent).toBeGreaterThan(0);
    expect(calls.fine).toBeGreaterThan(0);
  });

  test('says what it does and what to do next, in both languages, and keeps its secrets', async () => {
    const first = await sandbox();
    expect(await first.end()).toBe(0);
    for (const name of FAULT_NAMES) expect(first.first).toContain(`\n${name} `);
    expect(first.first).toContain(`\naccounts:\n  - provider: mfs-africa\n`);
    expect(first.first).toContain(`file: ${join(dir, 'secrets', 'mfs-africa', 'api_key')}\n`);
    expect(first.first).toContain(`hesabu serve --config ${join(dir, 'hesabu.yaml')}`);
    const secret = readFileSync(join(dir, 'secrets', 'mfs-africa', 'api_key'), 'utf8');
    expect(first.text()).not.toContain(secret);
    const second = await sandbox('--lang', 'zh-CN', '--faults', 'lost,late');
    expect(await second.end()).toBe(0);
    expect(second.first).toContain('测试网关');
    expect(second.first).toContain('支付成功的回调始终未到');
    expect(second.first).not.toContain('forged');
    expect(readFileSync(join(dir, 'secrets', 'mfs-africa', 'api_key'), 'utf8')).toBe(secret);
  });

  test.each([
    ['--faults', 'lost,often', 'HESABU_USAGE: --faults'],
    ['--webhook-url', 'ftp://x/', 'HESABU_USAGE: --webhook-url'],
    ['--port', '70000', 'HESABU_USAGE: --port'],
    ['--speed', '0', 'HESABU_USAGE: --speed'],
    ['--from', '2999-01-01T00:00:00Z', 'HESABU_USAGE: --from'],
  ])('refuses %s %s', async (option, value, title) => {
    const { code, stderr } = await hesabu(['sandbox', '--dir', dir, option, value]);
    expect([code, stderr]).toEqual([2, expect.stringContaining(title)]);
  });

  test('names the port that is in use', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const { code, stderr } = await hesabu(['sandbox', '--dir', dir, '--port', String(port)]);
    server.close();
    expect([code, stderr]).toEqual([4, expect.stringMatching(`HESABU_LISTEN_FAILED: 127.0.0.1:${port}: .*EADDRINUSE`)]);
  });
});
