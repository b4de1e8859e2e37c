// The webhook endpoint: an authentic webhook is acknowledged only when it is on disk; any other webhook is refused
// before it is read.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HesabuError } from '../../../src/domain/errors.ts';
import {
  type Given,
  givenWebhooks,
  PATH,
  PHONE,
  payment,
  readerOf,
  SECRET,
  signature,
  signed,
  slowDisk,
} from './given.ts';

const PROBLEM = /^application\/problem\+json/;

/** However long this is, no answer may come in it. */
const moment = () => new Promise((resolve) => setTimeout(resolve, 20));

function expectProblem(answer: Awaited<ReturnType<Given['send']>>, status: number, code: string): void {
  expect([answer.status, answer.json.code]).toEqual([status, code]);
  expect(answer.json.status).toBe(status);
  expect(answer.headers['content-type']).toMatch(PROBLEM);
}

describe('an authentic webhook', () => {
  test('is a fact and is archived, and its answer names the exchange', () =>
    givenWebhooks(async ({ send, facts, exchanges, counts }) => {
      const body = payment('1');
      const answer = await send(body);
      expect(answer.status).toBe(200);
      const id = 'mfs-africa/main:callback:ev-1';
      expect(facts).toMatchObject([{ id, transaction_reference: 'A-1', raw: answer.json.id }]);
      expect(exchanges).toMatchObject([{ id: answer.json.id, status: 200, names: ['A-1', 'P-1'], fault: null }]);
      expect(Buffer.from(exchanges[0]!.request.body).toString()).toBe(body);
      expect(counts).toEqual({ accepted: 1 });
    }));

  test('is found by all its names, the reference first', () =>
    givenWebhooks(async ({ send, exchanges }) => {
      await send(payment('1', { operator_transaction_id: 'OP-1', request_id: 'RQ-1' }));
      expect(exchanges[0]!.names).toEqual(['A-1', 'P-1', 'OP-1', 'RQ-1']);
    }));

  test('is not answered before its fact and its exchange are on disk', () =>
    givenWebhooks(async (given) => {
      const [fact, archive] = [slowDisk(), slowDisk()];
      given.disk = fact.write;
      given.archiveDisk = archive.write;
      let answered = false;
      const sending = given.send(payment('1')).finally(() => {
        answered = true;
      });
      await fact.asked;
      await moment();
      expect(answered).toBe(false);
      fact.release();
      await archive.asked;
      await moment();
      expect([given.facts.length, answered]).toEqual([1, false]);
      archive.release();
      expect((await sending).status).toBe(200);
    }));

  test('that is repeated changes nothing, and is archived again', () =>
    givenWebhooks(async ({ send, facts, exchanges, counts }) => {
      for (let nth = 0; nth < 3; nth++) expect((await send(payment('1'))).status).toBe(200);
      expect(facts).toHaveLength(1);
      expect(exchanges.map(({ names }) => names)).toEqual([
        ['A-1', 'P-1'],
        ['A-1', 'P-1'],
        ['A-1', 'P-1'],
      ]);
      expect(counts).toEqual({ accepted: 1, repeated: 2 });
    }));

  test('that comes fifty times at once is one fact, and gets no answer before it is on disk', () =>
    givenWebhooks(async (given) => {
      const disk = slowDisk();
      given.disk = disk.write;
      let [read, answered] = [0, 0];
      const { verify } = given.account;
      const counted: typeof verify = (...request) => {
        read++;
        return verify(...request);
      };
      given.account = { ...given.account, verify: counted };
      const sending = Array.from({ length: 50 }, async () => {
        const { status } = await given.send(payment('1'));
        answered++;
        return status;
      });
      await disk.asked;
      await expect.poll(() => read).toBe(50);
      await moment();
      expect(answered).toBe(0);
      disk.release();
      expect(new Set(await Promise.all(sending))).toEqual(new Set([200]));
      expect(given.facts).toHaveLength(1);
    }));

  test('is not acknowledged if the log refuses it, and is accepted when it is repeated', () =>
    givenWebhooks(async (given) => {
      given.disk = async () => {
        throw new HesabuError('HESABU_DISK_FULL', { where: 'the log' });
      };
      const refused = await Promise.all([given.send(payment('1')), given.send(payment('1'))]);
      for (const answer of refused) expectProblem(answer, 503, 'HESABU_DISK_FULL');
      expect([given.facts, given.exchanges]).toEqual([[], []]);
      given.disk = async () => {};
      expect((await given.send(payment('1'))).status).toBe(200);
      expect(given.facts).toHaveLength(1);
    }));

  test('is not acknowledged if the archive refuses it, but its fact is stored', () =>
    givenWebhooks(async (given) => {
      given.archiveDisk = async () => {
        throw new HesabuError('HESABU_DISK_FULL', { where: 'the archive' });
      };
      expectProblem(await given.send(payment('1')), 503, 'HESABU_DISK_FULL');
      given.archiveDisk = async () => {};
      expect((await given.send(payment('1'))).status).toBe(200);
      expect([given.facts.length, given.exchanges.length]).toEqual([1, 1]);
    }));

  test('leaves no phone number in the log or the fact', () =>
    givenWebhooks(async ({ send, facts, log }) => {
      await send(payment('1'));
      await send(payment('2'), signed(payment('2'), 'a wrong secret'));
      expect(log()).toContain('/webhooks/:provider/:account');
      for (const text of [log(), JSON.stringify(facts)]) {
        expect(text).not.toContain(PHONE);
        expect(text).not.toContain(SECRET);
      }
    }));
});

