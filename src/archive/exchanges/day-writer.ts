// Appends to one day's file. A frame is one write that is durable when it returns. A failed write leaves nothing
// behind, so the file has no torn middle; a torn end after a crash is cut off at the next open.

import { constants, existsSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { syncDirectory } from '../../runtime/directories.ts';
import { dataPath, indexPath, scanDay } from './day-scan.ts';
import { type EncodedFrame, indexEntry } from './frame.ts';

/** The index is written in pieces of this size: a missing part is found in the file itself. */
const INDEX_BYTES_WAITING = 16_384;
/** On systems without this flag, each write is followed by a sync of its own. */
const WRITE_THROUGH: number | undefined = constants.O_DSYNC;

export class DayWriter {
  private readonly data: FileHandle;
  private readonly index: FileHandle;
  private end: number;
  private indexEnd: number;
  private waiting: Buffer[] = [];
  private waitingBytes = 0;

  private constructor(data: FileHandle, index: FileHandle, end: number, indexEnd: number) {
    this.data = data;
    this.index = index;
    this.end = end;
    this.indexEnd = indexEnd;
  }

  /** Opens a day, makes it if it is new, and repairs the effects of a crash. The index is complete afterwards. */
  static async open(folder: string, day: string): Promise<DayWriter> {
    const path = dataPath(folder, day);
    const isNew = !existsSync(path);
    const { O_CREAT, O_RDWR } = constants;
    const data = await open(path, O_CREAT | O_RDWR | (WRITE_THROUGH ?? 0), 0o600);
    let index: FileHandle | undefined;
    try {
      index = await open(indexPath(folder, day), O_CREAT | O_RDWR, 0o600);
      if (isNew) syncDirectory(folder);
      const scan = await scanDay(data, index, () => false);
      if ((await data.stat()).size > scan.end) await data.truncate(scan.end);
      await index.truncate(scan.indexBytes);
      const writer = new DayWriter(data, index, scan.end, scan.indexBytes);
      for (const entry of scan.missing) writer.remember(entry);
      await writer.writeIndex();
      return writer;
    } catch (error) {
      await index?.close();
      await data.close();
      throw error;
    }
  }

  /** The size of the file and its index. */
  get bytes(): number {
    return this.end + this.indexEnd + this.waitingBytes;
  }

  /** Resolves when the frame is durable; calls must not overlap. */
  async append(frame: EncodedFrame): Promise<void> {
    try {
      await writeAll(this.data, frame.bytes, this.end);
      if (WRITE_THROUGH === undefined) await this.data.datasync();
    } catch (error) {
      // The next frame overwrites the rest of this one, so it does no harm if truncating fails too.
      await this.data.truncate(this.end).catch(() => undefined);
      throw error;
    }
    this.remember(indexEntry(this.end, frame.description));
    this.end += frame.bytes.length;
    if (this.waitingBytes >= INDEX_BYTES_WAITING) await this.writeIndex();
  }

  async close(): Promise<void> {
    try {
      await this.writeIndex();
    } finally {
      await this.index.close();
      await this.data.close();
    }
  }

  private remember(entry: Buffer): void {
    this.waiting.push(entry);
    this.waitingBytes += entry.length;
  }

  /** An index that cannot be written is no error: readers scan the file instead. */
  private async writeIndex(): Promise<void> {
    if (this.waitingBytes === 0) return;
    const entries = Buffer.concat(this.waiting);
    try {
      await writeAll(this.index, entries, this.indexEnd);
    } catch {
      return;
    }
    this.indexEnd += entries.length;
    this.waiting = [];
    this.waitingBytes = 0;
  }
}

/** A nearly full disk accepts part of a write without an error: this continues until all is written. */
export async function writeAll(handle: FileHandle, bytes: Buffer, at: number): Promise<void> {
  for (let written = 0; written < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, written, bytes.length - written, at + written);
    written += bytesWritten;
  }
}
