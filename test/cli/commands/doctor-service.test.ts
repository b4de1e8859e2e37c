// The doctor checks a service's configuration and calls its gateways and targets: it reports each fault separately.
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { SYSTEM_CLOCK } from '../../../src/runtime/clock.ts';
import { examineService } from '../../../src/service/service-check.ts';
import { startSandbox } from '../../../src/simulation/gateway/sandbox.ts';
import { MFS_AFRICA } from '../../../src/simulation/personalities/mfs-africa/mfs-africa.ts';
import { FakeIssuer } from '../../outbound/oidc/fake-issuer.ts';
import { end, serve } from '../../service/service-client.ts';
import { hesabu } from '../cli-process.ts';

let dir: string;
const closers: (() => unknown)[] = [];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'hesabu-doctor-'));
  write('api_key', 'the-key');
  write('webhook', 'a-webhook-secret-of-tests');
  write('notify', `whsec_${Buffer.alloc(24, 7).toString('base64')}`);
});
afterEach(async () => {
  for (const one of closers.splice(0).reverse()) await one();
  rmSync(dir, { recursive: true, force: true });
});

function write(name: string, text: string, mode = 0o600): string {
  writeFileSync(join(dir, name), text, { mode });
  return join(dir, name);
}

async function listen(answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function sandbox(): Promise<string> {
  const made = await startSandbox({
    ...{ personality: MFS_AFRICA, clock: SYSTEM_CLOCK, seed: 1, faults: new Set(), secret: () => 'the-key' },
  });
  closers.push(() => made.close());
  return made.url;
}

/** A configuration for this gateway; `more` replaces parts of it. */
function configFor(gateway: string, more: object = {}): string {
  const account = {
    ...{ provider: 'mfs-africa', account: 'main', base_url: gateway, api_key: { file: 'api_key' } },
    webhook: { secrets: [{ file: 'webhook' }] },
  };
  const outgoing = { allow: [new URL(gateway).host], timeout: 'PT60S' };
  const content = { data: 'books', listen: { port: 0 }, accounts: [account], outgoing, ...more };
  return write('hesabu.yaml', stringify(content));
}

/** The checks that need attention, with what they found. */
async function faultsIn(config: string): Promise<[string, string][]> {
  const checks = await examineService(config);
  return checks.filter(({ remedy }) => remedy !== null).map(({ name, found }) => [name, found]);
}

describe('given a gateway that answers', () => {
  test('then all is well, before the first start and while the service runs', async () => {
    const config = configFor(await sandbox());
    const first = await examineService(config);
    expect(first.filter(({ remedy }) => remedy !== null)).toEqual([]);
    expect(first.map(({ name }) => name)).toEqual([
      ...['node', 'directory', 'space', 'config', 'secrets', 'rules file', 'listen', 'port', 'webhook', 'gateway'],
    ]);
    expect(first.at(-1)!.found).toBe('mfs-africa/main answers, with 2 operators for KE');

    const serving = await serve(config);
    try {
      const there = configFor(await sandbox(), { listen: { port: Number(new URL(serving.url).port) } });
      const checks = await examineService(there);
      expect(checks.filter(({ remedy }) => remedy !== null)).toEqual([]);
      const found = new Map(checks.map((check) => [check.name, check.found]));
      expect([found.get('lock'), found.get('port')]).toEqual([
        'the running service holds it',
        `${new URL(serving.url).host}: the service listens there already`,
      ]);
    } finally {
      await end(serving);
    }
  });

  test('then an issuer of sign-ins is asked for its description, and named where it does not fit', async () => {
    const gateway = await sandbox();
    const issuer = new FakeIssuer();
    await issuer.start();
    closers.push(() => issuer.close());
    const allow = [gateway, issuer.url].map((url) => new URL(url).host);
    const more = (url: string) => ({
      ...{ public_url: 'http://127.0.0.1:8070', outgoing: { allow, timeout: 'PT60S' } },
      oidc: { issuer: url, client_id: 'hesabu', label: 'Acme' },
    });
    const checks = await examineService(configFor(gateway, more(issuer.url)));
    expect(checks.filter(({ remedy }) => remedy !== null)).toEqual([]);
    const well = `${issuer.url} answers; it must know http://127.0.0.1:8070/v1/session/oidc`;
    expect(checks.at(-1)).toMatchObject({ name: 'issuer', found: well });
    const other = await faultsIn(configFor(gateway, more(`${issuer.url}/realms/shop`)));
    expect(other).toEqual([['issuer', `HESABU_ISSUER_UNREACHABLE: ${issuer.url}/realms/shop: status 404`]]);
    issuer.faults.description = { issuer: 'https://other.example' };
    const named = await faultsIn(configFor(gateway, more(issuer.url)));
    expect(named).toEqual([['issuer', `HESABU_ISSUER_INVALID: ${issuer.url}: one of https://other.example`]]);
  });

  test('then the command prints a table or JSON, and exits with 0 or 4', async () => {
    const config = configFor(await sandbox());
    const well = await hesabu(['doctor', '--config', config, '--format', 'json']);
    expect([well.code, JSON.parse(well.stdout).ok]).toEqual([0, true]);
    write('api_key', 'another');
    const ill = await hesabu(['doctor', '--config', config, '--lang', 'zh-CN']);
    expect([ill.code, ill.stdout]).toEqual([4, expect.stringMatching(/网关 +注意/)]);
    const both = await hesabu(['doctor', '--config', config, '--data', dir]);
    expect([both.code, both.stderr]).toEqual([2, expect.stringContaining('HESABU_USAGE: --data')]);
  });

  test('then all that is found and to be done is in Chinese too, but names and numbers', async () => {
    chmodSync(join(dir, 'webhook'), 0o644);
    const { code, stdout } = await hesabu(['doctor', '--config', configFor(await sandbox()), '--lang', 'zh-CN']);
    const words = stdout.replaceAll(dir, 'DIR').match(/\b[a-z]{2,}\b/g) ?? [];
    const names = ['hesabu', 'yaml', 'books', 'webhook', 'chmod', 'go', 'mfs', 'africa', 'main'];
    expect([code, words.filter((word) => !names.includes(word))]).toEqual([4, []]);
    expect(stdout).toContain('其他用户可读取 DIR/webhook'.replace('DIR', dir));
    expect(stdout).toContain('密钥：请运行：chmod go= ');
  });

  test('then a remedy that several checks share is printed once', async () => {
    const config = configFor(await sandbox());
    for (const name of ['api_key', 'webhook']) rmSync(join(dir, name));
    const { stdout } = await hesabu(['doctor', '--config', config]);
    expect(stdout.match(/HESABU_SECRET_MISSING/g)).toHaveLength(2);
    expect(stdout.match(/Secrets: Set the environment variable/g)).toHaveLength(1);
  });

  test.each([
    ['an unknown key', () => write('api_key', 'another'), ['gateway', /HESABU_GATEWAY_REFUSED.*401/]],
    ['a missing secret', () => rmSync(join(dir, 'webhook')), ['secrets', /HESABU_SECRET_MISSING.*webhook/]],
    ['a secret that can be guessed', () => write('webhook', 'short'), ['secrets', /webhook.secrets.0/]],
    ['a secret that others may read', () => chmodSync(join(dir, 'webhook'), 0o644), ['secrets', /others may read/]],
  ])('then %s is reported, and nothing else', async (_what, spoil, [name, found]) => {
    const config = configFor(await sandbox());
    spoil();
    expect(await faultsIn(config)).toEqual([[name, expect.stringMatching(found as RegExp)]]);
  });

  test.each([
    ['invalid rules', { rules: 'rules.yaml' }, ['rules file', /HESABU_RULES_INVALID/]],
    ['missing rules', { rules: 'none.yaml' }, ['rules file', /HESABU_FILE_MISSING.*none.yaml/]],
    ['an address that others can reach', { listen: { host: '0.0.0.0', port: 0 } }, ['listen', /HESABU_LISTEN_REFUSED/]],
    ['an address of another machine', { listen: { host: '192.0.2.1', port: 0 } }, ['port', /EADDRNOTAVAIL/]],
  ])('then %s', async (_what, more, [name, found]) => {
    write('rules.yaml', 'zone: Nowhere/None');
    const config = configFor(await sandbox(), more);
    expect(await faultsIn(config)).toContainEqual([name, expect.stringMatching(found as RegExp)]);
  });

  test('then targets of notifications are called too, and their secrets are read', async () => {
    const [well, gone] = [await listen((_request, response) => response.writeHead(405).end()), 'http://127.0.0.1:1'];
    const gateway = await sandbox();
    const notify = [well, gone].map((url) => ({ url, secret: { file: 'notify' } }));
    const allow = [gateway, well, gone].map((url) => new URL(url).host);
    const config = configFor(gateway, { notify, outgoing: { allow, timeout: 'PT60S' } });
    expect(await faultsIn(config)).toEqual([['notify', expect.stringContaining('ECONNREFUSED')]]);
    write('notify', 'not as it is written');
    expect(await faultsIn(config)).toContainEqual(['secrets', expect.stringContaining('HESABU_CONFIG_INVALID')]);
  });
});

describe('given a gateway that does not answer', () => {
  test.each([
    ['never answers', () => {}, 'PT0.5S', /no answer within 500 ms/],
    ['answers something else', (_request, response) => response.end('hello'), 'PT60S', /HESABU_GATEWAY_REFUSED/],
  ] satisfies [string, RequestListener, string, RegExp][])(
    'then one that %s is reported',
    async (_what, answer, timeout, found) => {
      const gateway = await listen(answer);
      const config = configFor(gateway, { outgoing: { allow: [new URL(gateway).host], timeout } });
      expect(await faultsIn(config)).toEqual([['gateway', expect.stringMatching(found)]]);
    },
  );

  test('then one that cuts its answer off is asked again by hand, since nothing repeats the doctor', async () => {
    const config = configFor(await listen((_request, response) => response.socket!.destroy()));
    const check = (await examineService(config)).find(({ name }) => name === 'gateway')!;
    expect([check.found, check.remedy]).toEqual([
      expect.stringMatching(/^HESABU_GATEWAY_FAILED: mfs-africa\/main: GET \/operators: /),
      expect.stringMatching(/^Run doctor again\./),
    ]);
  });

  test('then a forbidden address is reported', async () => {
    const config = configFor(await sandbox(), { outgoing: { timeout: 'PT60S' } });
    expect(await faultsIn(config)).toEqual([['gateway', expect.stringContaining('HESABU_ADDRESS_FORBIDDEN')]]);
  });

  test('then a clock far from that of the gateway is reported', async () => {
    const gateway = await listen((_request, response) => {
      response.setHeader('date', new Date(Date.now() + 600_000).toUTCString());
      response.end('{"operators":[]}');
    });
    expect(await faultsIn(configFor(gateway))).toEqual([
      ['gateway', expect.stringMatching(/clock is (599|600) s ahead/)],
    ]);
  });
});

test('given an invalid configuration, then that is reported', async () => {
  const config = write('hesabu.yaml', 'data: books\nlisten: { port: many }');
  expect(await faultsIn(config)).toEqual([['config', expect.stringContaining('listen.port')]]);
  expect(await faultsIn(join(dir, 'none.yaml'))).toEqual([['config', expect.stringContaining('HESABU_FILE_MISSING')]]);
});
