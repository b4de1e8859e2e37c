// How the poller reads the log: what makes a row, what is passed over, and when it stores how far it came.
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import type { Fact } from '../../../src/domain/fact.ts';
import { MemoryLog } from '../../../src/log/memory.ts';
import { PollReader } from '../../../src/producers/poller/poll-reader.ts';
import { PollTable } from '../../../src/producers/poller/poll-table.ts';
import { Schedule } from '../../../src/producers/poller/schedule.ts';
import { FactWriter } from '../../../src/service/ledger/fact-writer.ts';
import { NOON, observed, order, POLLING } from './world.ts';

const ACCOUNT = 'mfs-africa/main';

function given() {
  const log = new MemoryLog(4);
  const sink = new FactWriter(log, () => {});
  const database = new DatabaseSync(':memory:');
  let transactions = 0;
  const start = () => {
    const table = new PollTable(database, new Map([[ACCOUNT, new Schedule(POLLING)]]));
    const transaction = table.transaction.bind(table);
    table.transaction = (act) => {
      transactions++;
      return transaction(act);
    };
    return { table, reader: new PollReader(log, table, () => ACCOUNT) };
  };
  const stored = () => Number(database.prepare('SELECT sum(next) AS sum FROM poll_cursors').get()!.sum ?? 0);
  return { sink, start, stored, transactions: () => transactions };
}

function ends(from: number, count: number): Fact[] {
  const body = { via: 'callback', status: 'succeeded' } as const;
  return Array.from({ length: count }, (_, at) => observed(`SHOP-${from + at}`, NOON, body, `ev-${from + at}`));
}

function readAll(reader: PollReader): void {
  while (reader.readSlice());
}

test('callbacks that say the end make no row and no transaction, until their number makes a cursor due', async () => {
  const { sink, start, stored, transactions } = given();
  await sink.append(ends(0, 5_000));
  const { reader } = start();
  readAll(reader);
  expect([transactions(), stored()]).toEqual([0, 0]);
  for (let nth = 1; nth < 5; nth++) await sink.append(ends(nth * 5_000, 5_000));
  readAll(reader);
  expect(transactions()).toBe(1);
  expect(stored()).toBeGreaterThanOrEqual(20_000);
  expect(reader.readSlice()).toBe(false);
});

test('a slice is short, however much waits, and the slices together are all of it', async () => {
  const { sink, start, stored } = given();
  for (let nth = 0; nth < 200; nth++) await sink.append(ends(nth * 100, 100));
  const { reader } = start();
  let slices = 0;
  while (reader.readSlice()) slices++;
  // A batch is read whole, so a slice may have one batch more.
  expect(slices).toBeGreaterThanOrEqual(Math.floor(20_000 / 1_100));
  expect(stored()).toBeGreaterThanOrEqual(20_000);
});

test('an order stores its row and every cursor in one transaction; a new reader goes on from there', async () => {
  const { sink, start, stored, transactions } = given();
  await sink.append(ends(0, 100));
  const first = start();
  readAll(first.reader);
  await sink.append([order('SHOP-A', NOON)]);
  readAll(first.reader);
  expect(first.table.get('SHOP-A')?.account).toBe(ACCOUNT);
  expect([transactions(), stored()]).toEqual([1, 101]);
  expect(start().reader.readSlice()).toBe(false);
});

test('a callback that nobody signed is taken, whatever it says', async () => {
  const { sink, start } = given();
  const [end] = ends(1, 1) as [Fact];
  await sink.append([{ ...end, account: 'main', body: { ...end.body, hint: true } } as Fact]);
  const { reader, table } = start();
  readAll(reader);
  expect(table.get('SHOP-1', ACCOUNT)?.hint).not.toBeUndefined();
});

test('a failed transaction is read again', async () => {
  const { sink, start } = given();
  await sink.append([...ends(0, 10), order('SHOP-A', NOON)]);
  const { reader, table } = start();
  const { transaction } = table;
  table.transaction = () => {
    throw new Error('a full disk');
  };
  expect(() => reader.readSlice()).toThrow('a full disk');
  table.transaction = transaction;
  readAll(reader);
  expect(table.get('SHOP-A')).toBeDefined();
});
