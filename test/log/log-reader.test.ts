// A reader beside a writer: what is written while it looks is read, and not taken for a gap.
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { BatchRows } from '../../src/log/batch-rows.ts';
import { databasePath, openForReading } from '../../src/log/data-directory.ts';
import { EmbeddedLog } from '../../src/log/embedded.ts';
import { packFrame } from '../../src/log/zstd-frames.ts';
import { appendOf } from '../contract/event-log.ts';
import { freshDirectory, valuesOf } from './files.ts';

it('a batch that is written between two looks of a reader is read', async () => {
  const dir = freshDirectory();
  const log = new EmbeddedLog(dir, { partitions: 1 });
  await log.append([appendOf('orders.v1', 0, ['a'])]);
  await log.close();
  const writer = new DatabaseSync(databasePath(dir));
  const added = [appendOf('orders.v1', 0, ['b']), appendOf('orders.v1', 0, ['c'])];
  const frames = await Promise.all(added.map(({ payload }) => packFrame(payload)));
  let at = 1n;
  /** Each time the reader found nothing, the writer adds the next. */
  const write = () => {
    const append = added.shift();
    if (append !== undefined) new BatchRows(writer).insert(append, at++, frames.shift()!);
  };
  const { database } = openForReading(dir);
  const watched = {
    location: () => database.location(),
    prepare: (sql: string) => {
      const statement = database.prepare(sql);
      if (!sql.includes('first = ?')) return statement;
      const get = (...values: Parameters<StatementSync['get']>) => {
        const row = statement.get(...values);
        if (row === undefined) write();
        return row;
      };
      return { get };
    },
  };
  const rows = new BatchRows(watched as unknown as DatabaseSync);
  expect(valuesOf(rows.read('orders.v1', 0, 0n)).map(([, value]) => value)).toEqual(['a', 'b', 'c']);
  database.close();
  writer.close();
});

it('the end of a topic is told anew when another connection has written, and its last batch is read once', async () => {
  const dir = freshDirectory();
  const log = new EmbeddedLog(dir, { partitions: 2 });
  await log.append([appendOf('orders.v1', 0, ['a', 'b']), appendOf('orders.v1', 1, ['c'])]);
  const { database } = openForReading(dir);
  let payloads = 0;
  const watched = {
    location: () => database.location(),
    prepare: (sql: string) => {
      const statement = database.prepare(sql);
      const get = (...values: Parameters<StatementSync['get']>) => {
        const row = statement.get(...values);
        if (row?.payload !== undefined) payloads++;
        return row;
      };
      return { get };
    },
  };
  const rows = new BatchRows(watched as unknown as DatabaseSync);
  const ends = () => [0, 1].map((partition) => rows.end('orders.v1', partition));
  const other = () => [0, 1].map((partition) => rows.end('callbacks.v1', partition));
  expect([ends(), other(), ends()]).toEqual([
    [2n, 1n],
    [0n, 0n],
    [2n, 1n],
  ]);
  expect(payloads).toBe(2);
  await log.append([appendOf('orders.v1', 1, ['d', 'e', 'f']), appendOf('callbacks.v1', 0, ['g'])]);
  expect([ends(), other(), ends(), other()]).toEqual([
    [2n, 4n],
    [1n, 0n],
    [2n, 4n],
    [1n, 0n],
  ]);
  expect(payloads).toBe(4);
  database.close();
  await log.close();
});
