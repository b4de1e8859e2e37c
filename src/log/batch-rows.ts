// Batches as rows of the embedded log's database: packed, checksummed over every column, and read one by one.

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { crc32 } from 'node:zlib';
import { HesabuError } from '../domain/errors.ts';
import { isDamage, storageError } from '../runtime/storage-errors.ts';
import type { Append, Batch, Topic } from './event-log.ts';
import { unpackFrame } from './zstd-frames.ts';

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

/** Where batches lie: `topic` and `partition` as stored, which need not be ones that there are. */
export interface StoredPlace {
  readonly topic: string;
  readonly partition: number;
  readonly batches: number;
}

function rowCrc(topic: string, partition: number, row: Omit<Row, 'crc'>): number {
  const columns = `${topic}/${partition}/${row.first}/${row.count}/${row.source}/${row.size}/`;
  return crc32(row.payload, crc32(columns));
}

const COLUMNS = 'first, count, source, size, crc, payload';

/** The rows of one connection. Reading checks what it gives: a batch that was damaged or is missing is refused. */
export class BatchRows {
  private readonly holding: StatementSync;
  private readonly at: StatementSync;
  private readonly last: StatementSync;
  private readonly insertion: StatementSync;
  private readonly counting: StatementSync;

  constructor(database: DatabaseSync) {
    const where = 'FROM batches WHERE topic = ? AND partition = ?';
    this.holding = database.prepare(`SELECT ${COLUMNS} ${where} AND first <= ? ORDER BY first DESC LIMIT 1`);
    this.at = database.prepare(`SELECT ${COLUMNS} ${where} AND first = ?`);
    this.last = database.prepare(`SELECT ${COLUMNS} ${where} ORDER BY first DESC LIMIT 1`);
    this.counting = database.prepare(
      'SELECT topic, partition, count(*) AS batches FROM batches GROUP BY topic, partition',
    );
    const columns = `topic, partition, ${COLUMNS}`;
    this.insertion = database.prepare(`INSERT INTO batches (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`);
  }

  insert(append: Append, from: bigint, packed: Uint8Array): void {
    const { topic, partition, count, source } = append;
    const row = { first: Number(from), count, source, size: append.payload.length, payload: packed };
    const crc = rowCrc(topic, partition, row);
    this.insertion.run(topic, partition, row.first, count, source, row.size, crc, packed);
  }

  end(topic: Topic, partition: number): bigint {
    return this.fetch(this.last, topic, partition)?.to ?? 0n;
  }

  /** Throws HESABU_LOG_DAMAGED where the database's own pages are. */
  places(): StoredPlace[] {
    try {
      return this.counting.all() as unknown as StoredPlace[];
    } catch (error) {
      throw storageError(error, 'the batches');
    }
  }

  /** See EventLog.read. No statement stays open between two batches, so a slow reader never holds up a checkpoint. */
  *read(topic: Topic, partition: number, from: bigint): Iterable<Batch> {
    let next = from;
    let row = this.fetch(this.holding, topic, partition, from);
    while (row !== undefined) {
      // Only the first row can end before what was asked for, and then it is the last.
      if (row.to > next) {
        yield unpacked(topic, partition, row);
        next = row.to;
      }
      row = this.fetch(this.at, topic, partition, next);
    }
    const end = this.end(topic, partition);
    if (end > next) throw damaged(topic, partition, next, `no batch, though the topic ends at ${end}`);
  }

  private fetch(statement: StatementSync, topic: Topic, partition: number, offset?: bigint): PlacedRow | undefined {
    try {
      const rest = offset === undefined ? [] : [offset];
      const row = statement.get(topic, partition, ...rest) as Row | undefined;
      if (row === undefined) return undefined;
      const isWhole = Number.isSafeInteger(row.first) && row.count > 0 && row.payload instanceof Uint8Array;
      if (!isWhole) throw damaged(topic, partition, offset ?? null, 'a row with other columns');
      return { ...row, to: BigInt(row.first + row.count) };
    } catch (error) {
      if (isDamage(error)) throw damaged(topic, partition, offset ?? null, (error as Error).message);
      throw storageError(error, `${topic} partition ${partition}`);
    }
  }
}

function unpacked(topic: Topic, partition: number, row: PlacedRow): Batch {
  if (rowCrc(topic, partition, row) !== row.crc) {
    throw damaged(topic, partition, BigInt(row.first), 'another checksum');
  }
  const from = BigInt(row.first);
  const payload = unpackFrame(row.payload, row.size);
  // A checksum can be mended by whoever changes what is under it; the packing then does not fit.
  if (payload === undefined) throw damaged(topic, partition, from, 'bytes that do not unpack');
  return { topic, partition, from, to: row.to, payload, source: row.source };
}

function damaged(topic: Topic, partition: number, offset: bigint | null, found: string): HesabuError {
  const at = offset === null ? '' : ` offset ${offset}`;
  return new HesabuError('HESABU_LOG_DAMAGED', { where: `${topic} partition ${partition}${at}`, found });
}
