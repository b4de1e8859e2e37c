// Imports, reports and operations through the API.
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fastify } from 'fastify';
import { describe, expect, test } from 'vitest';
import { registerApi } from '../../../src/http/api/server/register.ts';
import { NOON } from '../../service/ledger/given-live-ledger.ts';
import { type Given, givenApi } from './given-api.ts';

const HEADER = 'merchant,transaction_reference,amount,currency,placed_at';
const row = (reference: string, amount = '1000.00') => `shop-1,${reference},${amount},KES,2026-06-01T11:00:00Z`;

const send = (given: Given, key: string, payload: string | Buffer, query = 'kind=orders&name=orders.csv') =>
  given.ask({ method: 'POST', url: `/v1/imports?${query}`, key, payload, headers: { 'content-type': 'text/csv' } });

describe('POST /v1/imports', () => {
  test('imports a file once, and shows its rejects page by page', () =>
    givenApi(async (given) => {
      const key = given.key('operator', '*');
      const bad = Array.from({ length: 150 }, (_, at) => row(`B-${at}`, 'x'));
      const file = [HEADER, row('A-1'), ...bad].join('\n').slice(0, 4_096);
      const taken = await send(given, key, file);
      expect(taken.status).toBe(201);
      const { import: record, rejects, next } = taken.json;
      expect(record).toMatchObject({ status: 'done', file: 'orders.csv', kind: 'orders', bytes: 4_096 });
      const count = record.rejected;
      expect(rejects).toHaveLength(Math.min(count, 100));
      expect(rejects[0]).toMatchObject({ file: 'orders.csv', line: 3, field: 'amount', code: 'HESABU_AMOUNT_INVALID' });
      expect(next === null).toBe(count <= 100);
      const page = await given.ask({ url: `/v1/imports/${record.id}/rejects?limit=7&after=5`, key });
      expect(page.json.rejects).toEqual(rejects.slice(5, 12));
      const rest = await given.ask({ url: page.json.next, key });
      expect(rest.json.rejects[0]).toEqual(rejects[12]);
      expect((await given.ledger.reader.findKey('A-1'))?.claims).toHaveLength(1);
      const again = await send(given, key, file);
      expect([again.status, again.json.import.status]).toEqual([200, 'refused']);
      const listed = await given.ask({ url: '/v1/imports', key });
      expect(listed.json.imports.map(({ status }: { status: string }) => status)).toEqual(['refused', 'done']);
      expect(given.exchanges.map(({ names, status }) => [names, status])).toEqual([
        [['orders.csv'], 201],
        [['orders.csv'], 200],
      ]);
      expect(readdirSync(given.parts.uploadDir)).toEqual([]);
    }));

  test('does not read a file of which not one row can be taken, and says so; corrected, it is read', () =>
    givenApi(async (given) => {
      const key = given.key('operator', '*');
      const file = [HEADER, row('A-1', '1e3'), row('A-2', 'x')].join('\n');
      const unread = await send(given, key, file);
      expect([unread.status, unread.json.code]).toEqual([400, 'HESABU_FILE_UNREADABLE']);
      expect(unread.json.detail).toContain('GET /v1/imports/1/rejects');
      expect((await given.ask({ url: '/v1/imports/1/rejects', key })).json.rejects).toHaveLength(2);
      const again = await send(given, key, file);
      expect([again.status, again.json.code]).toEqual([400, 'HESABU_FILE_UNREADABLE']);
      const listed = await given.ask({ url: '/v1/imports', key });
      expect(listed.json.imports).toMatchObject([
        { id: 2, status: 'unread', rows: 2, rejected: 2 },
        { id: 1, status: 'unread', rows: 2, rejected: 2 },
      ]);
    }));

  test('takes a file that is as the caller expects, and nothing of any other (B13)', () =>
    givenApi(async (given) => {
      const key = given.key('operator', '*');
      const file = `${[HEADER, row('A-1'), row('A-2')].join('\n')}\n`;
      const query = (expected: string) => `kind=orders&name=orders.csv&expect=${encodeURIComponent(expected)}`;
      const wrong = await send(given, key, file, query('rows=3'));
      expect([wrong.status, wrong.json.code]).toEqual([400, 'HESABU_FILE_UNREADABLE']);
      expect(wrong.json.detail).toContain('expected rows=3, found rows=2');
      expect(await given.ledger.reader.findKey('A-1')).toBeUndefined();
      const taken = await send(given, key, file, query('rows=2,sum=KES:2000.00'));
      expect([taken.status, taken.json.import.sums]).toEqual([201, { KES: '2000.00' }]);
      const odd = await send(given, key, file, query('two rows'));
      expect([odd.status, odd.json.code]).toEqual([400, 'HESABU_REQUEST_INVALID']);
    }));

  test('reads a file in another form by the mapping that comes with it', () =>
    givenApi(async (given) => {
      const key = given.key('operator', '*');
      const csv = Buffer.from('Numéro;Montant;Date\nA-1;1.250,50;01/06/2026 08:00\n', 'latin1');
      const mapping = `orders:
  encoding: windows-1252
  decimal: ","
  thousands: "."
  dates: dd/MM/yyyy HH:mm
  zone: Africa/Nairobi
  columns: { transaction_reference: Numéro, amount: Montant, placed_at: Date }
  constants: { merchant: shop-1, currency: KES }`;
      const by = (text: string, more = '') =>
        send(given, key, csv, `kind=orders&name=a.csv&mapping=${encodeURIComponent(text)}${more}`);
      const taken = await by(mapping);
      expect([taken.status, taken.json.import.sums]).toEqual([201, { KES: '1250.50' }]);
      expect((await given.ledger.reader.findKey('A-1'))?.claims).toMatchObject([{ body: { amount: '1250.50' } }]);
      expect((await by(mapping)).json.import.status).toBe('refused');
      // With another mapping it is another reading.
      const inner = mapping.split('\n').slice(1);
      const deeper = inner.map((line) => `  ${line}`).join('\n');
      const named = `orders:\n  one: { zone: UTC }\n  two:\n    account: a\n${deeper}`;
      expect((await by(named, '&mapping_name=two')).status).toBe(201);
      const faults = [
        ['polls: {}', 'query.mapping', 'expected a mapping of orders, found none'],
        [mapping.replace('zone', 'zonne'), 'query.mapping: orders.zonne', 'expected zone, the nearest'],
        [named, 'query.mapping: orders', 'expected one of the names one, two'],
      ] as const;
      for (const [text, where, expected] of faults) {
        const { status, json } = await by(text);
        expect([status, json.code]).toEqual([422, 'HESABU_MAPPING_INVALID']);
        expect(json.detail).toContain(where);
        expect(json.detail).toContain(expected);
      }
    }));

  test.each([
    ['a file that is too large', 'x'.repeat(5_000), undefined, 413, 'HESABU_BODY_TOO_LARGE'],
    ['an empty file', '', undefined, 422, 'HESABU_FILE_EMPTY'],
    ['a file of another format', 'a,b\n1,2\n', undefined, 422, 'HESABU_HEADER_INVALID'],
    ['no kind', HEADER, 'name=a.csv', 400, 'HESABU_REQUEST_INVALID'],
    ['an unknown kind', HEADER, 'kind=rules&name=a.csv', 400, 'HESABU_REQUEST_INVALID'],
    ['a path as a name', HEADER, 'kind=orders&name=..%2Fa.csv', 400, 'HESABU_REQUEST_INVALID'],
  ])('refuses %s and leaves nothing behind', (_what, payload, query, status, code) =>
    givenApi(async (given) => {
      const refused = await send(given, given.key('admin', '*'), payload, query);
      expect([refused.status, refused.json.code]).toEqual([status, code]);
      const left = readdirSync(given.dir).includes('uploads') ? readdirSync(given.parts.uploadDir) : [];
      expect(left).toEqual([]);
      expect(given.exchanges).toMatchObject([{ fault: code, status }]);
    }),
  );
});

