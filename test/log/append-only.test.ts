// The log's own connection appends and reads: every other statement on its tables is refused.
import { expect, test } from 'vitest';
import { openDatabase } from '../../src/log/data-directory.ts';
import { EmbeddedLog } from '../../src/log/embedded.ts';
import { appendOf } from '../contract/event-log.ts';
import { freshDirectory, valuesOf } from './files.ts';

const ROW = "'orders.v1', 0, 0, 1, 0, 1, 1, x'00'";
const COLUMNS = '(topic, partition, first, count, source, size, crc, payload)';

test.each([
  "UPDATE batches SET payload = x'00'",
  'UPDATE meta SET partitions = 1',
  'DELETE FROM batches',
  'DELETE FROM batches WHERE row = 1',
  `INSERT OR REPLACE INTO batches ${COLUMNS} VALUES (${ROW})`,
  `REPLACE INTO batches (row, ${COLUMNS.slice(1)} VALUES (1, ${ROW})`,
  `INSERT INTO batches ${COLUMNS} VALUES (${ROW}) ON CONFLICT DO UPDATE SET crc = 1`,
  'DROP TABLE batches',
  'DROP INDEX batches_by_offset',
  'DROP TRIGGER temp.batches_stay',
  'ALTER TABLE batches RENAME TO others',
  'ALTER TABLE batches DROP COLUMN crc',
  'PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = NULL',
  'CREATE TRIGGER later AFTER INSERT ON batches BEGIN UPDATE batches SET crc = 1; END',
  "ATTACH ':memory:' AS other",
])('%s is refused, and the log stays as it was (S32)', async (statement) => {
  const dir = freshDirectory();
  const log = new EmbeddedLog(dir);
  await log.append([appendOf('orders.v1', 0, ['kept'])]);
  await log.close();
  const { database } = openDatabase(dir, 8);
  expect(() => database.exec(statement)).toThrow(/not authorized|stays|may not be modified/);
  database.close();
  const again = new EmbeddedLog(dir);
  expect(valuesOf(again.read('orders.v1', 0, 0n))).toEqual([[0n, 'kept']]);
  await again.close();
});
