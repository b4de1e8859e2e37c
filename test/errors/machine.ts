// Errors of the machine: its Node, its disk, and who else is at work on it. A disk that fails is one that SQLite says
// so of.

import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { crc32 } from 'node:zlib';
import { vi } from 'vitest';
import { EmbeddedLog } from '../../src/log/embedded.ts';
import { openReader } from '../../src/log/log-reader.ts';
import { hesabu } from '../cli/cli-process.ts';
import { appendOf } from '../contract/event-log.ts';
import { command, type Provocations } from './provocation.ts';

const COPY_OF = { cluster: '4L6g3nShT-eMCtK--X86sw', prefix: '' };

/** A data directory with one fact in it. */
async function givenData(dir: string): Promise<string> {
  const data = join(dir, 'books');
  const log = new EmbeddedLog(data);
  await log.append([appendOf('orders.v1', 0, ['a fact'])]);
  await log.close();
  return data;
}

/** Changes the database of a data directory, as no program of ours does. */
function change(data: string, sql: string, ...values: readonly number[]): void {
  const database = new DatabaseSync(join(data, 'hesabu.db'));
  database.prepare(sql).run(...values);
  database.close();
}

/** Works with a log that is closed afterwards. */
async function withLog<Result>(log: EmbeddedLog, work: (log: EmbeddedLog) => Promise<Result>): Promise<Result> {
  try {
    return await work(log);
  } finally {
    await log.close();
  }
}

type MachineCode =
  | 'HESABU_NODE_MISSING'
  | 'HESABU_DATA_LOCKED'
  | 'HESABU_DATA_UNWRITABLE'
  | 'HESABU_DATA_VERSION'
  | 'HESABU_DATA_IS_COPY'
  | 'HESABU_DATA_OTHER_LEDGER'
  | 'HESABU_OUT_UNWRITABLE'
  | 'HESABU_DISK_FULL'
  | 'HESABU_LOG_FAILED'
  | 'HESABU_LOG_DAMAGED'
  | 'HESABU_LOG_CONFLICT'
  | 'HESABU_INTERNAL';

export const MACHINE: Provocations<MachineCode> = {
  HESABU_NODE_MISSING: (dir) => {
    copyFileSync(fileURLToPath(new URL('../../bin/node24.js', import.meta.url)), join(dir, 'node24.mjs'));
    // Where nothing is installed, under a Node that is too old.
    writeFileSync(
      join(dir, 'launcher.mjs'),
      `const versions = { ...process.versions, node: '20.20.2' };
      globalThis.process = new Proxy(process, {
        get: (target, name) => ({ versions, version: 'v20.20.2' })[name] ?? Reflect.get(target, name),
      });
      const { run } = await import('./node24.mjs');
      await run(new URL('./entry.mjs', import.meta.url), []);`,
    );
    return spawnSync(process.execPath, [join(dir, 'launcher.mjs')], { encoding: 'utf8' }).stderr.trim();
  },
  HESABU_DATA_LOCKED: (dir) =>
    withLog(new EmbeddedLog(join(dir, 'books')), () => {
      return command(dir, 'reopen', '--why', 'the time of a slip', '--data', 'books');
    }),
  HESABU_DATA_UNWRITABLE: (dir) => {
    writeFileSync(join(dir, 'books'), 'a file');
    return new EmbeddedLog(join(dir, 'books'));
  },
  HESABU_DATA_VERSION: async (dir) => {
    const data = await givenData(dir);
    change(data, 'UPDATE meta SET version = 2, crc = ?', crc32('2/8'));
    return new EmbeddedLog(data);
  },
  HESABU_DATA_IS_COPY: async (dir) => {
    await new EmbeddedLog(join(dir, 'copy'), { copyOf: COPY_OF }).close();
    return new EmbeddedLog(join(dir, 'copy'));
  },
  HESABU_DATA_OTHER_LEDGER: async (dir) => new EmbeddedLog(await givenData(dir), { copyOf: COPY_OF }),
  HESABU_OUT_UNWRITABLE: (dir) => {
    writeFileSync(join(dir, 'out'), 'a file');
    writeFileSync(join(dir, 'orders.csv'), 'merchant\n');
    return command(dir, 'reconcile', '--orders', 'orders.csv', '--out', 'out');
  },
  HESABU_DISK_FULL: (dir) =>
    withLog(new EmbeddedLog(join(dir, 'books'), { pagesMax: 12 }), (log) => {
      // Text that cannot be packed into much less.
      const noise = Array.from({ length: 40_000 }, (_, at) => `${Math.imul(at + 1, 0x9e3779b1)}${at ** 3}`);
      return log.append([appendOf('orders.v1', 0, noise)]);
    }),
  HESABU_LOG_FAILED: (dir) =>
    withLog(new EmbeddedLog(join(dir, 'books')), async (log) => {
      const { exec } = DatabaseSync.prototype;
      const failing = vi.spyOn(DatabaseSync.prototype, 'exec').mockImplementation(function (this: DatabaseSync, sql) {
        if (sql !== 'COMMIT') return exec.call(this, sql);
        // What SQLite says where fsync fails: SQLITE_IOERR_FSYNC.
        throw Object.assign(new Error('disk I/O error'), { code: 'ERR_SQLITE_ERROR', errcode: 1034 });
      });
      return log.append([appendOf('orders.v1', 0, ['a fact'])]).finally(() => failing.mockRestore());
    }),
  HESABU_LOG_DAMAGED: async (dir) => {
    const data = await givenData(dir);
    change(data, "UPDATE batches SET payload = x'00'");
    const reader = openReader(data);
    try {
      return [...reader.read('orders.v1', 0, 0n)];
    } finally {
      reader.close();
    }
  },
  HESABU_LOG_CONFLICT: (dir) =>
    withLog(new EmbeddedLog(join(dir, 'books')), async (log) => {
      await log.append([appendOf('ledger.v1', 3, ['a block'], { expectedEnd: 0n })]);
      return log.append([appendOf('ledger.v1', 3, ['another block'], { expectedEnd: 0n })]);
    }),
  HESABU_INTERNAL: async (dir) => {
    mkdirSync(join(dir, 'empty'));
    writeFileSync(join(dir, 'orders.csv'), 'merchant\n');
    const preload = join(dir, 'bug.mjs');
    writeFileSync(
      preload,
      `import fs from 'node:fs';
      import { syncBuiltinESMExports } from 'node:module';
      fs.mkdtempSync = () => undefined.length;
      syncBuiltinESMExports();`,
    );
    const { stderr } = await hesabu(['reconcile', '--orders', 'orders.csv'], { preload, cwd: dir });
    return stderr.split('\n')[0]!;
  },
};