describe('an upload over a socket', () => {
  const start = async (given: Given, headers: Record<string, string>) => {
    await given.app.listen({ port: 0, host: '127.0.0.1' });
    const { port } = given.app.server.address() as AddressInfo;
    const path = '/v1/imports?kind=orders&name=a.csv';
    const authorization = `Bearer ${given.key('admin', '*')}`;
    const all = { authorization, 'content-type': 'text/csv', ...headers };
    return request({ port, host: '127.0.0.1', method: 'POST', path, headers: all });
  };

  test('without end is refused, and its connection is closed', () =>
    givenApi(async (given) => {
      const upload = await start(given, { 'transfer-encoding': 'chunked' });
      upload.on('error', () => {});
      const timer = setInterval(() => upload.write('x'.repeat(1_000)), 1);
      const response = await new Promise<IncomingMessage>((resolve) => upload.on('response', resolve));
      clearInterval(timer);
      expect([response.statusCode, response.headers.connection]).toEqual([413, 'close']);
      await new Promise((resolve) => response.resume().on('close', resolve));
      expect(readdirSync(given.parts.uploadDir)).toEqual([]);
    }));

  test('that breaks off imports nothing', () =>
    givenApi(async (given) => {
      const upload = await start(given, { 'content-length': '1000' });
      upload.on('error', () => {});
      upload.write(`${HEADER}\n${row('A-1')}\n`);
      const files = () => (readdirSync(given.dir).includes('uploads') ? readdirSync(given.parts.uploadDir) : []);
      await expect.poll(files).toHaveLength(1);
      upload.destroy();
      await expect.poll(files).toEqual([]);
      expect([...given.parts.imports()]).toEqual([]);
    }));
});

