// A large file is read by all threads, in parts: the import, its archive and the ledger are those of one thread.

import { hash } from 'node:crypto';
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readArchive } from '../../src/archive/imports/import-archive.ts';
import type { Reject } from '../../src/domain/errors.ts';
import { FACT_TOPICS } from '../../src/domain/fact.ts';
import type { Executor, FileJob, Sink } from '../../src/engine/executors/executor.ts';
import type { InputFile } from '../../src/engine/import-plan.ts';
import { PartQueue } from '../../src/engine/part-queue.ts';
import { readInParts } from '../../src/engine/parts-reader.ts';
import { Reconciler } from '../../src/engine/reconciler.ts';
import type { EventLog } from '../../src/log/event-log.ts';
import type { FilePart } from '../../src/producers/files/file-parts.ts';

const root = mkdtempSync(join(tmpdir(), 'hesabu-threads-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const AS_OF = Date.UTC(2026, 1, 3);
const ROWS = 6_000;
const PART_BYTES = 15_000;
const HEADER = 'merchant,transaction_reference,amount,currency,placed_at\n';
const lines = (of: (at: number) => string) => Array.from({ length: ROWS }, (_, at) => of(at)).join('');
/** Every 500th row is refused. */
const order = (at: number) => `shop,R${at},${at % 500 === 7 ? 'x' : '10.00'},KES,2026-01-31T09:00:00Z\n`;
const callback = (at: number) =>
  `{"id":"e${at}","event":"payment.success","created_at":"2026-01-31T09:05:00Z","data":{"transaction_reference":` +
  `"R${at}","transaction_id":"T${at}","amount":"${at % 3 === 0 ? '9.00' : '10.00'}","currency":"KES"}}\n`;

function givenFiles(): InputFile[] {
  const dir = mkdtempSync(join(root, 'files-'));
  const [orders, callbacks] = [join(dir, 'orders.csv'), join(dir, 'callbacks.jsonl')];
  writeFileSync(orders, HEADER + lines(order));
  writeFileSync(callbacks, lines(callback));
  return [
    { path: orders, kind: 'orders' },
    { path: callbacks, kind: 'callbacks' },
  ];
}

/** The digests of the facts of each topic and partition, in their order. */
function logged(log: EventLog): string[] {
  return FACT_TOPICS.flatMap((topic) =>
    Array.from({ length: log.partitions }, (_, partition) => {
      const payloads = [...log.read(topic, partition, 0n)].map(({ payload }) => Buffer.from(payload));
      return `${topic} ${partition} ${hash('sha256', Buffer.concat(payloads), 'hex')}`;
    }),
  );
}

async function imported(files: readonly InputFile[], threads: number, onProgress?: () => void) {
  const dir = join(mkdtempSync(join(root, 'run-')), 'data');
  const rejects: Reject[] = [];
  const reconciler = await Reconciler.open(dir, { threads, partBytes: PART_BYTES });
  try {
    const found = await reconciler.importer.importFiles(files, {
      provider: 'mfs-africa',
      mappings: {},
      receivedAt: AS_OF,
      progress: () => onProgress?.(),
      reject: (reject) => rejects.push(reject),
    });
    await reconciler.ledger.advance(AS_OF, reconciler.ledger.rulesInForce);
    return {
      records: found.map(({ record }) => record),
      faults: found.map(({ fault }) => fault?.message),
      archives: found.map(({ record }) => readArchive(dir, record.id)?.toString('latin1')),
      lines: Map.groupBy(rejects, ({ file }) => file),
      log: logged(reconciler.log),
      claims: await reconciler.executors.ask({ query: 'claimCounts' }),
      root: await reconciler.finish(),
    };
  } finally {
    await reconciler.close();
  }
}

describe('files that several threads read in parts', () => {
  it('give what one thread gives: records, archives, rejects in the order of lines, the log and the root', async () => {
    const files = givenFiles();
    const one = await imported(files, 0);
    const several = await imported(files, 2);
    expect(several.log).toEqual(one.log);
    expect(several).toEqual(one);
    expect(one.records[0]).toMatchObject({ status: 'done', rows: ROWS, rejected: ROWS / 500 });
  });

  it('count as not read, with all of their parts, where one part could not be read', async () => {
    const [file] = givenFiles();
    let read = 0;
    const { records, faults, claims } = await imported([file!], 2, () => {
      // When facts of some parts are in the log.
      if (++read === 5) appendFileSync(file!.path, order(ROWS));
    });
    expect(faults[0]).toContain('a file that stays as it is while it is read');
    expect(records[0]).toMatchObject({ status: 'unread', withdrawn: expect.any(String) });
    expect(claims).toMatchObject({ 'orders.v1': 0 });
  });
});

describe('the parts that wait', () => {
  it('come in their order, and none is waited for when no file is cut', async () => {
    const queue = new PartQueue<string>();
    expect(await queue.take()).toBeUndefined();
    queue.begin();
    const read: string[] = [];
    for (const name of ['a', 'b']) queue.add(async (reader) => void read.push(reader + name));
    for (const reader of ['1', '2']) await (await queue.take())!(reader);
    expect(read).toEqual(['1a', '2b']);
    const taken = [queue.take(), queue.take()];
    queue.add(async (reader) => void read.push(reader));
    await (await taken[0]!)!('3');
    queue.end();
    expect(await taken[1]!).toBeUndefined();
    expect(read.at(-1)).toBe('3');
  });
});

describe('a file of which the cutting fails', () => {
  it('leaves its executor free for the parts that wait, and is told when none of them is read any more', async () => {
    const queue = new PartQueue<Executor>();
    const read: FileJob[] = [];
    const failing = {
      readFile: async (job: FileJob, sink: Sink) => {
        read.push(job);
        sink.part!({} as FilePart).catch(() => {});
        throw new Error('the disk is full');
      },
    } as Partial<Executor> as Executor;
    const sink: Sink = { append: async () => {}, rejects: async () => {}, progress: () => {} };
    const readings = [1, 2].map((importId) => readInParts(failing, { importId } as FileJob, sink, queue));
    const told = readings.map(({ result }) => expect(result).rejects.toThrow('the disk is full'));
    await Promise.all(readings.map(({ cut }) => cut));
    for (let part = await queue.take(); part !== undefined; part = await queue.take()) await part(failing);
    await Promise.all(told);
    expect(read).toHaveLength(2);
  });
});
