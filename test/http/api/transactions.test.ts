// What the API shows of transactions and entries: the ledger's own texts, and only to keys with access.
import { get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { leafHash } from '../../../src/ledger/merkle.ts';
import { factOf, NOON, order, paid } from '../../service/ledger/given-live-ledger.ts';
import { givenApi } from './given-api.ts';
import { subscribe } from './given-stream.ts';

const UNDER = { data: { amount: '999.00' } };

describe('GET /v1/transactions/:id', () => {
  test('shows its state with sentences and claims, under any of its names', () =>
    givenApi(async (given) => {
      await given.ledger.writer.append([order('A-1', { msisdn: '+254711223344' }), paid('A-1', UNDER)]);
      const crowd = { count: 9, observed: '9', threshold: '5', window: 'PT24H', others: 8 } as const;
      given.risks.push({ signal: 'SAME_DEVICE', since: NOON, ...crowd });
      const key = given.key('shop', 'shop-1');
      const { status, json, text } = await given.ask({ url: '/v1/transactions/A-1', key });
      expect(status).toBe(200);
      expect(json).toMatchObject({
        transaction_reference: 'A-1',
        merchant: 'shop-1',
        provider: 'mfs-africa',
        as_of: '2026-06-01T12:00:00Z',
        standing: 'unmatched',
        stages: { payment: 'unmatched', settlement: 'pending' },
        amounts: { order_amount: '1000.00', paid: '999.00', returned: null, settled: null, fee: null, currency: 'KES' },
        paid_at: '2026-06-01T11:05:00Z',
        settled_on: null,
        next_deadline: '2026-06-02T16:00:00Z',
        risk: [{ signal: 'SAME_DEVICE', since: '2026-06-01T12:00:00Z', ...crowd }],
      });
      expect(json.risk[0].message.en).toMatch(/^9 orders of this shop came from the same device/);
      expect(json.findings).toMatchObject([
        { reason: 'AMOUNT_UNDER', expected: '1000.00', observed: '999.00', difference: '-1.00', currency: 'KES' },
      ]);
      expect(json.findings[0].message.en).toContain('1,000.00 KES');
      expect(json.findings[0].message['zh-CN']).toContain('1.00 KES');
      expect(json.findings[0].entry).toMatch(/^\d+-\d+-\d+$/);
      const [ofOrder, ofPayment] = json.decided;
      expect(ofOrder.decisions[0]).toMatchObject({ field: 'order_amount', value: '1000.00', by: ['order:A-1'] });
      expect(ofPayment).toMatchObject({ subject: 'payment', name: 'P-A-1' });
      expect(json.claims.map(({ id }: { id: string }) => id)).toEqual(['mfs-africa:callback:ev-A-1', 'order:A-1']);
      expect(text).not.toContain('711223344');
      const byPayment = await given.ask({ url: '/v1/transactions/P-A-1', key });
      expect(byPayment.json).toEqual(json);
    }));

  test('lists the first thousand of what a reference has, and says how many there are (L08 partly)', () =>
    givenApi(async (given) => {
      const one = (n: number) => paid('A-1', { id: `ev-${n}`, data: { transaction_id: `P-${n}` } });
      const facts = [order('A-1'), ...Array.from({ length: 1_200 }, (_, n) => one(n))];
      await given.ledger.writer.append(facts);
      const { json } = await given.ask({ url: '/v1/transactions/A-1', key: given.key('auditor', '*') });
      expect(json.counts).toEqual({ claims: 1_201, findings: 1, payments: 1_200 });
      expect([json.claims, json.findings, json.decided].map(({ length }) => length)).toEqual([1_000, 1, 1_001]);
      expect(json.amounts).toMatchObject({ paid: '1200000.00', order_amount: '1000.00' });
    }));

  test('lists breaks before all else where a reference has more than a thousand findings', () =>
    givenApi(async (given) => {
      const numbers = Array.from({ length: 1_020 }, (_, n) => n);
      const returned = (n: number) =>
        factOf('callbacks', {
          ...{ id: `ev-R-${n}`, event: 'refund.success', created_at: '2026-06-01T11:50:00Z' },
          data: {
            ...{ transaction_reference: 'A-1', transaction_id: `R-${n}`, original_transaction_id: `P-${n}` },
            ...{ amount: '1000.00', currency: 'KES' },
          },
        });
      const one = (n: number) => paid('A-1', { id: `ev-${n}`, data: { transaction_id: `P-${n}` } });
      await given.ledger.writer.append([order('A-1'), ...numbers.map(one), ...numbers.slice(0, -2).map(returned)]);
      const { json } = await given.ask({ url: '/v1/transactions/A-1', key: given.key('auditor', '*') });
      expect(json.counts.findings).toBeGreaterThan(1_000);
      expect(json.findings).toHaveLength(1_000);
      expect(json.findings[0]).toMatchObject({ reason: 'DUPLICATE_PAYMENT', entry: expect.stringMatching(/^\d+-/) });
    }));

  test('names the exchanges about it', () =>
    givenApi(async (given) => {
      const key = given.key('shop', 'shop-1');
      const json = { merchant: 'shop-1', transaction_reference: 'A-1', amount: '1.00', currency: 'KES' };
      const placed = await given.ask({ method: 'POST', url: '/v1/orders', key, json, idempotencyKey: 'k' });
      const shown = await given.ask({ url: '/v1/transactions/A-1', key });
      expect(shown.json.exchanges).toEqual([placed.headers['x-request-id']]);
    }));

  test('lists all transactions with a name, limited to the merchants of the key', () =>
    givenApi(async (given) => {
      const same = (reference: string) => paid(reference, { data: { operator_transaction_id: 'OP-1' } });
      await given.ledger.writer.append([order('A-1'), same('A-1'), order('B-1', { merchant: 'shop-2' }), same('B-1')]);
      const all = await given.ask({ url: '/v1/transactions/OP-1', key: given.key('auditor', '*') });
      expect(all.status).toBe(300);
      const names = all.json.matches.map((match: Record<string, string>) => match.transaction_reference);
      expect(names.sort()).toEqual(['A-1', 'B-1']);
      const own = await given.ask({ url: '/v1/transactions/OP-1', key: given.key('auditor', 'shop-2') });
      expect([own.status, own.json.transaction_reference]).toEqual([200, 'B-1']);
      const none = await given.ask({ url: '/v1/transactions/OP-1', key: given.key('auditor', 'shop-3') });
      expect([none.status, none.json.code]).toEqual([404, 'HESABU_NOT_FOUND']);
    }));
});

describe('GET /v1/transactions', () => {
  const references = ({ json }: { json: { transactions: { transaction_reference: string }[] } }) =>
    json.transactions.map(({ transaction_reference }) => transaction_reference);

  test('pages through open transactions, by standing, reason and merchant', () =>
    givenApi(async (given) => {
      const facts = ['A-1', 'A-2', 'A-3', 'A-4', 'A-5'].flatMap((reference, at) => [
        order(reference, { merchant: at < 3 ? 'shop-1' : 'shop-2' }),
        paid(reference, at === 1 ? {} : at === 2 ? { data: { currency: 'UGX', amount: '7' } } : UNDER),
      ]);
      await given.ledger.writer.append(facts);
      await given.ledger.loop.catchUp();
      const key = given.key('operator', '*');
      const ask = (query: string, own = key) => given.ask({ url: `/v1/transactions${query}`, key: own });
      const all = await ask('');
      expect([references(all), all.json.next]).toEqual([['A-1', 'A-3', 'A-4', 'A-5'], null]);
      expect(all.json.transactions[1].findings).toMatchObject([{ reason: 'CURRENCY_MISMATCH' }]);
      const first = await ask('?limit=3');
      expect([references(first), first.json.next]).toEqual([['A-1', 'A-3', 'A-4'], 'A-4']);
      const rest = await ask('?limit=3&after=A-4');
      expect([references(rest), rest.json.next]).toEqual([['A-5'], null]);
      expect(references(await ask('?reason=CURRENCY_MISMATCH'))).toEqual(['A-3']);
      expect(references(await ask('?merchant=shop-2'))).toEqual(['A-4', 'A-5']);
      expect(references(await ask('?standing=matched'))).toEqual([]);
      expect(references(await ask('', given.key('shop', 'shop-2')))).toEqual(['A-4', 'A-5']);
      expect(references(await ask('?merchant=shop-1', given.key('shop', 'shop-2')))).toEqual([]);
      for (const wrong of ['?limit=0', '?limit=x', '?standing=lost', '?reason=BAD', '?page=2', '?limit=1&limit=2']) {
        expect((await ask(wrong)).json).toMatchObject({ status: 400, code: 'HESABU_REQUEST_INVALID' });
      }
    }));
});

const ids = (answer: { json: { entries: { transaction_reference: string }[] } }) =>
  answer.json.entries.map(({ transaction_reference }) => transaction_reference).sort();

describe('GET /v1/entries', () => {
  test('continues after the previous page, and shows only the merchants of the key', () =>
    givenApi(async (given) => {
      const both = (reference: string, merchant: string) => [order(reference, { merchant }), paid(reference)];
      await given.ledger.writer.append([...both('A-1', 'shop-1'), ...both('B-1', 'shop-2'), ...both('B-2', 'shop-2')]);
      await given.ledger.loop.catchUp();
      const key = given.key('auditor', '*');
      const all = await given.ask({ url: '/v1/entries', key });
      expect([ids(all), all.json.end]).toEqual([['A-1', 'B-1', 'B-2'], true]);
      expect(all.json.entries[0]).toMatchObject({ kind: 'matched', version: 1, cause: { offset: expect.any(String) } });
      const first = await given.ask({ url: '/v1/entries?limit=2', key });
      expect([first.json.entries.length, first.json.end]).toEqual([2, false]);
      const next = encodeURIComponent(first.json.next);
      const rest = await given.ask({ url: `/v1/entries?limit=2&after=${next}`, key });
      expect([...first.json.entries, ...rest.json.entries]).toEqual(all.json.entries);
      expect(ids(await given.ask({ url: '/v1/entries', key: given.key('shop', 'shop-1') }))).toEqual(['A-1']);
      // Pages without entries for a key are skipped.
      expect(ids(await given.ask({ url: '/v1/entries?limit=1', key: given.key('shop', 'shop-2') }))).toHaveLength(1);
      const wrong = await given.ask({ url: '/v1/entries?after=x', key });
      expect([wrong.status, wrong.json.code]).toEqual([404, 'HESABU_CURSOR_INVALID']);
    }));
});

describe('the stream of entries', () => {
  test('sends existing entries, then new ones, resumes after the last event, and ends on a drain', () =>
    givenApi(async (given) => {
      await given.app.listen({ port: 0, host: '127.0.0.1' });
      const key = given.key('auditor', '*');
      const both = (reference: string) => [order(reference), paid(reference)];
      await given.ledger.writer.append([...both('A-1'), ...both('A-2')]);
      await given.ledger.loop.catchUp();
      const stream = await subscribe(given, '/v1/entries', key);
      expect((await stream.events(2)).map(({ data }) => data.transaction_reference).sort()).toEqual(['A-1', 'A-2']);
      await given.ledger.writer.append(both('A-3'));
      const [, second, third] = await stream.events(3);
      expect(third).toMatchObject({ event: 'matched', data: { transaction_reference: 'A-3' } });
      const page = await given.ask({ url: '/v1/entries', key });
      expect(third!.data).toEqual(page.json.entries.find((entry: { id: string }) => entry.id === third!.data.id));
      // A client that was cut off after the second event resumes with the third.
      const again = await subscribe(given, '/v1/entries', key, { 'last-event-id': second!.id });
      expect((await again.events(1)).map(({ data }) => data)).toEqual([third!.data]);
      stream.close();
      const other = await subscribe(given, '/v1/entries', given.key('shop', 'shop-2'));
      await given.ledger.writer.append([order('B-1', { merchant: 'shop-2' }), paid('B-1')]);
      expect((await other.events(1)).map(({ data }) => data.transaction_reference)).toEqual(['B-1']);
      // A revoked key gets no more entries.
      for (const { id, merchants } of given.keys.list()) {
        if (merchants.includes('shop-2')) given.keys.revoke(id, given.clock.now());
      }
      await given.ledger.writer.append([order('B-2', { merchant: 'shop-2' }), paid('B-2')]);
      await other.ended;
      expect(await other.events(1)).toHaveLength(1);
      given.drain.abort();
      await Promise.all([again.ended, stream.ended]);
    }));

  test('a client that does not read delays no other client', () =>
    givenApi(async (given) => {
      await given.app.listen({ port: 0, host: '127.0.0.1' });
      const key = given.key('auditor', '*');
      const { port } = given.app.server.address() as AddressInfo;
      const headers = { accept: 'text/event-stream', authorization: `Bearer ${key}` };
      const stuck = get({ port, host: '127.0.0.1', path: '/v1/entries', headers }, (response) => void response.pause());
      stuck.on('error', () => {});
      const many = Array.from({ length: 3_000 }, (_, at) => [order(`A-${at}`), paid(`A-${at}`)]).flat();
      await given.ledger.writer.append(many);
      await given.ledger.loop.catchUp();
      const quick = await subscribe(given, '/v1/entries', key);
      expect(await quick.events(3_000)).toHaveLength(3_000);
      quick.close();
      stuck.destroy();
    }));

  test('refuses an invalid cursor before it begins', () =>
    givenApi(async (given) => {
      const headers = { accept: 'text/event-stream', 'last-event-id': 'yesterday' };
      const refused = await given.ask({ url: '/v1/entries', key: given.key('auditor', '*'), headers });
      expect([refused.status, refused.json.code]).toEqual([404, 'HESABU_CURSOR_INVALID']);
    }));
});

describe('heads and proofs', () => {
  test('are those of the ledger; a proof needs access to its entry', () =>
    givenApi(async (given) => {
      await given.ledger.writer.append([order('A-1'), paid('A-1')]);
      await given.ledger.loop.catchUp();
      const key = given.key('shop', 'shop-1');
      const heads = await given.ask({ url: '/v1/checkpoint', key });
      expect(heads.json.checkpoints).toEqual(await given.ledger.reader.checkpoints());
      const text = await given.ask({ url: '/v1/checkpoint', key, headers: { accept: 'text/plain' } });
      expect(text.text).toBe(heads.json.checkpoints.join('\n'));
      const { id } = (await given.ask({ url: '/v1/entries', key })).json.entries[0];
      const proof = await given.ask({ url: `/v1/proofs/${id}`, key });
      const files = Object.fromEntries(proof.json.files.map((file: { name: string }) => [file.name, file]));
      expect(Object.keys(files).sort()).toEqual([`entry-${id}.bin`, `proof-${id}.txt`, 'vkey.txt']);
      const entry = Buffer.from(files[`entry-${id}.bin`].content, 'base64');
      const origin = `hesabu/ledger/partition/${id.split('-')[0]}`;
      expect(heads.json.checkpoints.map((note: string) => note.split('\n')[0])).toContain(origin);
      expect(files[`proof-${id}.txt`].content).toContain(origin);
      expect(leafHash(entry, 0, entry.length)).toHaveLength(32);
      const stranger = await given.ask({ url: `/v1/proofs/${id}`, key: given.key('shop', 'shop-2') });
      expect([stranger.status, stranger.json.code]).toEqual([404, 'HESABU_NOT_FOUND']);
      const missing = await given.ask({ url: '/v1/proofs/0-99-0', key });
      expect([missing.status, missing.json.code]).toEqual([404, 'HESABU_NOT_FOUND']);
      expect((await given.ask({ url: '/v1/proofs/x', key })).status).toBe(400);
      expect(NOON).toBe(given.clock.at);
    }));
});
