// Batches as rows of the embedded log's database: compressed, with a checksum over every column, and read one by one.

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { crc32 } from 'node:zlib';
import { HesabuError } from '../domain/errors.ts';
import { giveBack } from '../runtime/give-back.ts';
import { confirmDamage, deviceError, deviceFailure, isDamage, storageError } from '../runtime/storage-errors.ts';
import type { Append, Batch, Topic } from './event-log.ts';
import { packFrame, unpackBeginning, unpackFrame } from './zstd-frames.ts';

export const BATCHES_SCHEMA = `
  CREATE TABLE batches (
    row INTEGER PRIMARY KEY,
    topic TEXT NOT NULL,
    partition INTEGER NOT NULL,
    first INTEGER NOT NULL,
    count INTEGER NOT NULL,
    source INTEGER NOT NULL,
    size INTEGER NOT NULL,
    crc INTEGER NOT NULL,
    payload BLOB NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX batches_by_offset ON batches (topic, partition, first);
`;

interface Row {
  readonly first: number;
  readonly count: number;
  readonly source: number;
  readonly size: number;
  readonly crc: number;
  readonly payload: Uint8Array;
}

interface PlacedRow extends Row {
  readonly to: bigint;
}

/** The place of stored batches. `topic` and `partition` are as stored and need not be valid ones. */
export interface StoredPlace {
  readonly topic: string;
  readonly partition: number;
  readonly batches: number;
  /** The first offset of the last batch. */
  readonly last: number;
}

function rowCrc(topic: string, partition: number, row: Omit<Row, 'crc'>): number {
  const columns = `${topic}/${partition}/${row.first}/${row.count}/${row.source}/${row.size}/`;
  return crc32(row.payload, crc32(columns));
}

const COLUMNS = 'first, count, source, size, crc, payload';

/** The rows of one connection. Every read is checked: a damaged or missing batch is refused. */
export class BatchRows {
  /** The file; null for a database in memory. */
  private readonly path: string | null;
  private readonly selectHolding: StatementSync;
  private readonly selectAt: StatementSync;
  private readonly selectLast: StatementSync;
  private readonly selectLastFirst: StatementSync;
  private readonly insertRow: StatementSync;
  private readonly countPlaces: StatementSync;
  /** The last batch that was seen of each topic-partition. A row never changes, and its payload may be large. */
  private readonly lasts = new Map<string, Pick<PlacedRow, 'first' | 'to'>>();

  constructor(database: DatabaseSync) {
    this.path = database.location();
    const where = 'FROM batches WHERE topic = ? AND partition = ?';
    this.selectHolding = database.prepare(`SELECT ${COLUMNS} ${where} AND first <= ? ORDER BY first DESC LIMIT 1`);
    this.selectAt = database.prepare(`SELECT ${COLUMNS} ${where} AND first = ?`);
    this.selectLast = database.prepare(`SELECT ${COLUMNS} ${where} ORDER BY first DESC LIMIT 1`);
    this.selectLastFirst = database.prepare(`SELECT first ${where} ORDER BY first DESC LIMIT 1`);
    this.countPlaces = database.prepare(
      'SELECT topic, partition, count(*) AS batches, max(first) AS last FROM batches GROUP BY topic, partition',
    );
    const columns = `topic, partition, ${COLUMNS}`;
    this.insertRow = database.prepare(`INSERT INTO batches (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`);
  }

  insert(append: Append, from: bigint, packed: Uint8Array): void {
    const { topic, partition, count, source, unpackedSize = append.payload.length } = append;
    const row = { first: Number(from), count, source, size: unpackedSize, payload: packed };
    const crc = rowCrc(topic, partition, row);
    this.insertRow.run(topic, partition, row.first, count, source, row.size, crc, packed);
  }

  /** With `last`, the end of the batch that begins there; null is no batch. */
  end(topic: Topic, partition: number, last?: number | null): bigint {
    if (last === null) return 0n;
    if (last !== undefined) return this.fetch(this.selectAt, topic, partition, BigInt(last))?.to ?? 0n;
    const name = `${topic}/${partition}`;
    const known = this.lasts.get(name);
    if (known !== undefined && this.firstOfLast(topic, partition) === known.first) return known.to;
    const row = this.fetch(this.selectLast, topic, partition);
    if (row === undefined) return 0n;
    this.lasts.set(name, { first: row.first, to: row.to });
    return row.to;
  }

  /** Throws HESABU_LOG_DAMAGED if the database's own pages are damaged. */
  places(): StoredPlace[] {
    try {
      return confirmDamage(this.path ?? '', () => this.countPlaces.all() as unknown as StoredPlace[]);
    } catch (error) {
      throw storageError(error, this.path ?? 'hesabu.db');
    }
  }