describe('two accounts of one provider', () => {
  test('with the same event number make two claims', () =>
    givenWebhooks(async (given) => {
      await given.send(payment('1'));
      given.account = { ...given.account, account: 'other', read: readerOf('other') };
      await given.send(payment('1', { transaction_reference: 'B-1' }));
      expect(given.facts.map(({ id, transaction_reference }) => [id, transaction_reference])).toEqual([
        ['mfs-africa/main:callback:ev-1', 'A-1'],
        ['mfs-africa/other:callback:ev-1', 'B-1'],
      ]);
    }));
});

describe('a webhook that is not authentic', () => {
  const now = Date.parse('2026-06-01T12:00:00Z');
  const body = payment('1');
  test.each([
    ['without a signature', {}, 'HESABU_SIGNATURE_INVALID'],
    ['with two signature headers', { 'x-signature': [signature(body), signature(body)] }, 'HESABU_SIGNATURE_INVALID'],
    ['signed by somebody else', signed(body, 'guessed'), 'HESABU_SIGNATURE_INVALID'],
    ['with a signature of another form', { 'x-signature': `v1=${'a'.repeat(64)}` }, 'HESABU_SIGNATURE_INVALID'],
    ['with an empty signature', { 'x-signature': '' }, 'HESABU_SIGNATURE_INVALID'],
    ['from more than five minutes ago', signed(body, SECRET, now - 301_000), 'HESABU_SIGNATURE_STALE'],
    ['from more than five minutes ahead', signed(body, SECRET, now + 301_000), 'HESABU_SIGNATURE_STALE'],
  ] as const)('%s is refused, archived, counted, and never a fact', (_what, headers, code) =>
    givenWebhooks(async ({ send, facts, exchanges, counts }) => {
      const answer = await send(body, { ...headers } as Record<string, string | string[]>);
      expectProblem(answer, 401, code);
      expect(facts).toEqual([]);
      expect(exchanges).toMatchObject([{ status: 401, fault: code, names: [] }]);
      expect(counts).toEqual({ [code === 'HESABU_SIGNATURE_STALE' ? 'stale' : 'forged']: 1 });
    }),
  );

  test.each([-300, 300])('is stale only beyond the tolerance: %i seconds are within it', (seconds) =>
    givenWebhooks(async ({ send, clock }) => {
      expect((await send(body, signed(body, SECRET, clock.now() + seconds * 1000))).status).toBe(200);
    }),
  );

  test('with any changed bit is refused (S02)', () =>
    givenWebhooks(async ({ send, facts, exchanges }) => {
      const bytes = Buffer.from(body);
      const header = signature(body);
      const any = fc.record({ inBody: fc.boolean(), at: fc.nat(), bit: fc.integer({ min: 0, max: 6 }) });
      await fc.assert(
        fc.asyncProperty(any, async ({ inBody, at, bit }) => {
          const [changedBody, changedHeader] = [Buffer.from(bytes), Buffer.from(header)];
          const target = inBody ? changedBody : changedHeader;
          target[at % target.length]! ^= 1 << bit;
          const value = changedHeader.toString('latin1');
          // HTTP itself refuses an invalid header.
          fc.pre(/^[\x20-\x7e]+$/.test(value) && value.trim() === value);
          const { status } = await send(changedBody, { 'x-signature': value });
          expect(status).toBe(401);
        }),
        { numRuns: 300 },
      );
      expect(facts).toEqual([]);
      expect(exchanges.length).toBe(100);
    }));

  test('is stored only in part', () =>
    givenWebhooks(async ({ send, exchanges }) => {
      const long = payment('1', { note: 'x'.repeat(100_000) });
      expect((await send(long, {})).status).toBe(401);
      expect(exchanges[0]!.request.body.length).toBe(2_048);
    }));

  test('for an unknown account is answered 404', () =>
    givenWebhooks(async ({ app }) => {
      for (const url of ['/webhooks/mfs-africa/other', '/webhooks/other/main']) {
        const answer = await app.inject({ method: 'POST', url, headers: signed(body), payload: body });
        expect([answer.statusCode, answer.json().code]).toEqual([404, 'HESABU_NOT_FOUND']);
      }
      const read = await app.inject({ method: 'GET', url: PATH });
      expect([read.statusCode, read.json().code]).toEqual([404, 'HESABU_NOT_FOUND']);
    }));
});

