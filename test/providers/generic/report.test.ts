// The report of a day of a network by configuration: asked for by a URL with the day, page by page where it has pages.

import { describe, expect, test } from 'vitest';
import { GatewayLimited } from '../../../src/domain/gateway-errors.ts';
import type { OutgoingCall } from '../../../src/outbound/client/client.ts';
import type { SettlementReport } from '../../../src/producers/gateway.ts';
import { GENERIC } from '../../../src/providers/generic/generic.ts';
import { fileReading } from '../../../src/providers/registry.ts';
import { NO_METER } from '../../../src/runtime/meter.ts';
import type { CallSample } from '../../contract/provider/sample.ts';
import { read } from '../../producers/import-helpers.ts';
import { ManualClock } from '../../producers/poller/manual-clock.ts';
import { GENERIC_SAMPLE } from './sample.ts';

const DATE = '2026-06-01';
const COLUMNS = {
  ...{ transaction_reference: 'ref', transaction_id: 'id', amount_received: 'paid', currency: 'currency' },
  ...{ fee_deduction: 'fee', settlement_date: 'day', line_id: 'line' },
};
const line = (nth: number) => {
  return {
    ref: `A-${nth}`,
    id: `T-${nth}`,
    paid: '9007199254740993.10',
    currency: 'KES',
    fee: '1',
    day: DATE,
    line: nth,
  };
};
const HEAD = 'ref;id;paid;currency;fee;day;line\n';
const row = (nth: number) => `${Object.values(line(nth)).join(';')}\n`;

function reporting(settlement: object, part: object, answer: (page: string) => CallSample) {
  const { mapping, settlement: given, ...account } = GENERIC_SAMPLE.account as Record<string, object>;
  const settlements = { columns: COLUMNS, constants: { type: 'payment' }, ...part };
  const sample = {
    ...GENERIC_SAMPLE,
    account: {
      ...{ ...account, mapping: { ...mapping, settlements }, settlement: { ...given, ...settlement } },
      rate: { per_minute: 60_000, burst: 2_000 },
    },
  };
  const asked: OutgoingCall[] = [];
  const call = async (one: OutgoingCall) => {
    asked.push(one);
    const { status, body } = answer(new URL(one.url).searchParams.get('page') ?? '');
    return { exchange: `ex-${asked.length}`, status, headers: {}, body: Buffer.from(body) };
  };
  const clock = new ManualClock(Date.parse('2026-06-02T06:00:00Z'));
  const initial = GENERIC.account.parse(sample.account);
  const gateway = GENERIC.gateway!({
    ...{ account: 'main', initial, settings: () => initial, outbound: { client: { call } }, secret: () => 'key' },
    ...{ clock, meter: NO_METER, pseudonym: (text) => text },
  });
  const reading = fileReading('generic', 'settlements', GENERIC.fileMapping!(initial, 'settlements'), [GENERIC]);
  const factsOf = async ({ bytes }: SettlementReport) => {
    const { facts, rejects } = await read('settlements', Buffer.from(bytes).toString('latin1'), {
      ...{ provider: 'generic', ...reading },
    });
    expect(rejects).toEqual([]);
    return facts.map(({ transaction_reference, body }) => [transaction_reference, 'gross' in body && body.gross]);
  };
  const report = async () => (await gateway.settlement!(DATE, null)) as SettlementReport | null;
  return { report, factsOf, asked, clock };
}

const JSON_PAGES = { path: '/v1/reports?day={date}&page={page}' };
const CSV = { ...JSON_PAGES, format: 'csv' };
const ok = (body: string) => ({ status: 200, body });
const listed = (...nths: number[]) => ok(JSON.stringify({ data: { rows: nths.map(line) } }));
const paid = (...nths: number[]) => nths.map((nth) => [`A-${nth}`, '9007199254740993.10']);

