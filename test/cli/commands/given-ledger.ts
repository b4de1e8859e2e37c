// A small ledger of two days, made once for each test file by the real command, and the changes that an attacker with a
// database tool could make to it.

import { chmodSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { crc32, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { reconcile } from '../../../src/app/reconcile.ts';

/** A new directory for the test, with a space in its path. */
export function freshDirectory(): string {
  return mkdtempSync(join(tmpdir(), 'hesabu cli-'));
}

const ORDERS_A_DAY = 24;

/**
 * Orders that are paid in full, except every fifth, which is paid too little. Without ids of payments no key tells
 * another anything, and each day is one block of each partition.
 */
function writeDay(
  dir: string,
  day: number,
  change: (text: string) => string,
): { orders: string[]; callbacks: string[] } {
  const numbers = Array.from({ length: ORDERS_A_DAY }, (_, at) => day * 100 + at);
  const placed = `2026-06-0${day}T08:00:00Z`;
  const orders = numbers.map((number) => `duka,ORDER-${number},1000.00,KES,${placed}`);
  const callbacks = numbers.map((number) =>
    JSON.stringify({
      id: `TXN-${number}`,
      event: 'payment.success',
      created_at: placed,
      data: {
        transaction_reference: `ORDER-${number}`,
        amount: number % 5 === 0 ? '900.00' : '1000.00',
        currency: 'KES',
        status: 'success',
      },
    }),
  );
  const paths = { orders: [join(dir, `orders-${day}.csv`)], callbacks: [join(dir, `callbacks-${day}.jsonl`)] };
  const header = 'merchant,transaction_reference,amount,currency,placed_at';
  writeFileSync(paths.orders[0]!, change(`${[header, ...orders].join('\n')}\n`));
  writeFileSync(paths.callbacks[0]!, change(`${callbacks.join('\n')}\n`));
  return paths;
}

/** Runs `reconcile` for a day on a data directory, into its folder `data`; `change` alters the day's files. */
export async function reconcileDay(dir: string, day: number, change = (text: string) => text): Promise<string> {
  const asOf = `2026-06-0${day}T12:00:00Z`;
  const options = { provider: 'mfs-africa', asOf, data: join(dir, 'data'), lang: 'en' as const };
  return (await reconcile({ ...options, ...writeDay(dir, day, change) })).summary.outcome_root;
}

/** A ledger of two days in eight partitions; `afterDayOne` is its state a day earlier. */
export async function givenLedger(): Promise<{ readonly data: string; readonly afterDayOne: string }> {
  const dir = freshDirectory();
  await reconcileDay(dir, 1);
  const afterDayOne = join(freshDirectory(), 'data');
  cpSync(join(dir, 'data'), afterDayOne, { recursive: true });
  await reconcileDay(dir, 2);
  return { data: join(dir, 'data'), afterDayOne };
}

/** A copy to damage. */
export function copyOf(data: string): string {
  const dir = join(freshDirectory(), 'data');
  cpSync(data, dir, { recursive: true });
  // A copy has the modes of the files, but not those of the directories.
  for (const folder of ['', 'keys', 'checkpoints', 'raw']) chmodSync(join(dir, folder), 0o700);
  return dir;
}

/** Flips one bit of a file; returns the byte's position. */
export function flipBit(path: string, part: number, bit: number): number {
  const bytes = readFileSync(path);
  const at = Math.floor(part * bytes.length);
  bytes[at]! ^= 1 << bit;
  writeFileSync(path, bytes);
  return at;
}

/** Changes the database without its page checksums, as an attacker who hides traces would. */
export function withDatabase<Result>(data: string, work: (database: DatabaseSync) => Result): Result {
  rmSync(join(data, 'hesabu.db.seal'), { force: true });
  const database = new DatabaseSync(join(data, 'hesabu.db'));
  try {
    return work(database);
  } finally {
    database.close();
  }
}

export interface BatchPlace {
  readonly topic: string;
  readonly partition: number;
  readonly first: number;
}

const WHERE = 'WHERE topic = ? AND partition = ? AND first = ?';

export function payloadAt(data: string, { topic, partition, first }: BatchPlace): Buffer {
  return withDatabase(data, (database) => {
    const row = database.prepare(`SELECT payload FROM batches ${WHERE}`).get(topic, partition, first);
    return zstdDecompressSync(row!.payload as Uint8Array);
  });
}

/** Replaces the content of a batch and recomputes its checksum. */
export function forgeBatch(data: string, place: BatchPlace, payload: Uint8Array): void {
  const { topic, partition, first } = place;
  withDatabase(data, (database) => {
    const row = database.prepare(`SELECT count, source FROM batches ${WHERE}`).get(topic, partition, first)!;
    const packed = zstdCompressSync(payload);
    const columns = `${topic}/${partition}/${first}/${row.count}/${row.source}/${payload.length}/`;
    const sums = [payload.length, crc32(packed, crc32(columns)), packed];
    const update = `UPDATE batches SET size = ?, crc = ?, payload = ? ${WHERE}`;
    database.prepare(update).run(...sums, topic, partition, first);
  });
}

/** The payload with one text in it replaced by another of the same length. */
export function replaced(payload: Buffer, from: string, to: string): Buffer {
  const at = payload.indexOf(from);
  if (at < 0 || from.length !== to.length) throw new Error(`${from} is not there`);
  const copy = Buffer.from(payload);
  copy.write(to, at);
  return copy;
}
