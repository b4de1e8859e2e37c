// How a file would be read, through the API: its first rows beside what they would become. Nothing of it is stored.
import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { wholeRows } from '../../../src/http/api/whole-rows.ts';
import { type Given, givenApi } from './given-api.ts';

const HEADER = 'merchant,transaction_reference,amount,currency,placed_at';
const row = (reference: string, amount = '1000.00') => `shop-1,${reference},${amount},KES,2026-06-01T11:00:00Z`;
/** Long enough that some ten thousand of them have more than 10 MiB. */
const LONG = (at: number) => `A-${at}-${'x'.repeat(200)}`;
const ROW_OF = (at: number) => ({
  ...{ merchant: 'shop-1', transaction_reference: LONG(at), amount: '1000.00', currency: 'KES' },
  placed_at: '2026-06-01T11:00:00Z',
});
const MAPPED = 'Shop;Ref;Total;Phone\nshop-1;A-1;1000.00;0712345678\nshop-1;A-2;5.001;0712345678\n';
const MAPPING =
  'orders: { separator: ";", columns: { merchant: Shop, transaction_reference: Ref, amount: Total, ' +
  'msisdn: Phone }, constants: { currency: KES, placed_at: "2026-06-01T11:00:00Z" } }';

const csv = { 'content-type': 'text/csv' };
const preview = (given: Given, payload: string, query: Record<string, string> = {}, key = given.key('auditor', '*')) =>
  given.ask({
    method: 'POST',
    url: `/v1/imports/preview?${new URLSearchParams({ kind: 'orders', name: 'orders.csv', ...query })}`,
    ...{ key, payload, headers: csv },
  });
const importFile = (given: Given, payload: string, query: Record<string, string> = {}) =>
  given.ask({
    method: 'POST',
    url: `/v1/imports?${new URLSearchParams({ kind: 'orders', name: 'orders.csv', ...query })}`,
    ...{ key: given.key('operator', '*'), payload, headers: csv },
  });

test.each([
  ['a;b\n1;2\n3', 'a;b\n1;2\n'],
  ['{"a":1}\n{"a":{"b":"}"}}\n{"a"', '{"a":1}\n{"a":{"b":"}"}}'],
  ['\ufeff[{"a":[{"b":1}]},{"a":"\\"]"},{"a":[{"b":2}', '\ufeff[{"a":[{"b":1}]},{"a":"\\"]"}]'],
  ['{"of":{"lines":[{"a":1},{"a":2', '{"of":{"lines":[{"a":1}]}}'],
])('of %s what is whole is %s', (text, whole) => {
  expect(wholeRows(Buffer.from(text), 'a file').toString()).toBe(whole);
});

