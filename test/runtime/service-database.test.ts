// service.db belongs to its owner alone: it has who asked for what, and what waits for shops.
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openServiceDatabase } from '../../src/runtime/service-database.ts';

test('service.db and the files beside it are for their owner alone, also where an earlier version made them', () => {
  const dir = mkdtempSync(join(tmpdir(), 'hesabu-service-db-'));
  const modes = () =>
    readdirSync(dir)
      .sort()
      .map((name) => [name, (statSync(join(dir, name)).mode & 0o777).toString(8)]);
  const own = ['service.db', 'service.db-shm', 'service.db-wal'].map((name) => [name, '600']);
  const umask = process.umask(0);
  try {
    const first = openServiceDatabase(dir);
    first.exec('CREATE TABLE t (x)');
    expect(modes()).toEqual(own);
    for (const name of readdirSync(dir)) chmodSync(join(dir, name), 0o644);
    const second = openServiceDatabase(dir);
    second.exec('INSERT INTO t VALUES (1)');
    expect(modes()).toEqual(own);
    for (const database of [first, second]) database.close();
  } finally {
    process.umask(umask);
    rmSync(dir, { recursive: true, force: true });
  }
});
