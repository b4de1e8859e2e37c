// The lists of Flutterwave, page by page: the settlements of a day, and what webhooks missed.
import { describe, expect, test } from 'vitest';
import type { BodyPage } from '../../../src/producers/gateway.ts';
import { charge, given, ok, pages, type Rule, refusal } from './given-gateway.ts';

describe('the settlements of a day', () => {
  const head = (id: number, status = 'completed', transaction_date = '2026-06-01T04:00:00.000Z') => {
    const sums = { gross_amount: 100, app_fee: 2, net_amount: 98, refund: 0, chargeback: 0 };
    return { id, status, currency: 'KES', transaction_date, due_date: '2026-06-02', processed_date: null, ...sums };
  };
  const whole = (id: number, status?: string) => ok({ ...head(id, status), transactions: [] });
  const listed = (page: number) => `/settlements?from=2026-06-01&to=2026-06-02&page=${page}`;

  async function all(rules: readonly Rule[]) {
    const { gateway, calls } = given(rules);
    const found: (BodyPage | null)[] = [];
    for (let cursor: string | null = null; found.length < 10; ) {
      const page = (await gateway.settlement!('2026-06-01', cursor)) as BodyPage | null;
      found.push(page);
      if (page === null || page.next === null) break;
      cursor = page.next;
    }
    return {
      found,
      calls: calls(),
      ids: found.flatMap((page) => page?.bodies.map(({ text }) => JSON.parse(text).data.id) ?? []),
    };
  }

  test('are all pages of the list, and then each one', async () => {
    const { found, calls, ids } = await all([
      [listed(1), ok([head(3), head(2)], pages(2))],
      [listed(2), ok([head(1)], pages(2))],
      ['/settlements/3', whole(3)],
      ['/settlements/2', whole(2)],
      ['/settlements/1', whole(1)],
    ]);
    expect(ids).toEqual([3, 2, 1]);
    expect(found.at(-1)).toMatchObject({ next: null });
    expect(calls).toEqual([
      ...[`GET ${listed(1)}`, `GET ${listed(2)}`],
      ...['GET /settlements/3', 'GET /settlements/2', 'GET /settlements/1'],
    ]);
  });

  test('of which one is not paid out are read as far as they are, and the day is asked for again', async () => {
    const { found, ids } = await all([
      [listed(1), ok([head(3), head(2, 'pending')], pages(1))],
      ['/settlements/3', whole(3)],
    ]);
    expect(ids).toEqual([3]);
    expect(found.at(-1)).toBeNull();
  });

  test.each(['pending', 'flagged', 'on-hold', 'failed', ''])('that are %j are not there yet', async (status) => {
    expect((await all([[listed(1), ok([head(3, status)], pages(1))]])).found).toEqual([null]);
  });

  test('are not there on a day without one, nor on one whose next day has one', async () => {
    expect((await all([[listed(1), ok([], pages(0))]])).found).toEqual([null]);
    const next = head(3, 'pending', '2026-06-02T04:00:00.000Z');
    expect((await all([[listed(1), ok([next], pages(1))]])).found).toEqual([null]);
  });

  test('that are pending again by the time they are read hold the day open', async () => {
    const { found } = await all([
      [listed(1), ok([head(3)], pages(1))],
      ['/settlements/3', whole(3, 'processing')],
    ]);
    expect(found.at(-1)).toBeNull();
  });

  test.each([
    ['another settlement', whole(4), 'HESABU_GATEWAY_FAILED'],
    ['a page', { status: 200, body: '<html>' }, 'HESABU_GATEWAY_FAILED'],
    ['a refusal', refusal(404, 'Settlement not found'), 'HESABU_GATEWAY_REFUSED'],
  ])('of which one is answered with %s fail, and are not taken for whole', async (_what, answer, code) => {
    const rules = [[listed(1), ok([head(3)], pages(1))] as const, ['/settlements/3', answer] as const];
    await expect(all(rules)).rejects.toMatchObject({ code });
  });
});