describe('a preview of a file', () => {
  test('shows cells beside fields, and why a row would be rejected; nothing is stored', () =>
    givenApi(async (given) => {
      const { status, json } = await preview(given, [HEADER, row('A-1'), row('A-2', '1e3')].join('\n'));
      expect(status).toBe(200);
      expect(json).toMatchObject({ file: 'orders.csv', rows: 2, taken: 1, rejected: 1, left_out: 0, lack: null });
      expect(json.sums).toEqual({ KES: '1000.00' });
      expect(json.first[0]).toEqual({
        line: 2,
        cells: {
          merchant: 'shop-1',
          transaction_reference: 'A-1',
          amount: '1000.00',
          currency: 'KES',
          placed_at: '2026-06-01T11:00:00Z',
        },
        fields: expect.objectContaining({ transaction_reference: 'A-1', amount: '1000.00', currency: 'KES' }),
        reject: null,
      });
      const { fields, reject } = json.first[1];
      expect(fields).toBeNull();
      expect(reject).toMatchObject({ field: 'amount', code: 'HESABU_AMOUNT_INVALID', found: '"1e3"' });
      expect(reject.expected).not.toBe('');
      expect(reject.remedy).toMatch(/^[A-Z]/);
      expect([...given.parts.imports()]).toEqual([]);
      expect(await given.ledger.reader.findKey('A-1')).toBeUndefined();
      expect([given.exchanges, readdirSync(given.parts.uploadDir)]).toEqual([[], []]);
    }));

  test('has the first 100 rows, and the sums of all', () =>
    givenApi(async (given) => {
      const rows = Array.from({ length: 250 }, (_, at) => row(`A-${at}`));
      const { json } = await preview(given, [HEADER, ...rows].join('\n'));
      expect([json.first.length, json.rows, json.sums]).toEqual([100, 250, { KES: '250000.00' }]);
    }));

  test('reads by a mapping that is given, or by that of an earlier import, without personal data', () =>
    givenApi(async (given) => {
      const given1 = await preview(given, MAPPED, { mapping: MAPPING });
      expect(given1.json.first[0]).toMatchObject({
        cells: { Shop: 'shop-1', Ref: 'A-1', Total: '1000.00', Phone: expect.stringContaining('hash-of-') },
        fields: { transaction_reference: 'A-1', amount: '1000.00' },
      });
      expect(given1.text).not.toContain('0712345678');
      const taken = await importFile(given, MAPPED, { mapping: MAPPING });
      expect(taken.json.import).toMatchObject({ id: 1, rows: 2, rejected: 1 });
      const { json: choices } = await given.ask({ url: '/v1/mappings', key: given.key('operator', '*') });
      expect(choices.mappings).toMatchObject([
        { mapping: 'import:1', kind: 'orders', provider: 'mfs-africa', account: null, file: 'orders.csv' },
      ]);
      expect(choices.providers).toContainEqual({ name: 'paystack', title: 'Paystack' });
      const again = await preview(given, MAPPED, { mapping_of: 'import:1' });
      expect(again.json.first).toEqual(given1.json.first);
    }));

  test('shows a stored import by its own mapping, and by another', () =>
    givenApi(async (given) => {
      const key = given.key('approver', '*');
      await importFile(given, MAPPED, { mapping: MAPPING });
      const own = await given.ask({ url: '/v1/imports/1/preview', key });
      expect([own.json.is_cut, own.json.taken, own.json.rejected]).toEqual([false, 1, 1]);
      expect(own.json.first[0].fields).toMatchObject({ transaction_reference: 'A-1', amount: '1000.00' });
      expect(own.text).not.toContain('0712345678');
      const none = await given.ask({ url: '/v1/imports/1/preview?mapping_of=none', key });
      expect([none.status, none.json.code]).toEqual([422, 'HESABU_HEADER_INVALID']);
      expect(none.text).not.toContain(given.dir);
      for (const url of ['/v1/imports/7/preview', '/v1/imports/1/preview?mapping_of=import:7']) {
        expect([url, (await given.ask({ url, key })).json.code]).toEqual([url, 'HESABU_NOT_FOUND']);
      }
      const settlements = await given.ask({ url: '/v1/imports/1/preview?kind=settlements&mapping_of=import:1', key });
      expect(settlements.json.code).toBe('HESABU_NOT_FOUND');
    }));

  test.each([
    ['lines', 'text/csv', [HEADER, ''].join('\n'), (at: number) => `${row(LONG(at))}\n`, ''],
    [
      ...(['a JSON document', 'application/json', '[\n'] as const),
      (at: number) => `${at === 0 ? '' : ',\n'}${JSON.stringify(ROW_OF(at))}`,
      '\n]',
    ],
  ])('of %s that are stored and many has the beginning, and says so', (_, type, head, rowAt, end) =>
    givenApi(async (given) => {
      const key = given.key('approver', '*');
      Object.assign(given.parts, { uploadBytesMax: 32 * 1024 * 1024 });
      const count = 50_000;
      const payload = head + Array.from({ length: count }, (_, at) => rowAt(at)).join('') + end;
      const name = type === 'text/csv' ? 'orders.csv' : 'orders.json';
      const url = `/v1/imports?kind=orders&name=${name}`;
      const headers = { 'content-type': type };
      const taken = await given.ask({ method: 'POST', url, key: given.key('operator', '*'), payload, headers });
      expect([taken.status, taken.json.import?.rows]).toEqual([201, count]);
      const { json } = await given.ask({ url: '/v1/imports/1/preview', key });
      expect([json.is_cut, json.lack, json.first?.length]).toEqual([true, null, 100]);
      expect(json.taken).toBeGreaterThan(0.5 * count);
      expect(json.taken).toBeLessThan(count);
    }),
  );

  test('of a large XML document is refused, since a part of it is nothing', () => {
    expect(() => wholeRows(Buffer.from('<?xml version="1.0"?>\n<Document>\n'), 'camt.xml')).toThrow(
      expect.objectContaining({ code: 'HESABU_BODY_TOO_LARGE' }),
    );
  });

  test('refuses a file that is none in the words of an import, and one that is too large', () =>
    givenApi(async (given) => {
      const empty = await preview(given, ' ');
      expect([empty.status, empty.json.code, empty.json.where]).toEqual([422, 'HESABU_FILE_EMPTY', 'orders.csv']);
      const broken = await preview(given, HEADER, { mapping: 'orders: [' });
      expect(broken.json.code).toBe('HESABU_MAPPING_INVALID');
      const large = await preview(given, 'x'.repeat(10 * 1024 * 1024 + 1));
      expect([large.status, large.json.code]).toEqual([413, 'HESABU_BODY_TOO_LARGE']);
      expect(readdirSync(given.parts.uploadDir)).toEqual([]);
    }));
});
