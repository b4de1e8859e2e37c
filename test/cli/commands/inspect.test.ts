// `hesabu inspect`, as a shell sees it.

import { createHmac } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { hesabu, writeFiles } from '../cli-process.ts';
import { freshDirectory } from './given-ledger.ts';

const STATEMENT = fileURLToPath(new URL('../../fixtures/exports/mpesa-statement.csv', import.meta.url));
const NOW = '2026-06-01T12:00:00Z';
const hook = (id: string, more: object = {}) =>
  JSON.stringify({
    ...{ id, event: 'payment.success', created_at: '2026-06-01T11:05:00Z' },
    data: {
      ...{ transaction_reference: 'A-1', transaction_id: 'P-1', amount: '1000.00', currency: 'KES' },
      ...{ msisdn: '+254700000001', ...more },
    },
  });
const SECRET = 'a secret with a line end\n';
const signatureOf = (text: string) => `sha256=${createHmac('sha256', SECRET).update(text).digest('hex')}`;
const CONFIG = `accounts:
  - { provider: mfs-africa, account: main, merchants: [shop-a], webhook: { scheme: body } }
`;

async function inspect(files: Record<string, string>, ...options: string[]) {
  const dir = freshDirectory();
  const paths: Record<string, string> = writeFiles(dir, files);
  const args = options.map((option) => paths[option] ?? option);
  const before = readdirSync(dir);
  const result = await hesabu(['inspect', ...args, '--now', NOW, '--format', 'json']);
  expect(readdirSync(dir), 'nothing is kept').toEqual(before);
  return { ...result, told: result.stdout === '' ? null : JSON.parse(result.stdout) };
}

const MFS = ['--provider', 'mfs-africa'];

