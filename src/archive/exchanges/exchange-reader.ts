// Reads the raw archive, also while another process writes it. It changes nothing and takes no lock.

import type { FileHandle } from 'node:fs/promises';
import type { Instant } from '../../domain/time.ts';
import { storageError } from '../../runtime/storage-errors.ts';
import {
  archivedDays,
  dataPath,
  exchangesFolder,
  type IsWanted,
  indexPath,
  openExisting,
  readAt,
  scanDay,
} from './day-scan.ts';
import { type ArchivedExchange, DAY_MILLIS, decodeExchange, isNamed, mayContainName } from './exchange-codec.ts';
import { exchangeTime } from './exchange-id.ts';
import { type FrameDescription, hasHash, isIntact, linesOf, nameHash } from './frame.ts';

/** Every given condition must be met; an omitted one does not limit. */
export interface ExchangeQuery {
  readonly id?: string;
  /** One of its names, or its id. */
  readonly name?: string;
  readonly from?: Instant;
  /** Exclusive. */
  readonly to?: Instant;
  /** `provider/account`. */
  readonly account?: string;
  readonly status?: number;
  readonly limit: number;
}

export class ExchangeReader {
  private readonly folder: string;
  private readonly onDamage: (where: string) => void;

  /** `dir` is the data directory. `onDamage` is called with the file of an unreadable frame, which is skipped. */
  constructor(dir: string, onDamage: (where: string) => void = () => undefined) {
    this.folder = exchangesFolder(dir);
    this.onDamage = onDamage;
  }

  /** The UTC days with exchanges, `YYYY-MM-DD`, oldest first. */
  days(): Promise<string[]> {
    return this.guarded(() => archivedDays(this.folder));
  }

  /** How many exchanges are archived. */
  count(): Promise<number> {
    return this.guarded(async () => {
      let count = 0;
      for (const day of await archivedDays(this.folder)) {
        const counted: IsWanted = (frame) => {
          count += frame.count;
          return false;
        };
        const data = await openExisting(dataPath(this.folder, day));
        if (data === undefined) continue;
        const index = await openExisting(indexPath(this.folder, day));
        try {
          await scanDay(data, index, counted);
        } finally {
          await index?.close();
          await data.close();
        }
      }
      return count;
    });
  }

  async get(id: string): Promise<ArchivedExchange | undefined> {
    const at = exchangeTime(id);
    // An exchange usually has its id from its start.
    if (at !== undefined) {
      const [near] = await this.find({ id, from: at, to: at + 1, limit: 1 });
      if (near !== undefined) return near;
    }
    const [found] = await this.find({ id, limit: 1 });
    return found;
  }

  /** Newest first. Throws HESABU_DATA_UNWRITABLE or HESABU_LOG_FAILED if the files can't be opened or read. */
  find(query: ExchangeQuery): Promise<ArchivedExchange[]> {
    return this.guarded(async () => {
      const { from = -Infinity, to = Infinity, limit } = query;
      const newest = new Newest(limit);
      for (const day of (await archivedDays(this.folder)).reverse()) {
        const start = Date.parse(day);
        // All exchanges of earlier days are older than those found.
        if (newest.isFull || start + DAY_MILLIS <= from) break;
        if (start < to) await this.searchDay(day, query, newest);
      }
      return newest.taken();
    });
  }

  private async searchDay(day: string, query: ExchangeQuery, newest: Newest): Promise<void> {
    const data = await openExisting(dataPath(this.folder, day));
    if (data === undefined) return;
    const index = await openExisting(indexPath(this.folder, day));
    try {
      const { frames, gaps } = await scanDay(data, index, wantedBy(query));
      if (gaps > 0) this.onDamage(dataPath(this.folder, day));
      frames.sort((a, b) => b.last - a.last);
      for (const frame of frames) {
        if (newest.isFull && frame.last < newest.oldest) break;
        await this.searchFrame(data, day, frame, query, newest);
      }
    } finally {
      await index?.close();
      await data.close();
    }
  }

  private async searchFrame(
    file: FileHandle,
    day: string,
    frame: FrameDescription,
    query: ExchangeQuery,
    newest: Newest,
  ): Promise<void> {
    const data = await readAt(file, frame.dataOffset, frame.dataBytes);
    if (!isIntact(data, frame)) {
      this.onDamage(dataPath(this.folder, day));
      return;
    }
    const { id, name } = query;
    for (const line of linesOf(data)) {
      if ((id !== undefined && !mayContainName(line, id)) || (name !== undefined && !mayContainName(line, name)))
        continue;
      const exchange = decodeExchange(line);
      if (fits(exchange, query)) newest.add(exchange);
    }
  }

  private async guarded<Result>(act: () => Promise<Result>): Promise<Result> {
    try {
      return await act();
    } catch (error) {
      throw storageError(error, this.folder);
    }
  }
}

function wantedBy({ id, name, from = -Infinity, to = Infinity }: ExchangeQuery): IsWanted {
  const hashes = [id, name].flatMap((text) => (text === undefined ? [] : [nameHash(text)]));
  return (frame, description) =>
    frame.last >= from && frame.first < to && hashes.every((hash) => hasHash(description, hash));
}

function fits(exchange: ArchivedExchange, query: ExchangeQuery): boolean {
  const { id, name, from = -Infinity, to = Infinity, account, status } = query;
  if (exchange.at < from || exchange.at >= to) return false;
  if (id !== undefined && exchange.id !== id) return false;
  if (name !== undefined && !isNamed(exchange, name)) return false;
  if (account !== undefined && exchange.account !== account) return false;
  return status === undefined || exchange.status === status;
}

/** Keeps the newest `limit` exchanges. */
class Newest {
  private readonly limit: number;
  private kept: ArchivedExchange[] = [];

  constructor(limit: number) {
    this.limit = limit;
  }

  get isFull(): boolean {
    return this.kept.length >= this.limit;
  }

  /** The time of the oldest one kept. */
  get oldest(): Instant {
    return this.kept.at(-1)?.at ?? -Infinity;
  }

  add(exchange: ArchivedExchange): void {
    const place = this.kept.findLastIndex((other) => isNewer(other, exchange)) + 1;
    if (place >= this.limit) return;
    this.kept.splice(place, 0, exchange);
    if (this.kept.length > this.limit) this.kept.pop();
  }

  taken(): ArchivedExchange[] {
    return this.kept;
  }
}

function isNewer(a: ArchivedExchange, b: ArchivedExchange): boolean {
  return a.at === b.at ? a.id > b.id : a.at > b.at;
}
