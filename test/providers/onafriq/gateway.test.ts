// How Onafriq is called: by which ids, in which version, and page by page.
import { expect, test } from 'vitest';
import { NO_IDS } from '../../../src/producers/gateway.ts';
import { gatewayOf, PAYMENT } from '../../contract/provider/sample-gateway.ts';
import { ONAFRIQ_SAMPLE } from './sample.ts';

const { answers } = ONAFRIQ_SAMPLE.gateway!;
const BASE = 'https://onafriq.example/api';

test('a request has the reference in the metadata that the settings name', async () => {
  const { gateway, asked } = gatewayOf(ONAFRIQ_SAMPLE, () => answers.initiate!);
  await gateway.initiate!(PAYMENT);
  expect(asked).toMatchObject([
    {
      url: `${BASE}/collectionrequests`,
      headers: {
        ...{ authorization: 'Token the-key-of-onafriq', 'beyonic-version': 'v5', 'duplicate-check-key': 'key-1' },
      },
    },
  ]);
  expect(JSON.parse(asked[0]!.body!)).toEqual({
    ...{ phonenumber: '+254711223344', currency: 'KES', amount: '1500.00', send_instructions: true },
    metadata: { order_id: 'A-1' },
  });
});

test('a test account is asked for its test money', async () => {
  const account = { ...ONAFRIQ_SAMPLE.account, currencies: { 4: 'KES', BXC: 'KES' } };
  const { gateway, asked } = gatewayOf({ ...ONAFRIQ_SAMPLE, account }, () => answers.initiate!);
  await gateway.initiate!(PAYMENT);
  expect(JSON.parse(asked[0]!.body!)).toMatchObject({ currency: 'BXC', amount: '1500.00' });
});

test('a repeated request is the first one, which is found among the newest by its reference', async () => {
  const row = (id: number, order_id: string) => {
    const money = { phonenumber: '+254711223344', currency: 'KES', amount: '1500.0000', status: 'pending' };
    return { id, ...money, metadata: { order_id }, created: '2026-06-01T09:00:00Z', modified: '2026-06-01T09:00:00Z' };
  };
  const list = { count: 3, next: null, previous: null, results: [row(9, 'A-2'), row(8, 'A-1'), row(7, 'A-1')] };
  const { gateway, asked } = gatewayOf(ONAFRIQ_SAMPLE, () =>
    asked.length === 1
      ? { status: 409, body: '{"detail":"Duplicate request"}' }
      : { status: 200, body: JSON.stringify(list) },
  );
  const { facts, fault } = await gateway.initiate!(PAYMENT);
  expect(fault).toBeNull();
  expect(facts).toMatchObject([
    {
      transaction_reference: 'A-1',
      body: { status: 'initiated', request_id: '8', amount: '1500.00', currency: 'KES' },
    },
  ]);
  expect(asked[1]!.url).toBe(`${BASE}/collectionrequests?ordering=-created&limit=100`);
});

test("a repeated request that is not found is a refusal, in the network's words", async () => {
  const { gateway } = gatewayOf(ONAFRIQ_SAMPLE, () => ({ status: 409, body: '{"detail":"Duplicate request"}' }));
  await expect(gateway.initiate!(PAYMENT)).rejects.toMatchObject({
    ...{ code: 'HESABU_GATEWAY_REFUSED', status: 409, message: expect.stringContaining('Duplicate request') },
  });
});

test.each([
  [{ request_id: '86296', provider_transaction_id: '131820' }, '/collectionrequests/86296'],
  [{ provider_transaction_id: '131820' }, '/collections/131820'],
  [{ operator_transaction_id: 'SS12' }, null],
  [{ request_id: '../accounts' }, null],
])('a payment with %j is asked for at %s', async (ids, path) => {
  const { gateway, asked } = gatewayOf(ONAFRIQ_SAMPLE, () => ({ status: 404, body: '{"detail":"Not found."}' }));
  const answer = await gateway.status!({ reference: 'A-1', ids: { ...NO_IDS, ...ids } });
  if (path === null) expect([answer, asked]).toEqual([null, []]);
  else {
    expect(answer).toMatchObject({ facts: [], fault: null });
    expect(asked).toMatchObject([{ url: expect.stringMatching(new RegExp(`${path}\\??$`)) }]);
  }
});