describe('what webhooks missed', () => {
  const since = Date.parse('2026-06-01T08:00:00Z');
  const span = { since, until: since + 3_600_000 };
  const transactions = (page: number) => `/transactions?from=2026-06-01&to=2026-06-02&page=${page}`;

  test('is read from the newest until one is older', async () => {
    const times = ['2026-06-01T09:00:00Z', '2026-06-01T07:59:59Z'];
    const { gateway } = given([
      [transactions(1), ok([charge(3), charge(2)], pages(9))],
      [
        transactions(2),
        ok(
          times.map((created_at, at) => charge(at, { created_at })),
          pages(9),
        ),
      ],
    ]);
    expect(await gateway.gaps!(span, null)).toMatchObject({ next: 'transactions 2', bodies: [{ kind: 'poll' }] });
    expect(await gateway.gaps!(span, 'transactions 2')).toMatchObject({ next: 'GHS 1', bodies: [{ kind: 'poll' }] });
  });

  test.each([
    ['the oldest first', ['2026-05-31T07:00:00Z', '2026-05-31T07:30:00Z']],
    ['no order', ['2026-06-01T09:00:00Z', '2026-05-31T07:30:00Z', '2026-05-31T08:30:00Z']],
    ['no times', ['', '']],
  ])('is read to the last page where the list has %s', async (_what, times) => {
    const rows = times.map((created_at, at) => charge(at + 1, { created_at }));
    const { gateway } = given([[transactions(1), ok(rows, pages(2))]]);
    expect(await gateway.gaps!(span, null)).toMatchObject({ next: 'transactions 2' });
  });

  test('is read to the page without rows where no page says how many there are', async () => {
    const { gateway } = given([
      [transactions(1), ok([charge(1)])],
      [transactions(2), ok([])],
    ]);
    expect(await gateway.gaps!(span, null)).toMatchObject({ next: 'transactions 2' });
    expect(await gateway.gaps!(span, 'transactions 2')).toEqual({ exchange: 'ex-2', bodies: [], next: 'GHS 1' });
  });

  test('has refunds too, as long as one may take, in the currency of the account', async () => {
    const refunds = '/refunds?from=2026-05-11&to=2026-06-02&currency=KES&page=1';
    const refund = { id: 5, transaction_id: 7, amount_refunded: 500, status: 'completed' };
    const { gateway } = given(
      [
        [transactions(1), ok([], pages(0))],
        [refunds, ok([refund], pages(1))],
      ],
      { currency: 'KES' },
    );
    expect(await gateway.gaps!(span, null)).toMatchObject({ next: 'KES 1', bodies: [] });
    expect(await gateway.gaps!(span, 'KES 1')).toMatchObject({ next: null, bodies: [{ kind: 'poll' }] });
  });

  test('has refunds in each currency where the account names none', async () => {
    const currencies = ['GHS', 'KES', 'RWF', 'TZS', 'UGX', 'XAF', 'XOF', 'ZMW'];
    const refund = { id: 5, transaction_id: 7, amount_refunded: 500, status: 'completed' };
    const lists = currencies.map(
      (currency) =>
        [
          `/refunds?from=2026-05-11&to=2026-06-02&currency=${currency}&page=1`,
          ok(currency === 'RWF' ? [refund] : [], pages(1)),
        ] as const,
    );
    const { gateway } = given([[transactions(1), ok([], pages(0))], ...lists]);
    const read: object[] = [];
    let cursor: string | null = null;
    do {
      const { bodies, next } = await gateway.gaps!(span, cursor);
      read.push(...bodies);
      cursor = next;
    } while (cursor !== null);
    expect(read).toMatchObject([{ kind: 'poll', about: { currency: 'RWF' } }]);
  });

  test.each([
    ['a page', { status: 200, body: '<html>' }],
    ['nothing', { status: 200, body: '' }],
    ['no list', ok(null)],
    ['half of it', { status: 200, body: '{"status":"success","data":[' }],
  ])('is not known, and not taken for nothing, after %s', async (_what, answer) => {
    const { gateway } = given([['GET', answer]]);
    await expect(gateway.gaps!(span, null)).rejects.toMatchObject({ code: 'HESABU_GATEWAY_FAILED' });
  });
});