  /**
   * See EventLog.read. No statement stays open between two batches, so a slow reader never delays a checkpoint. With
   * `last`, nothing is read after the batch that begins there; null is no batch.
   */
  *read(topic: Topic, partition: number, from: bigint, last?: number | null): Iterable<Batch> {
    if (last === null) return;
    const until = last ?? Number.POSITIVE_INFINITY;
    let next = from;
    let row = this.fetch(this.selectHolding, topic, partition, from);
    do {
      while (row !== undefined && row.first <= until) {
        // Only the first row can end before the offset asked for; then it is the last one.
        if (row.to > next) {
          yield readBatch(this.path, topic, partition, row);
          next = row.to;
        }
        row = row.first === until ? undefined : this.fetch(this.selectAt, topic, partition, next);
      }
      const end = this.end(topic, partition, last);
      if (end <= next) return;
      // Between the two looks a writer may have added what was not there yet.
      row = this.fetch(this.selectAt, topic, partition, next);
      if (row === undefined) throw damage(this.path, topic, partition, next, `no batch, but the topic ends at ${end}`);
    } while (row.first <= until);
  }

  /** See EventLog.beginning. */
  beginning(topic: Topic, partition: number, from: bigint): Buffer | undefined {
    const row = this.fetch(this.selectAt, topic, partition, from);
    return row && payloadOf(this.path, topic, partition, row, unpackBeginning);
  }

  private firstOfLast(topic: Topic, partition: number): number | undefined {
    try {
      return confirmDamage(this.path ?? '', () => this.selectLastFirst.get(topic, partition) as Row | undefined)?.first;
    } catch (error) {
      if (isDamage(error)) throw damage(this.path, topic, partition, null, (error as Error).message);
      throw storageError(error, `${topic} partition ${partition}`);
    }
  }

  private fetch(statement: StatementSync, topic: Topic, partition: number, offset?: bigint): PlacedRow | undefined {
    try {
      const rest = offset === undefined ? [] : [offset];
      const row = confirmDamage(this.path ?? '', () => statement.get(topic, partition, ...rest) as Row | undefined);
      if (row === undefined) return undefined;
      const isWhole = Number.isSafeInteger(row.first) && row.count > 0 && row.payload instanceof Uint8Array;
      if (!isWhole) throw damage(this.path, topic, partition, offset ?? null, 'a row with invalid columns');
      return { ...row, to: BigInt(row.first + row.count) };
    } catch (error) {
      if (isDamage(error)) throw damage(this.path, topic, partition, offset ?? null, (error as Error).message);
      throw storageError(error, `${topic} partition ${partition}`);
    }
  }
}

/** What is stored of a payload, which may be packed already. */
export function frameOf({ payload, unpackedSize }: Pick<Append, 'payload' | 'unpackedSize'>): Buffer | Promise<Buffer> {
  if (unpackedSize === undefined) return packFrame(payload);
  return Buffer.from(payload.buffer, payload.byteOffset, payload.length);
}

function readBatch(path: string | null, topic: Topic, partition: number, row: PlacedRow): Batch {
  const payload = payloadOf(path, topic, partition, row, unpackFrame);
  return { topic, partition, from: BigInt(row.first), to: row.to, payload, source: row.source, isOwn: true };
}

function payloadOf(
  path: string | null,
  topic: Topic,
  partition: number,
  row: PlacedRow,
  unpack: typeof unpackFrame,
): Buffer {
  const from = BigInt(row.first);
  if (rowCrc(topic, partition, row) !== row.crc) throw damage(path, topic, partition, from, 'a wrong checksum');
  const payload = unpack(row.payload, row.size);
  // An attacker can correct a checksum after a change; then the compressed data is not valid.
  if (payload === undefined) throw damage(path, topic, partition, from, 'bytes that do not decompress');
  if (payload.buffer !== row.payload.buffer) giveBack(row.payload);
  return payload;
}

/** What is told of a batch: that it is damaged, or that its device fails, for then nobody knows. */
function damage(
  path: string | null,
  topic: Topic,
  partition: number,
  offset: bigint | null,
  found: string,
): HesabuError {
  const device = path === null ? undefined : deviceError(path);
  if (device !== undefined) return deviceFailure(path!, device);
  const at = offset === null ? '' : ` offset ${offset}`;
  return new HesabuError('HESABU_LOG_DAMAGED', { where: `${topic} partition ${partition}${at}`, found });
}
