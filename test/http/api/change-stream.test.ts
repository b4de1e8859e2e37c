// The stream of changes: what each caller sees, how a cut is resumed, and how a stream ends.
import { describe, expect, test } from 'vitest';
import type { ChangePage, PlacedChange } from '../../../src/domain/change.ts';
import { changeEvents } from '../../../src/http/api/change-stream.ts';
import type { ChangePort } from '../../../src/http/change-port.ts';
import { AlertTable } from '../../../src/projections/alerts/alert-table.ts';
import { order, paid } from '../../service/ledger/given-live-ledger.ts';
import { type Given, givenApi } from './given-api.ts';
import { withDesk } from './given-cases.ts';
import { streamStatus, subscribe } from './given-stream.ts';

const URL = '/v1/changes';
const SHORT = { data: { amount: '900.00' } };
type Shown = { readonly kind: string; readonly what: string };
const words = (changes: readonly Shown[]) => changes.map(({ kind, what }) => `${kind} ${what}`);

/** An order of a merchant that was paid too little. */
const short = (reference: string, merchant = 'shop-1') => [order(reference, { merchant }), paid(reference, SHORT)];

async function now({ ask }: Given, key: string): Promise<string> {
  const { json } = await ask({ url: URL, key });
  expect(json).toMatchObject({ changes: [], end: true });
  return json.next;
}

async function since({ ask }: Given, key: string, cursor: string) {
  return (await ask({ url: `${URL}?after=${encodeURIComponent(cursor)}`, key })).json;
}

describe('a page of changes', () => {
  test('has ids and what became of them, and nothing else', () =>
    withDesk(async (desk) => {
      const { given, operator } = desk;
      const cursor = await now(given, operator);
      const { id, finding } = await desk.short('A-1', '300.00');
      const wanted = { finding, kind: 'write_off', cause: 'goodwill', text: 'Asha said so' };
      const { json: proposal } = await desk.post(operator, `/v1/cases/${id}/proposals`, wanted);
      await desk.post(operator, `/v1/cases/${id}/notes`, { text: 'call 0711223344' });
      await given.ledger.loop.catchUp();
      const { changes } = await since(given, operator, cursor);
      expect(changes).toEqual([
        { kind: 'case', id, what: 'opened', case: null },
        { kind: 'statement', id: 'shop-1', what: 'moved', case: null },
        { kind: 'proposal', id: proposal.id, what: 'proposed', case: id },
        { kind: 'case', id, what: 'noted', case: null },
      ]);
    }));

  test('has nothing of other merchants, by whichever kind (S10)', () =>
    givenApi(async (given) => {
      const [own, all] = [given.key('shop', 'shop-2'), given.key('auditor', '*')];
      const cursor = await now(given, own);
      new AlertTable(given.database).raise('callback_silence', 'mpesa/main', given.clock.now(), '90', '60');
      await given.ledger.writer.append([...short('A-1'), ...short('B-1', 'shop-2')]);
      await given.ledger.loop.catchUp();
      const mine = await since(given, own, cursor);
      expect(words(mine.changes).sort()).toEqual(['case opened', 'statement moved']);
      const everything = await since(given, all, cursor);
      expect(words(everything.changes).sort()).toEqual([
        ...['alert raised', 'case opened', 'case opened', 'statement moved', 'statement moved'],
      ]);
      expect(everything.changes.at(-1).id).toBe('callback_silence/mpesa/main');
      // An alert is about the service as a whole: a shop's key does not see it.
      const shop = await since(given, given.key('shop', '*'), cursor);
      expect(words(shop.changes)).not.toContain('alert raised');
      expect(mine.next).toBe(everything.next);
    }));
});