describe('the folder of uploads', () => {
  test('is emptied at the start: files of a killed process are not imported', () =>
    givenApi(async ({ parts }) => {
      mkdirSync(parts.uploadDir, { recursive: true });
      writeFileSync(join(parts.uploadDir, 'half'), HEADER);
      const app = fastify();
      registerApi(app, parts, []);
      expect(existsSync(parts.uploadDir)).toBe(false);
      await app.close();
    }));
});

describe('GET /v1/reports/:day', () => {
  test('names the files, and returns each as a download', () =>
    givenApi(async (given) => {
      const key = given.key('auditor', '*');
      const day = await given.ask({ url: '/v1/reports/2026-06-01?lang=zh-CN', key });
      expect(day.json).toEqual({ day: '2026-06-01', lang: 'zh-CN', files: ['summary.json', 'breaks.csv'] });
      const french = await given.ask({ url: '/v1/reports/2026-06-01?lang=fr', key });
      expect(french.json).toEqual({ ...day.json, lang: 'fr' });
      const breaks = await given.ask({ url: '/v1/reports/2026-06-01/breaks.csv', key });
      expect([breaks.status, breaks.text]).toEqual([200, 'merchant\nshop-1\n']);
      expect(breaks.headers['content-disposition']).toBe('attachment; filename="hesabu-2026-06-01-breaks.csv"');
      expect((await given.ask({ url: '/v1/reports/2026-06-01/summary.json', key })).json).toEqual({ keys: 0 });
      const faults = async (url: string) => {
        const { status, json } = await given.ask({ url, key });
        return [status, json.code];
      };
      expect(await faults('/v1/reports/2026-06-01/report.xlsx')).toEqual([404, 'HESABU_NOT_FOUND']);
      expect(await faults('/v1/reports/2026-06-02')).toEqual([404, 'HESABU_NOT_FOUND']);
      expect(await faults('/v1/reports/2026-06-31')).toEqual([400, 'HESABU_REQUEST_INVALID']);
      expect(await faults('/v1/reports/2026-06-01/..%2f..%2fkeys')).toEqual([400, 'HESABU_REQUEST_INVALID']);
      expect(await faults('/v1/reports/2026-06-01?lang=tlh')).toEqual([400, 'HESABU_REQUEST_INVALID']);
    }));
});