describe('an authentic webhook that is not understood', () => {
  test.each([
    ['an event of another kind', '{"id":"e","event":"customer.updated","data":{}}'],
    ['invalid JSON', 'event=payment.success'],
    ['invalid UTF-8', Buffer.from([0x7b, 0xff, 0x7d])],
    ['a duplicate name', payment('1').replace('"currency"', '"amount":"1.00","currency"')],
    ['an amount with more decimals than its currency', payment('1', { amount: '10.005' })],
    ['an empty body', ''],
    ['very deep arrays', '['.repeat(200_000)],
  ])('%s is answered 202, stored as a whole, and shown', (_what, body) =>
    givenWebhooks(async ({ send, facts, exchanges, unread, counts }) => {
      const answer = await send(body);
      expect([answer.status, answer.json]).toEqual([202, { status: 'kept', id: exchanges[0]!.id }]);
      expect(facts).toEqual([]);
      expect(Buffer.from(exchanges[0]!.request.body).equals(Buffer.from(body))).toBe(true);
      const { webhooks } = unread.page(null, 10);
      expect(webhooks).toMatchObject([{ exchange: exchanges[0]!.id, provider: 'mfs-africa', account: 'main' }]);
      expect(webhooks[0]!.fault).toMatch(/^HESABU_\w+: .*expected .*found/);
      expect(counts).toEqual({ unread: 1 });
    }),
  );
});

describe('too many webhooks, or a too large one', () => {
  test('a body of exactly a mebibyte is accepted, and one more byte is refused', () =>
    givenWebhooks(async ({ send, facts }) => {
      const padding = 2 ** 20 - payment('1', { note: '' }).length;
      const whole = payment('1', { note: 'x'.repeat(padding) });
      expect(whole.length).toBe(2 ** 20);
      expect((await send(whole)).status).toBe(200);
      const larger = payment('2', { note: 'x'.repeat(padding + 1) });
      const answer = await send(larger);
      expect([answer.status, answer.json.code]).toEqual([413, 'HESABU_BODY_TOO_LARGE']);
      expect(facts).toHaveLength(1);
    }));

  test('above the number that may wait, the answer says when to retry, and all others are served', () =>
    givenWebhooks(async (given) => {
      const disk = Promise.withResolvers<void>();
      let writing = 0;
      given.disk = () => {
        writing++;
        return disk.promise;
      };
      given.waitingMax = 3;
      const waiting = ['1', '2', '3'].map((name) => given.send(payment(name)));
      await expect.poll(() => writing).toBe(3);
      const refused = await given.send(payment('4'));
      expectProblem(refused, 429, 'HESABU_OVERLOADED');
      expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
      disk.resolve();
      for (const one of waiting) expect((await one).status).toBe(200);
      expect((await given.send(payment('4'))).status).toBe(200);
      expect(given.facts).toHaveLength(4);
      expect(given.counts).toEqual({ accepted: 4, overloaded: 1 });
    }));

  test('a compressed body is refused: the signature is over the sent bytes', () =>
    givenWebhooks(async ({ send, facts }) => {
      const answer = await send(payment('1'), { ...signed(payment('1')), 'content-encoding': 'gzip' });
      expectProblem(answer, 415, 'HESABU_REQUEST_INVALID');
      expect(facts).toEqual([]);
    }));
});
