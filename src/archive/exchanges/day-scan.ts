// Finds the frames of a day's file: by its index as far as it reaches, and otherwise in the file itself. The index is
// derived, so it is used only where the file confirms it.

import { existsSync } from 'node:fs';
import { type FileHandle, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  DESCRIPTION_BYTES_MAX,
  type FrameDescription,
  HEADER_BYTES,
  INDEX_ENTRY_BYTES,
  indexEntry,
  isIntact,
  MAGIC,
  readDescription,
} from './frame.ts';

export const exchangesFolder = (dir: string): string => join(dir, 'raw', 'exchanges');
export const dataPath = (folder: string, day: string): string => join(folder, `${day}.zst`);
export const indexPath = (folder: string, day: string): string => join(folder, `${day}.idx`);

/** The stored days, oldest first; `YYYY-MM-DD`, UTC. */
export async function archivedDays(folder: string): Promise<string[]> {
  if (!existsSync(folder)) return [];
  const names = await readdir(folder);
  return names.flatMap((name) => /^(\d{4}-\d{2}-\d{2})\.zst$/.exec(name)?.[1] ?? []).sort();
}

export interface DayScan {
  /** The wanted frames, in the order of the file. */
  readonly frames: FrameDescription[];
  /** After the last whole frame: what follows is torn. */
  readonly end: number;
  /** The size of the valid part of the index. */
  readonly indexBytes: number;
  /** The entries missing from the index. */
  readonly missing: Buffer[];
  /** The number of damaged parts that are followed by a valid frame. */
  readonly gaps: number;
}

export type IsWanted = (frame: FrameDescription, description: Buffer) => boolean;

/** Scans a day's file; `index` is undefined if there is none. */
export async function scanDay(data: FileHandle, index: FileHandle | undefined, isWanted: IsWanted): Promise<DayScan> {
  const file = new FileWindow(data, (await data.stat()).size);
  const indexed = index === undefined ? undefined : await scanIndex(index, isWanted);
  const last = indexed?.last;
  const isTrue = last !== undefined && (await frameAt(file, last.offset))?.frame.descriptionCrc === last.descriptionCrc;
  const frames = isTrue ? indexed!.frames : [];
  const missing: Buffer[] = [];
  let end = isTrue ? last.offset + last.bytes : 0;
  let gaps = 0;
  for (let at: number | undefined = end; at !== undefined && at < file.size; ) {
    const found = await frameAt(file, at);
    if (found === undefined) {
      at = await nextMagic(file, at + 1);
      continue;
    }
    if (at > end) gaps++;
    const { frame, description } = found;
    if (isWanted(frame, description)) frames.push(frame);
    missing.push(indexEntry(at, description));
    end = at + frame.bytes;
    at = end;
  }
  return { frames, end, indexBytes: isTrue ? indexed!.bytes : 0, missing, gaps };
}

interface IndexScan {
  readonly frames: FrameDescription[];
  readonly last: FrameDescription | undefined;
  readonly bytes: number;
}

async function scanIndex(index: FileHandle, isWanted: IsWanted): Promise<IndexScan> {
  const file = new FileWindow(index, (await index.stat()).size);
  const frames: FrameDescription[] = [];
  let last: FrameDescription | undefined;
  let at = 0;
  for (;;) {
    const head = file.loaded(at, INDEX_ENTRY_BYTES) ?? (await file.load(at, INDEX_ENTRY_BYTES));
    const size = head?.readUInt32LE(8) ?? 0;
    if (head === undefined || size > DESCRIPTION_BYTES_MAX) break;
    const place = at + INDEX_ENTRY_BYTES;
    const description = file.loaded(place, size) ?? (await file.load(place, size));
    const frame = description === undefined ? undefined : readDescription(description, head.readDoubleLE(0));
    if (description === undefined || frame === undefined) break;
    if (isWanted(frame, description)) frames.push(frame);
    last = frame;
    at = place + size;
  }
  return { frames, last, bytes: at };
}

/** The whole and undamaged frame at `at`; undefined if there is none. */
async function frameAt(
  file: FileWindow,
  at: number,
): Promise<{ frame: FrameDescription; description: Buffer } | undefined> {
  const head = file.loaded(at, HEADER_BYTES) ?? (await file.load(at, HEADER_BYTES));
  if (head === undefined || head.readUInt32LE(0) !== MAGIC) return undefined;
  const size = head.readUInt32LE(4);
  if (size > DESCRIPTION_BYTES_MAX) return undefined;
  const place = at + HEADER_BYTES;
  const description = file.loaded(place, size) ?? (await file.load(place, size));
  const frame = description === undefined ? undefined : readDescription(description, at);
  if (description === undefined || frame === undefined) return undefined;
  const { dataOffset, dataBytes } = frame;
  const data = file.loaded(dataOffset, dataBytes) ?? (await file.load(dataOffset, dataBytes));
  return data !== undefined && isIntact(data, frame) ? { frame, description } : undefined;
}

async function nextMagic(file: FileWindow, from: number): Promise<number | undefined> {
  const magic = Buffer.alloc(4);
  magic.writeUInt32LE(MAGIC);
  for (let at = from; at + magic.length <= file.size; ) {
    const length = Math.min(WINDOW_BYTES, file.size - at);
    const bytes = await file.load(at, length);
    if (bytes === undefined) return undefined;
    const found = bytes.indexOf(magic);
    if (found >= 0) return at + found;
    at += length - magic.length + 1;
  }
  return undefined;
}

const WINDOW_BYTES = 2 ** 18;

/** Reads a file from start to end in large pieces. */
class FileWindow {
  readonly size: number;
  private readonly handle: FileHandle;
  private window: Buffer = Buffer.alloc(0);
  private start = 0;

  constructor(handle: FileHandle, size: number) {
    this.handle = handle;
    this.size = size;
  }

  /** The bytes at a position if they are in memory. Most are, and awaiting each would cost more than reading it. */
  loaded(at: number, length: number): Buffer | undefined {
    const from = at - this.start;
    if (from < 0 || from + length > this.window.length) return undefined;
    return this.window.subarray(from, from + length);
  }

  /** The bytes at a position; undefined if the file is too short. */
  async load(at: number, length: number): Promise<Buffer | undefined> {
    if (at + length > this.size) return undefined;
    this.window = await readAt(this.handle, at, Math.max(length, WINDOW_BYTES));
    this.start = at;
    return this.loaded(at, length);
  }
}

/** At most `length` bytes; fewer at the end of the file. */
export async function readAt(handle: FileHandle, at: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(buffer, filled, length - filled, at + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

/** Undefined if there is no such file. */
export async function openExisting(path: string, flags = 'r'): Promise<FileHandle | undefined> {
  try {
    return await open(path, flags);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
