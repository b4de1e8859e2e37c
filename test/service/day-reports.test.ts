// The reports of days: each is announced once, also if the service ended between a report and its message.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import pino from 'pino';
import { expect, test } from 'vitest';
import type { Reject } from '../../src/domain/errors.ts';
import { READER_LANGUAGES } from '../../src/domain/language.ts';
import { messageId, type OutgoingMessage } from '../../src/runtime/outgoing-message.ts';
import { DayReports } from '../../src/service/day-reports.ts';
import { reportBooks } from '../../src/service/notices/report-books.ts';
import { RejectTable } from '../../src/service/tables/reject-table.ts';
import { ManualClock } from '../producers/poller/manual-clock.ts';
import { factOf, NOON, order, paid, type Running, withLiveLedger } from './ledger/given-live-ledger.ts';

const DAY = 24 * 3_600_000;

/** Runs the reports until they sleep, and returns the messages they put. */
async function putBy(
  { ledger }: Running,
  clock: ManualClock,
  failures = 0,
  told: string[] = [],
): Promise<OutgoingMessage[]> {
  const put: OutgoingMessage[] = [];
  let left = failures;
  const outbox = {
    put: (messages: readonly OutgoingMessage[]) => {
      if (left-- > 0) throw new Error('the disk is full');
      put.push(...messages);
    },
  };
  const stopping = new AbortController();
  const database = new DatabaseSync(':memory:');
  const logger = pino({ level: 'silent' });
  const notices = { reported: (day: string) => told.push(day) };
  const reports = new DayReports({ ledger, database, clock, outbox, notices, logger });
  const running = reports.run(stopping.signal);
  await clock.advance(failures * DAY);
  stopping.abort();
  await running;
  return put;
}

async function withReports(days: readonly string[], work: (running: Running) => Promise<void>): Promise<void> {
  await withLiveLedger(async (running) => {
    await running.ledger.writer.append([order('A-1')]);
    await running.ledger.loop.catchUp();
    for (const day of days) mkdirSync(join(running.dir, 'reports', day), { recursive: true });
    await work(running);
  });
}

test('a written report without a message is announced at the next start, under its original id', () =>
  withReports(['2026-05-20', '2026-05-29', '2026-05-31', '.2026-05-30', '.today'], async (running) => {
    const told: string[] = [];
    const put = await putBy(running, new ManualClock(NOON), 0, told);
    expect(told).toEqual(['2026-05-31']);
    expect(put.map(({ id, type, data }) => [id, type, data.day])).toEqual([
      [messageId('report.ready', '2026-05-29'), 'report.ready', '2026-05-29'],
      [messageId('report.ready', '2026-05-31'), 'report.ready', '2026-05-31'],
    ]);
  }));

test('a report whose message failed is announced the next day, in the languages that it has', () =>
  withReports(['2026-05-31/en', '2026-06-01/en', '2026-06-01/fr'], async (running) => {
    const put = await putBy(running, new ManualClock(NOON), 1);
    expect(put.map(({ data }) => [data.day, data.languages])).toEqual([
      ['2026-05-31', ['en']],
      ['2026-06-01', ['en', 'fr']],
    ]);
  }));

test('a day is reported in every language; one of before French is told from it, and mailed in English', () =>
  withReports(['2026-05-31/en'], async ({ ledger, dir }) => {
    const apart = { outbox: { put: () => {} }, notices: { reported: () => {} } };
    const parts = { database: new DatabaseSync(':memory:'), clock: new ManualClock(NOON), ...apart };
    const reports = new DayReports({ ledger, ...parts, logger: pino({ level: 'silent' }) });
    await reports.writeDay('2026-06-01');
    const bookOf = reportBooks(dir);
    const written = await Promise.all(READER_LANGUAGES.map((language) => bookOf('2026-06-01', language)));
    expect(new Set(written.map((book) => book?.toString('base64'))).size).toBe(3);
    expect(await reports.of('2026-06-01', 'fr')).toBe(join(dir, 'reports', '2026-06-01', 'fr'));
    expect(await bookOf('2026-06-02', 'fr')).toBeNull();
    writeFileSync(join(dir, 'reports', '2026-05-31', 'en', 'report.xlsx'), 'before');
    await expect(reports.of('2026-05-31', 'fr')).rejects.toThrow(
      'HESABU_NOT_FOUND: the report of 2026-05-31 in fr: nothing has this name; expected en.',
    );
    expect((await bookOf('2026-05-31', 'fr'))?.toString()).toBe('before');
  }));

