// How the list of the last two days is asked for: which rows, from when, and what it is not told of any more.
import { describe, expect, test } from 'vitest';
import { MPESA } from '../../../src/providers/mpesa/mpesa.ts';
import { gatewayOf } from '../../contract/provider/sample-gateway.ts';
import { readBody } from '../body-reader.ts';
import { FILE_SAMPLES } from '../file-samples.ts';
import { error, pulled } from './given-bodies.ts';

const SAMPLE = FILE_SAMPLES.find(({ provider }) => provider === MPESA)!;
/** The clock of the sample. */
const NOW = Date.parse('2026-06-01T12:00:00Z');
const [MINUTE, HOUR] = [60_000, 3_600_000];
const SPAN = { since: NOW - HOUR, until: NOW };
const REGISTERED = { ResponseRefID: 'r', ResponseStatus: '1000', ShortCode: '600123', ResponseDescription: 'done' };

const answering = (answer: (url: string) => object | string, pull: unknown = true, status = 200) => {
  const given = { ...SAMPLE, account: { ...SAMPLE.account, pull } };
  return gatewayOf(given, ({ url }) => {
    const body = answer(url);
    return { status, body: typeof body === 'string' ? body : JSON.stringify(body) };
  });
};
const rows = (count: number, more: object = {}) =>
  pulled(...Array.from({ length: count }, (_, at) => ({ transactionId: `TF2AAA${at + 1000}`, ...more })));
const sent = ({ body }: { readonly body?: string }) => JSON.parse(body!) as Record<string, string>;

describe('a page', () => {
  test('is asked for in the times of Nairobi, and the next by its rows', async () => {
    const { gateway, asked } = answering(() => rows(100));
    const first = await gateway.gaps!(SPAN, null);
    expect(first).toMatchObject({ next: `${SPAN.since}/100`, bodies: [{ kind: 'poll' }] });
    expect(first).not.toHaveProperty('since');
    const again = await gateway.gaps!(SPAN, first.next);
    expect(again.next).toBe(`${SPAN.since}/200`);
    expect(asked.map(sent)).toMatchObject([
      { StartDate: '2026-06-01 14:00:00', EndDate: '2026-06-01 15:00:00', OffSetValue: '0', ShortCode: '600123' },
      { StartDate: '2026-06-01 14:00:00', EndDate: '2026-06-01 15:00:00', OffSetValue: '100' },
    ]);
  });

  test('is counted where the account says so', async () => {
    const { gateway, asked } = answering(() => rows(100), { offset: 'pages' });
    const { next } = await gateway.gaps!(SPAN, null);
    await gateway.gaps!(SPAN, next);
    expect(asked.map(sent)).toMatchObject([{ OffSetValue: '0' }, { OffSetValue: '1' }]);
  });

  test('is full by all its rows, also by those that are no fact', async () => {
    const full = pulled(...Array.from({ length: 98 }, () => ({})));
    const list = [...(full.Response[0] ?? []), null, 7];
    const { next } = await answering(() => ({ ...full, Response: [list] })).gateway.gaps!(SPAN, null);
    expect(next).toBe(`${SPAN.since}/100`);
    expect((await answering(() => rows(99)).gateway.gaps!(SPAN, null)).next).toBeNull();
    expect((await answering(() => rows(100, { amount: 'x' })).gateway.gaps!(SPAN, null)).next).not.toBeNull();
  });

  test.each<[string, object, number]>([
    ['with an empty list', pulled(), 200],
    ['with the code for none', { ResponseRefID: 'p', ResponseCode: '1001', ResponseMessage: 'Null' }, 200],
    ['with the error for none', error('500', 'The short code does not have any available transactions.'), 500],
  ])('without payments is the last: %s', async (_, body, status) => {
    expect((await answering(() => body, true, status).gateway.gaps!(SPAN, null)).next).toBeNull();
  });

  test.each<[string, object | string]>([
    ['a page of a proxy', '<html>Maintenance</html>'],
    ['a cut answer', JSON.stringify(rows(2)).slice(0, -9)],
    ['an error with HTTP 200', error('400.001', 'Invalid ShortCode')],
    ['another code', { ResponseRefID: 'p', ResponseCode: '1003', ResponseMessage: 'not registered', Response: [] }],
    ['another object', { hello: 1 }],
  ])('that is %s does not count as asked', async (_, body) => {
    await expect(answering(() => body).gateway.gaps!(SPAN, null)).rejects.toMatchObject({
      code: 'HESABU_GATEWAY_REFUSED',
    });
  });
});