const page = (next: string | null, ...created: string[]) => ({
  status: 200,
  body: JSON.stringify({
    ...{ count: 250, next, previous: null },
    results: created.map((at, id) => ({ id: id + 1, type: 'mobile_collection', account: 1, amount: '1', created: at })),
  }),
});

test('the ledger is read from its newest row until the day is there', async () => {
  const pages = [
    page('x', '2026-06-02T09:00:00Z', '2026-06-01T23:00:00Z'),
    page('x', '2026-06-01T09:00:00Z', '2026-05-31T23:59:59Z'),
  ];
  const { gateway, asked } = gatewayOf(ONAFRIQ_SAMPLE, () => pages[asked.length - 1]!);
  const first = await gateway.settlement!('2026-06-01', null);
  expect(first).toMatchObject({ next: '2', bodies: [{ kind: 'settlement' }] });
  expect(await gateway.settlement!('2026-06-01', '2')).toMatchObject({ next: null });
  expect(asked.map(({ url }) => url)).toEqual([
    `${BASE}/transactions?ordering=-created&limit=100&offset=0`,
    `${BASE}/transactions?ordering=-created&limit=100&offset=2`,
  ]);
});

test('pages end with the last one, and with an empty one', async () => {
  for (const last of [page(null, '2026-06-02T09:00:00Z'), page('x')]) {
    const { gateway } = gatewayOf(ONAFRIQ_SAMPLE, () => last);
    const since = Date.parse('2026-06-01T00:00:00Z');
    expect(await gateway.gaps!({ since, until: since + 1 }, null)).toMatchObject({
      ...{ next: null, bodies: [{ kind: 'poll', about: { endpoint: '/events' } }] },
    });
  }
});

test('an answer that is no list is a failure, so that nothing is taken for asked', async () => {
  for (const body of ['<html>busy</html>', '{"detail":"maintenance"}', '{"results":[{"id":', '']) {
    const { gateway } = gatewayOf(ONAFRIQ_SAMPLE, () => ({ status: 200, body }));
    await expect(gateway.gaps!({ since: 0, until: 1 }, null)).rejects.toMatchObject({ code: 'HESABU_GATEWAY_FAILED' });
    await expect(gateway.settlement!('2026-06-01', null)).rejects.toMatchObject({ code: 'HESABU_GATEWAY_FAILED' });
  }
});

test('operators are the networks of the country, with its currencies', async () => {
  const results = (rows: object[]) => ({ status: 200, body: JSON.stringify({ next: null, results: rows }) });
  const { gateway } = gatewayOf(ONAFRIQ_SAMPLE, ({ url }) =>
    url.includes('/networks')
      ? results([
          { id: 15, name: 'MTN', country: { iso: 'KE' } },
          { id: 16, name: 'HALOTEL', country: { iso: 'TZ' } },
        ])
      : results([
          { id: 7, code: 'KES', country: { iso: 'KE' } },
          { id: 6, code: 'TZS', country: { iso: 'TZ' } },
        ]),
  );
  expect(await gateway.operators!('KE')).toEqual([
    { code: '15', name: 'MTN', country: 'KE', currencies: ['KES'], amountDecimals: null },
  ]);
});

test('the list of operators is finished where polls leave two tokens, whatever a payment then waits for', async () => {
  const account = { ...ONAFRIQ_SAMPLE.account, rate: { per_minute: 30, burst: 4 } };
  const row = { id: 15, name: 'MTN', code: 'KES', country: { iso: 'KE' } };
  const page = { status: 200, body: JSON.stringify({ next: null, results: [row] }) };
  const { gateway, asked } = gatewayOf({ ...ONAFRIQ_SAMPLE, account }, ({ url }) =>
    url.includes('/collectionrequests/') ? answers.status! : page,
  );
  const poll = () => gateway.status!({ reference: 'A-1', ids: { ...NO_IDS, request_id: '8' } });
  await poll();
  await poll();
  await expect(poll()).rejects.toMatchObject({ code: 'HESABU_GATEWAY_LIMITED' });
  expect(await gateway.operators!('KE')).toMatchObject([{ code: '15', currencies: ['KES'] }]);
  expect(asked.map(({ url }) => new URL(url).pathname.split('/').at(-1))).toEqual(['8', '8', 'currencies', 'networks']);
});