test('the report lists the payments that came to match on its day, and counts all', () =>
  withLiveLedger(async ({ dir, ledger, clock }) => {
    const match = async (reference: string, settlement_date: string) => {
      const line = { transaction_reference: reference, transaction_id: `P-${reference}`, type: 'payment' };
      const money = { amount_received: '1000.00', currency: 'KES', fee_deduction: '15.00', settlement_date };
      const settled = factOf('settlements', { ...line, ...money });
      await ledger.writer.append([order(reference), paid(reference), settled]);
      await ledger.loop.catchUp();
    };
    await match('A-1', '2026-06-01');
    clock.at += DAY;
    await match('A-2', '2026-06-02');
    clock.at += DAY;
    const apart = { outbox: { put: () => {} }, notices: { reported: () => {} } };
    const parts = { database: new DatabaseSync(':memory:'), clock, ...apart };
    const reports = new DayReports({ ledger, ...parts, logger: pino({ level: 'silent' }) });
    for (const [day, names] of [
      ['2026-06-01', ['A-1']],
      ['2026-06-02', ['A-2']],
      ['2026-06-03', []],
    ] as const) {
      await reports.writeDay(day);
      for (const language of READER_LANGUAGES) {
        const path = join(dir, 'reports', day, language);
        const [, ...rows] = readFileSync(join(path, 'matched.csv'), 'utf8').trim().split('\n');
        expect(rows.map((row) => row.split(',')[2])).toEqual(names);
        const { standing } = JSON.parse(readFileSync(join(path, 'summary.json'), 'utf8'));
        expect(standing.matched).toBe(2);
      }
    }
  }));

test('the report contains the rejected rows of imports', () =>
  withReports([], async ({ ledger }) => {
    const database = new DatabaseSync(':memory:');
    const reject = { file: 'settled.csv', line: 3, field: 'currency', code: 'HESABU_CURRENCY_UNKNOWN', message: 'no' };
    await new RejectTable(database).collect(async (onReject) => onReject(reject as Reject, 1));
    const outbox = { put: () => {} };
    const clock = new ManualClock(NOON);
    const notices = { reported: () => {} };
    const reports = new DayReports({ ledger, database, clock, outbox, notices, logger: pino({ level: 'silent' }) });
    const path = await reports.of('2026-06-01', 'en');
    const rows = readFileSync(join(path, 'rejects.csv'), 'utf8').trim().split('\n');
    expect(rows.map((row) => row.split(',').slice(0, 4).join(' '))).toEqual([
      expect.stringContaining('file line field code'),
      'settled.csv 3 currency HESABU_CURRENCY_UNKNOWN',
    ]);
  }));

test('the report says how the day ended for each merchant, and these add up to what it says of all', () =>
  withReports([], async ({ ledger }) => {
    await ledger.writer.append([
      ...[paid('A-1', { data: { amount: '750.00' } }), order('A-2'), paid('A-2')],
      ...[order('B-1', { merchant: 'shop-2' }), paid('B-1', { data: { amount: '990.00' } })],
    ]);
    const apart = { outbox: { put: () => {} }, notices: { reported: () => {} } };
    const parts = { database: new DatabaseSync(':memory:'), clock: new ManualClock(NOON), ...apart };
    const reports = new DayReports({ ledger, ...parts, logger: pino({ level: 'silent' }) });
    const path = await reports.of('2026-06-01', 'en');
    const [summary, { as_of, merchants }] = ['summary.json', 'merchants.json'].map((name) =>
      JSON.parse(readFileSync(join(path, name), 'utf8')),
    );
    expect(as_of).toBe(summary.as_of);
    expect(merchants).toMatchObject([
      {
        ...{ merchant: 'shop-1', keys: 2, standing: { pending: 1, unmatched: 1 }, breaks: { AMOUNT_UNDER: 1 } },
        ...{ money: { KES: { received: '1750.00' } }, break_value: { AMOUNT_UNDER: { KES: '250.00' } } },
      },
      {
        ...{ merchant: 'shop-2', keys: 1, standing: { unmatched: 1 }, breaks: { AMOUNT_UNDER: 1 } },
        ...{ money: { KES: { received: '990.00' } }, break_value: { AMOUNT_UNDER: { KES: '10.00' } } },
      },
    ]);
    expect(summary).toMatchObject({
      ...{ keys: 3, standing: { unmatched: 2 }, breaks: { AMOUNT_UNDER: 2 } },
      ...{ money: { KES: { received: '2740.00' } }, break_value: { AMOUNT_UNDER: { KES: '260.00' } } },
    });
  }));