describe('hesabu inspect', () => {
  it('tells the facts of a body in one JSON object, with personal data hidden', async () => {
    const { code, told, stdout } = await inspect({ 'a.json': hook('ev-1') }, 'a.json', ...MFS, '--account', 'main');
    expect(code).toBe(0);
    expect(Object.keys(told)).toEqual(['verified', 'facts', 'rejects', 'ignored', 'unread']);
    expect(told).toMatchObject({ verified: null, rejects: [], ignored: [], unread: null });
    expect(told.facts).toMatchObject([
      {
        ...{ id: 'mfs-africa/main:callback:ev-1', provider: 'mfs-africa', account: 'main' },
        ...{ transaction_reference: 'A-1', occurred_at: Date.parse('2026-06-01T11:05:00Z') },
        ...{ received_at: Date.parse(NOW), body: { status: 'succeeded', amount: '1000.00', currency: 'KES' } },
      },
    ]);
    expect(stdout).not.toContain('254700000001');
  });

  it('says to people that a callback which nobody signed is a hint only', async () => {
    const body = { transaction: { id: 'A1', status_code: 'TS', airtel_money_id: 'MP1', message: 'Paid' } };
    const path = writeFiles(freshDirectory(), { 'a.json': JSON.stringify(body) })['a.json'];
    const airtel = await hesabu(['inspect', path, '--provider', 'airtel', '--now', NOW]);
    expect(airtel.stdout).toContain('payment succeeded [MP1], a hint: nobody signed it');
    const chinese = await hesabu(['inspect', path, '--provider', 'airtel', '--now', NOW, '--lang', 'zh-CN']);
    expect(chinese.stdout).toContain('[MP1]，仅为提示：没有签名');
    const signed = writeFiles(freshDirectory(), { 'b.json': hook('ev-1') })['b.json'];
    expect((await hesabu(['inspect', signed, ...MFS, '--now', NOW])).stdout).not.toContain('a hint');
  });

  it('reads the other lines where the first one is broken, and no part of one broken body', async () => {
    const { told } = await inspect({ 'a.jsonl': `{"id": "ev-1",\n${hook('ev-2')}\n` }, 'a.jsonl', ...MFS);
    expect(told.facts.map(({ id }: { id: string }) => id)).toEqual(['mfs-africa:callback:ev-2']);
    expect(told.rejects).toEqual([{ field: '', place: 'line 1', why: expect.stringContaining('malformed') }]);

    const cut = await inspect({ 'b.json': `{\n  "events": [\n    ${hook('ev-1')}\n  ]\n` }, 'b.json', ...MFS);
    expect(cut.told).toMatchObject({ facts: [], rejects: [], unread: expect.stringContaining('malformed') });
  });

  it('reads a body in each line, and says in which line something is wrong', async () => {
    const text = `${hook('ev-1')}\n\n${hook('ev-2', { amount: '1,5' })}\nno JSON\n`;
    const { told } = await inspect({ 'a.jsonl': text }, 'a.jsonl', ...MFS);
    expect(told.facts.map(({ id }: { id: string }) => id)).toEqual(['mfs-africa:callback:ev-1']);
    expect(told.rejects).toEqual([
      { field: 'amount', place: 'line 3', why: expect.stringContaining('HESABU_AMOUNT_INVALID') },
      { field: '', place: 'line 4', why: expect.stringContaining('HESABU_JSON_INVALID') },
    ]);
    expect(told.unread).toBeNull();
  });

  it.each([
    ['no JSON', '<html>'],
    ['another value', '[]'],
    ['half a body', hook('ev-1').slice(0, 40)],
    ['nothing', ''],
  ])('says that %s is unread, and exits with 0', async (_what, text) => {
    const { code, told } = await inspect({ 'a.json': text }, 'a.json', ...MFS);
    expect([code, told]).toEqual([
      0,
      { verified: null, facts: [], rejects: [], ignored: [], unread: expect.any(String) },
    ]);
  });

  it.each([
    ['the signature of these bytes', hook('ev-1'), signatureOf(hook('ev-1')), true],
    ['the signature of others', hook('ev-1'), signatureOf(hook('ev-2')), false],
    ['the signature of a body that cannot be read', 'no JSON', signatureOf('no JSON'), true],
    ['no signature', hook('ev-1'), undefined, false],
  ])(
    'tells whether %s proves the sender, by the exact bytes of the secret',
    async (_what, text, signature, verified) => {
      const headers = JSON.stringify(signature === undefined ? {} : { 'X-SIGNATURE': signature });
      const files = { 'a.json': text, 'h.json': headers, 'secret.txt': SECRET, 'hesabu.yaml': CONFIG };
      const proof = ['--headers', 'h.json', '--secret-file', 'secret.txt', '--config', 'hesabu.yaml'];
      const { told } = await inspect(files, 'a.json', ...MFS, ...proof);
      expect(told.verified).toBe(verified);
    },
  );

  it.each(['X-Reference-Id', 'x-reference-id', 'X-REFERENCE-ID'])(
    'takes what the body lacks by names in any case: %s',
    async (name) => {
      const id = '8a6c3a4e-0b57-4f43-9c0b-1d2e3f405162';
      const context = JSON.stringify({ [name]: id, HTTP_Status: 202 });
      const options = ['--provider', 'mtn-momo', '--as', 'initiation', '--context', 'c.json'];
      const { told } = await inspect({ 'a.json': '', 'c.json': `\ufeff${context}` }, 'a.json', ...options);
      expect(told.facts).toMatchObject([
        { transaction_reference: `?mtn-momo:${id}`, body: { status: 'initiated', request_id: id } },
      ]);
    },
  );

  it.each(['CheckoutRequestID', 'checkoutrequestid'])(
    'takes the id of a query whose answer has none: %s',
    async (name) => {
      const body = JSON.stringify({
        requestId: 'r',
        errorCode: '500.001.1001',
        errorMessage: 'The transaction is being processed',
      });
      const files = { 'a.json': body, 'c.json': JSON.stringify({ http_status: 500, [name]: 'ws_CO_1' }) };
      const { told } = await inspect(files, 'a.json', '--provider', 'mpesa', '--as', 'poll', '--context', 'c.json');
      expect(told.facts).toMatchObject([
        { transaction_reference: '?mpesa:ws_CO_1', body: { status: 'pending', request_id: 'ws_CO_1' } },
      ]);
    },
  );

  it('reads an export, and lists each row that is no fact', async () => {
    const { told } = await inspect({}, STATEMENT, '--provider', 'mpesa', '--as', 'export');
    expect(told.facts.length).toBeGreaterThan(0);
    expect(told.ignored.length).toBeGreaterThan(0);
    for (const { place } of told.ignored) expect(place).toMatch(/^line \d+$/);
  });

  it('prints the same for people, in both languages', async () => {
    const { 'a.json': path } = writeFiles(freshDirectory(), { 'a.json': hook('ev-1') });
    const english = await hesabu(['inspect', path, ...MFS]);
    expect(english.stdout).toContain('A-1  callback: payment succeeded, 1,000.00 KES [P-1]');
    const chinese = await hesabu(['inspect', path, ...MFS, '--lang', 'zh-CN']);
    expect(chinese.stdout).toContain('1 条事实');
  });

  it.each([
    ['a provider that nobody knows', ['--provider', 'nobody'], 'HESABU_USAGE'],
    ['a kind that the provider does not send', [...MFS, '--as', 'initiation'], 'HESABU_USAGE'],
    ['headers that are no object', [...MFS, '--headers', 'list.json'], 'HESABU_USAGE'],
    ['headers that are no texts', [...MFS, '--headers', 'numbers.json'], 'HESABU_USAGE'],
    ['headers that are no JSON', [...MFS, '--headers', 'a.txt'], 'HESABU_USAGE'],
    ['a header twice', [...MFS, '--headers', 'twice.json'], 'HESABU_USAGE'],
    ['a context of objects', [...MFS, '--context', 'numbers.json'], 'HESABU_USAGE'],
    ['a secret file that is not there', [...MFS, '--secret-file', 'nowhere'], 'HESABU_FILE_MISSING'],
    ['headers that are not there', [...MFS, '--headers', 'nowhere'], 'HESABU_FILE_MISSING'],
    ['a configuration that is not there', [...MFS, '--config', 'nowhere'], 'HESABU_FILE_MISSING'],
    ['a time that is none', [...MFS, '--now', 'tomorrow'], 'HESABU_USAGE'],
    ['a time without an offset', [...MFS, '--now', '2026-06-01T12:00:00'], 'HESABU_USAGE'],
    ['an account that is not there', [...MFS, '--config', 'hesabu.yaml', '--account', 'x'], 'HESABU_CONFIG_INVALID'],
  ])('refuses %s with a message, and prints nothing else', async (_what, options, code) => {
    const dir = freshDirectory();
    const files: Record<string, string> = {
      ...{ 'a.json': hook('ev-1'), 'list.json': '[]', 'hesabu.yaml': CONFIG, 'a.txt': 'no JSON' },
      ...{ 'numbers.json': '{"a":{"b":1}}', 'twice.json': '{"a":"1","a":"2"}' },
    };
    const paths: Record<string, string> = writeFiles(dir, files);
    const args = options.map((option) => paths[option] ?? option);
    const result = await hesabu(['inspect', paths['a.json']!, '--format', 'json', ...args]);
    expect([result.code, result.stdout]).toEqual([2, '']);
    expect(result.stderr).toContain(code);
  });
});