describe('alerts, settlements and unread webhooks', () => {
  test('are shown with their times', () =>
    givenApi(async (given) => {
      const key = given.key('approver', '*');
      const message = { en: 'silence', 'zh-CN': '无回调' };
      const about = {
        alert: 'callback_silence',
        about: 'main',
        severity: 'critical',
        since: NOON,
        until: null,
      } as const;
      given.alerts.push({ ...about, value: '75', threshold: '60', message, next: message });
      const line = { line: '7', transaction_reference: 'A-1', line_type: 'payment', gross: '10.00' } as const;
      const before = { ...line, currency: 'KES', fee: null, settlement_date: '2026-05-31' };
      given.settlements.reports.push({
        ...{ account: 'mfs-africa/main', date: '2026-05-31', status: 'waiting', due: NOON, next: null },
        ...{ tries: 3, looks: 0, sha256: null, rows: null, rejected: 2, import: 7, isMissing: true },
      });
      given.settlements.changes.push({
        ...{ account: 'mfs-africa/main', date: '2026-05-30', at: NOON, vanished: [before], added: [] },
        ...{
          counts: { vanished: 1, added: 0, changed: 1 },
          changed: [{ before, after: { ...before, gross: '9.00' } }],
        },
      });
      given.unread.push({
        exchange: 'x',
        provider: 'mfs-africa',
        account: 'main',
        received_at: NOON,
        ...{ fault: 'no event', times: 3, last_received_at: NOON + 1 },
      });
      const alerts = await given.ask({ url: '/v1/alerts', key });
      expect(alerts.json.alerts).toMatchObject([{ alert: 'callback_silence', since: '2026-06-01T12:00:00Z' }]);
      const settlements = await given.ask({ url: '/v1/settlements', key });
      expect(settlements.json).toMatchObject({
        reports: [
          {
            date: '2026-05-31',
            status: 'waiting',
            due: '2026-06-01T12:00:00Z',
            rejected: 2,
            import: 7,
            is_missing: true,
          },
        ],
        changes: [{ date: '2026-05-30', vanished: [{ line: '7' }], changed: [{ after: { gross: '9.00' } }] }],
      });
      const unread = await given.ask({ url: '/v1/webhooks/unread', key });
      expect(unread.json.webhooks).toMatchObject([{ exchange: 'x', received_at: '2026-06-01T12:00:00Z', times: 3 }]);
      const metrics = await given.ask({ url: '/metrics', key });
      expect(metrics.text).toContain('hesabu_keys{standing="matched"} 1');
      expect(metrics.headers['content-type']).toMatch(/^text\/plain; version=0.0.4/);
    }));

  test('exchanges are found by id, name and time, and shown with their bodies', () =>
    givenApi(async (given) => {
      const key = given.key('auditor', '*');
      const bytes = (text: string) => ({ headers: { 'x-a': 'b' }, body: Buffer.from(text, 'latin1') });
      const exchange = (id: string, at: number, name: string) =>
        given.exchanges.push({
          ...{ id, direction: 'out', at, elapsed_ms: 12, account: 'mfs-africa/main', method: 'GET', url: 'http://g/' },
          ...{ request: bytes(''), status: 200, response: bytes('\xff{}'), fault: null, names: [name] },
        } as const);
      exchange('e1', NOON, 'A-1');
      exchange('e2', NOON + 1_000, 'A-2');
      const found = async (query: string) => {
        const { json } = await given.ask({ url: `/v1/exchanges?${query}`, key });
        return json.exchanges.map(({ id }: { id: string }) => id);
      };
      expect(await found('')).toEqual(['e2', 'e1']);
      expect(await found('name=A-1')).toEqual(['e1']);
      expect(await found('id=e2')).toEqual(['e2']);
      expect(await found('id=e9')).toEqual([]);
      expect(await found('from=2026-06-01T12:00:00.500Z')).toEqual(['e2']);
      expect(await found('to=2026-06-01T15:00:01%2B03:00')).toEqual(['e1']);
      const whole = await given.ask({ url: '/v1/exchanges/e1', key });
      expect(whole.json).toMatchObject({
        at: '2026-06-01T12:00:00Z',
        request: { headers: { 'x-a': 'b' }, encoding: 'utf8', content: '' },
        response: { encoding: 'base64', content: Buffer.from('\xff{}', 'latin1').toString('base64') },
      });
      expect((await given.ask({ url: '/v1/exchanges/e9', key })).status).toBe(404);
    }));
});
