// The API is what its document says: schemathesis reads the document and sends what it allows and what it forbids to
// a running service with its test gateway. It is long and needs schemathesis from PyPI, so only the soak runs it.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { TOTP } from 'otpauth';
import { expect, test } from 'vitest';
import { hesabu } from '../cli/cli-process.ts';
import { freePort } from '../free-port.ts';
import { MAIN } from '../program.ts';
import { end, serve } from './service-client.ts';

/** How many examples of each operation. */
const EXAMPLES = Number(process.env.HESABU_TEST_DOCUMENT ?? 0);
const VERSION = '4.32.5';
const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const PLACE = join(ROOT, '.cache', 'schemathesis');
const SETTINGS = fileURLToPath(new URL('schemathesis.toml', import.meta.url));

/** What admins do not see, what only people who are signed in do, and what only a second person does. */
const WORKED = '^/v1/(attachments|batches|cases|changes|merchants|operators|periods|proposals|statements|views)';
const PEOPLE = '^/v1/(people|me|notify)';
const APPROVED = '^/v1/(approvals|batches|periods|proposals)';

/** Settlement lines without orders, and with fees that nobody agreed on: cases that people work. */
async function giveCases(url: string, key: string): Promise<void> {
  const head = 'settlement_date,transaction_reference,transaction_id,type,amount_received,currency,fee_deduction';
  const lines = [1, 2, 3].map((at) => `2026-06-01,SC-${at},T${at},payment,500.00,KES,5.00\n`);
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'text/csv', 'idempotency-key': 'cases' };
  const body = `${head}\n${lines.join('')}`;
  const answer = await fetch(`${url}/v1/imports?kind=settlements&name=s.csv`, { method: 'POST', headers, body });
  expect(answer.status).toBe(201);
}

/** What the browser of a new person sends, as options. */
async function browserOf(url: string, invite: string): Promise<string[]> {
  const own = { origin: url, 'x-hesabu-request': '1' };
  const send = (json: object) => {
    const headers = { ...own, 'content-type': 'application/json' };
    return fetch(`${url}/v1/session/invite`, { method: 'POST', headers, body: JSON.stringify(json) });
  };
  const { totp } = (await (await send({ invite })).json()) as { readonly totp: { readonly secret: string } };
  const code = new TOTP({ secret: totp.secret }).generate();
  const accepted = await send({ invite, code, password: 'four plain short words' });
  expect(accepted.status).toBe(201);
  const cookie = accepted.headers.getSetCookie()[0]!.split(';')[0]!;
  return Object.entries({ ...own, cookie }).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
}

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
  const options = ['--dir', dir, '--port', '0', '--faults', 'none', '--speed', '1', '--webhook-url', webhooks];
  const gateway = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, 'sandbox', ...options]);
  try {
    const config = join(dir, 'hesabu.yaml');
    await expect.poll(() => existsSync(config)).toBe(true);
    // One client sends more than a shop would.
    const limits = 'limits: { key: { per_second: 100000, burst: 100000 } }\n';
    writeFileSync(config, readFileSync(config, 'utf8') + limits);
    const place = ['--data', join(dir, 'books'), '--format', 'json'];
    const keyOf = async (role: string) => {
      const owner = [...place, '--role', role, '--merchant', '*', '--person', 'Asha Mushi'];
      return JSON.parse((await hesabu(['keys', 'create', ...owner])).stdout).key as string;
    };
    const [admin, operator] = [await keyOf('admin'), await keyOf('operator')];
    const inviteOf = async (name: string, role: string) => {
      const person = [...place, '--name', name, '--roles', `${role}@*`];
      return JSON.parse((await hesabu(['people', 'create', ...person])).stdout).invite as string;
    };
    const invites = [await inviteOf('Juma', 'admin'), await inviteOf('Neema', 'approver')] as const;
    const service = await serve(config);
    try {
      const address = `${service.url}/openapi.json`;
      const args = ['--config-file', SETTINGS, 'run', address, '-n', `${EXAMPLES}`, '--continue-on-failure'];
      const seed = ['--seed', process.env.HESABU_SEED ?? '1'];
      await giveCases(service.url, operator);
      const browser = await browserOf(service.url, invites[0]);
      const approver = await browserOf(service.url, invites[1]);
      // The cookie has another name without TLS than in the document.
      const withoutTls = ['--exclude-checks', 'ignored_auth,negative_data_rejection'];
      for (const caller of [
        ['-H', `Authorization: Bearer ${admin}`],
        ['-H', `Authorization: Bearer ${operator}`, '--include-path-regex', WORKED],
        [...approver, '--include-path-regex', APPROVED, ...withoutTls],
        // The last one: it disables the others.
        [...browser, '--include-path-regex', PEOPLE, ...withoutTls],
      ]) {
        const checked = spawn(join(PLACE, 'bin', 'st'), [...args, ...seed, ...caller], { cwd: dir });
        const [said, [code]] = await Promise.all([text(checked.stdout), once(checked, 'close')]);
        process.stdout.write(`${said.slice(said.lastIndexOf('SUMMARY'))}\n`);
        expect(code, said).toBe(0);
      }
    } finally {
      await end(service);
    }
  } finally {
    gateway.kill('SIGTERM');
    rmSync(dir, { recursive: true, force: true });
  }
});