describe('the stream of changes', () => {
  test('goes on after a cut with the next change, and ends with a word', () =>
    givenApi(async (given) => {
      await given.app.listen({ port: 0, host: '127.0.0.1' });
      const key = given.key('operator', '*');
      const cursor = await now(given, key);
      const first = await subscribe(given, `${URL}?after=${encodeURIComponent(cursor)}`, key);
      await given.ledger.writer.append(short('A-1'));
      const seen = await first.events(2);
      expect(seen.map(({ event }) => event)).toEqual(['case', 'statement']);
      first.close();
      await given.ledger.writer.append(short('A-2'));
      await given.ledger.loop.catchUp();
      const again = await subscribe(given, URL, key, { 'last-event-id': seen[0]!.id });
      const rest = await again.events(3);
      // There is no order between keys of different partitions.
      expect(words(rest.map(({ data }) => data as unknown as Shown)).sort()).toEqual([
        ...['case opened', 'statement moved', 'statement moved'],
      ]);
      expect(rest.map(({ data }) => data)).not.toContainEqual(seen[0]!.data);
      given.drain.abort();
      await again.ended;
      expect((await again.events(4)).at(-1)).toMatchObject({ event: 'end', data: { why: 'restart' } });
    }));

  test('ends when its key is revoked, and a caller has as many as the configuration says', () =>
    givenApi(async (given) => {
      await given.app.listen({ port: 0, host: '127.0.0.1' });
      const key = given.key('operator', '*');
      const streams = [await subscribe(given, URL, key), await subscribe(given, URL, key)];
      await expect.poll(() => streamStatus(given, URL, key)).toBe(429);
      // Another caller has its own.
      const other = await subscribe(given, URL, given.key('operator', '*'));
      streams[0]!.close();
      await expect.poll(() => streamStatus(given, URL, key)).toBe(200);
      for (const { id } of given.keys.list()) given.keys.revoke(id, given.clock.now());
      await given.ledger.writer.append(short('A-1'));
      await Promise.all([streams[1]!.ended, other.ended]);
      expect((await other.events(1)).at(-1)).toMatchObject({ event: 'end', data: { why: 'signed_out' } });
    }));

  test('refuses a cursor of another ledger before it begins', () =>
    givenApi(async (given) => {
      const key = given.key('operator', '*');
      for (const id of ['yesterday', '99.0-0.0~0', (await now(given, key)).replace(/\d+$/, '7')]) {
        const headers = { accept: 'text/event-stream', 'last-event-id': id };
        const refused = await given.ask({ url: URL, key, headers });
        expect([refused.status, refused.json.code]).toEqual([404, 'HESABU_CURSOR_INVALID']);
      }
    }));
});

describe('a reader', () => {
  const change: PlacedChange = {
    ...{ kind: 'case', id: 'c', what: 'opened', case: null, merchant: 'shop-1', by: null, at: 0, cursor: '1.1~0' },
  };

  /** A stream by a clock that the test moves, over pages that it gives. */
  function streamOf(pages: readonly ChangePage[], more: { readonly isSeen?: boolean } = {}) {
    const left = [...pages];
    const stopped = new AbortController();
    let at = 0;
    const changes: ChangePort = {
      end: '1.0~0',
      rulesHistory: async () => ({ changes: [], isWhole: true }),
      after: async (cursor) => left.shift() ?? { changes: [], cursor, isEnd: true },
      next: (signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve())),
    };
    const events = changeEvents({
      ...{ changes, from: '1.0~0', isSeen: () => more.isSeen ?? true, ends: stopped.signal },
      ...{ isDraining: () => false, isLive: () => true, now: () => at, heartbeatMillis: 1 },
    });
    return { events, wait: (millis: number) => (at += millis), stopped };
  }

  test('who takes a page too late is told so, and his stream ends', async () => {
    const page = { changes: [change], cursor: '1.1~0', isEnd: true };
    const { events, wait } = streamOf([page, page]);
    expect((await events.next()).value).toBe('retry: 2000\nid: 1.0~0\n\n');
    wait(5_000);
    expect((await events.next()).value).toContain('event: case');
    wait(5_001);
    expect((await events.next()).value).toBe('event: end\ndata: {"why":"slow"}\n\n');
    expect((await events.next()).done).toBe(true);
  });

  test('of whom all changes are hidden moves on all the same', async () => {
    const { events } = streamOf([{ changes: [change], cursor: '1.1~0', isEnd: true }], { isSeen: false });
    await events.next();
    expect((await events.next()).value).toBe('id: 1.1~0\n\n');
    expect((await events.next()).value).toBe(': still here\nid: 1.1~0\n\n');
  });
});