describe('a report in pages', () => {
  test.each([
    ['an empty list', listed()],
    ['a page that is not there', { status: 404, body: '' }],
    ['the last page again', listed(3)],
  ])('of JSON is read until %s', async (_what, end) => {
    const pages: Record<string, CallSample> = { 1: listed(1, 2), 2: listed(3) };
    const { report, factsOf, asked } = reporting(JSON_PAGES, { each: 'data.rows' }, (page) => pages[page] ?? end);
    expect(await factsOf((await report())!)).toEqual(paid(1, 2, 3));
    expect(asked.map(({ url }) => new URL(url).search)).toEqual([
      ...[`?day=${DATE}&page=1`, `?day=${DATE}&page=2`, `?day=${DATE}&page=3`],
    ]);
    expect(asked.every(({ names }) => names.includes(`report ${DATE}`))).toBe(true);
  });

  test('of CSV has the header once, and keeps every byte', async () => {
    const pages: Record<string, string> = { 0: HEAD + row(1), 1: HEAD + row(2).trim(), 2: HEAD };
    const terms = { ...CSV, first_page: 0 };
    const { report, factsOf } = reporting(terms, { separator: ';' }, (page) => ok(pages[page]!));
    const told = (await report())!;
    expect(Buffer.from(told.bytes).toString()).toBe(HEAD + row(1) + row(2));
    expect(await factsOf(told)).toEqual(paid(1, 2));
  });

  test('of CSV with other columns on a later page is no report', async () => {
    const pages: Record<string, string> = { 1: HEAD + row(1), 2: `line;${HEAD}1;${row(2)}` };
    const { report } = reporting(CSV, { separator: ';' }, (page) => ok(pages[page] ?? HEAD));
    await expect(report()).rejects.toMatchObject({ code: 'HESABU_GATEWAY_FAILED' });
  });

  test('goes on where a limit held it back', async () => {
    let isFree = false;
    const { report, factsOf, asked, clock } = reporting(JSON_PAGES, { each: 'data.rows' }, (page) => {
      if (page === '2' && !isFree) return { status: 429, body: '{}' };
      return page === '3' ? listed() : listed(Number(page));
    });
    await expect(report()).rejects.toBeInstanceOf(GatewayLimited);
    isFree = true;
    clock.skip(3_600_000);
    expect(await factsOf((await report())!)).toEqual(paid(1, 2));
    expect(asked.map(({ url }) => new URL(url).searchParams.get('page'))).toEqual(['1', '2', '2', '3']);
  });

  test('that cannot be read is given as it came, so that people see it', async () => {
    const { report } = reporting(JSON_PAGES, { each: 'data.rows' }, () => ok('{"message":"later"}'));
    expect(Buffer.from((await report())!.bytes).toString()).toBe('{"message":"later"}');
  });

  test('that never ends is a failure', async () => {
    const { report, asked } = reporting({ ...JSON_PAGES }, { each: 'data.rows' }, (page) => listed(Number(page)));
    await expect(report()).rejects.toMatchObject({ code: 'HESABU_GATEWAY_FAILED' });
    expect(asked).toHaveLength(1_000);
  });
});

describe('a report in one answer', () => {
  test('is the answer, byte for byte', async () => {
    const body = `\ufeff${HEAD}${row(1)}`;
    const { report, asked } = reporting({ path: '/v1/{date}.csv', format: 'csv' }, { separator: ';' }, () => ok(body));
    expect(Buffer.from((await report())!.bytes).toString()).toBe(body);
    expect(asked.map(({ url }) => new URL(url).pathname)).toEqual([`/v1/${DATE}.csv`]);
  });

  test.each([204, 404])('is not there yet where the network says %i', async (status) => {
    const { report } = reporting({ path: '/v1/{date}' }, {}, () => ({ status, body: '' }));
    expect(await report()).toBeNull();
  });

  test('of a day without payments is a report', async () => {
    const { report, factsOf } = reporting(JSON_PAGES, { each: 'data.rows' }, () => listed());
    expect(await factsOf((await report())!)).toEqual([]);
  });
});