describe('a time that the network does not tell of any more', () => {
  test('is said, and the rest is asked for', async () => {
    const { gateway, asked } = answering(() => rows(1));
    const page = await gateway.gaps!({ since: NOW - 72 * HOUR, until: NOW }, null);
    const from = NOW - 48 * HOUR + 5 * MINUTE;
    expect(page).toMatchObject({ since: from, next: null });
    expect(sent(asked[0]!)).toMatchObject({ StartDate: '2026-05-30 15:05:00', EndDate: '2026-06-01 15:00:00' });
  });

  test('is nothing to ask about, where the whole span is before it', async () => {
    const { gateway, asked } = answering(() => rows(1));
    const span = { since: NOW - 80 * HOUR, until: NOW - 60 * HOUR };
    expect(await gateway.gaps!(span, `${span.since}/100`)).toMatchObject({ bodies: [], next: null, since: span.until });
    expect(asked).toEqual([]);
  });

  test('makes a position useless that began in it', async () => {
    const { gateway, asked } = answering(() => rows(1));
    const span = { since: NOW - 72 * HOUR, until: NOW };
    for (const cursor of [`${NOW - 60 * HOUR}/300`, '3', 'x']) await gateway.gaps!(span, cursor);
    expect(asked.map(sent)).toMatchObject([{ OffSetValue: '0' }, { OffSetValue: '0' }, { OffSetValue: '0' }]);
    await gateway.gaps!(span, `${NOW - 48 * HOUR + MINUTE}/300`);
    expect(sent(asked[3]!)).toMatchObject({ OffSetValue: '300', StartDate: '2026-05-30 15:01:00' });
  });
});

describe('a number', () => {
  const pull = { nominated_number: '254722000000' };

  test('is registered once before it is asked for, where its telephone is given', async () => {
    const { gateway, asked } = answering((url) => (url.endsWith('/register') ? REGISTERED : rows(1)), pull);
    await gateway.gaps!(SPAN, null);
    await gateway.gaps!(SPAN, null);
    expect(asked.map(({ url }) => new URL(url).pathname.split('/').at(-1))).toEqual(['register', 'query', 'query']);
    expect(sent(asked[0]!)).toEqual({
      ...{ ShortCode: '600123', RequestType: 'Pull', NominatedNumber: '254722000000' },
      CallBackURL: 'https://hesabu.example/webhooks/mpesa/main/confirmation',
    });
  });

  test('that is registered already is asked for', async () => {
    const known = { ...REGISTERED, ResponseStatus: '1001', ResponseDescription: 'ShortCode already Registered' };
    const { gateway } = answering((url) => (url.endsWith('/register') ? known : rows(1)), pull);
    expect((await gateway.gaps!(SPAN, null)).bodies).toHaveLength(1);
  });

  test('that the network does not register is not asked for', async () => {
    for (const body of [error('400.001', 'Invalid ShortCode'), '<html>', { ResponseStatus: '1002' }]) {
      const { gateway, asked } = answering(() => body, pull);
      await expect(gateway.gaps!(SPAN, null)).rejects.toMatchObject({ code: 'HESABU_GATEWAY_REFUSED' });
      expect(asked).toHaveLength(1);
    }
  });

  test('that is not registered is told by the check, with what to do', async () => {
    const fine = (url: string) => (url.endsWith('/query') && url.includes('pull') ? rows(0) : { ResponseCode: '0' });
    expect(await answering(fine).gateway.check!()).toContain('pull.nominated_number');
    expect(await answering(fine, pull).gateway.check!()).not.toContain('pull.nominated_number');
    expect(await answering(fine, false).gateway.check!()).not.toContain('pulltransactions');
    const refuses = (url: string) =>
      url.includes('pull') ? error('400.001', 'Invalid ShortCode') : { ResponseCode: '0' };
    await expect(answering(refuses).gateway.check!()).rejects.toMatchObject({
      message: expect.stringContaining('400.001'),
    });
  });
});

describe('the receipt of a payment of the list', () => {
  test.each([
    ['tf2aaa0001', 'TF2AAA0001'],
    // As the documentation shows it.
    ['yzlyrEsEG1', 'yzlyrEsEG1'],
  ])('%s is %s', (transactionId, provider_transaction_id) => {
    const { facts } = readBody(MPESA, 'poll', pulled({ transactionId }));
    expect(facts).toMatchObject([{ body: { provider_transaction_id } }]);
  });
});
