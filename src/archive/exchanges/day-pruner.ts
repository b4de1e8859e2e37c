// Writes a day of the raw archive again: without the exchanges that are no longer needed, or without what a person
// wants to be forgotten.

import { open, rename, rm, stat } from 'node:fs/promises';
import { syncDirectory } from '../../runtime/directories.ts';
import { dataPath, indexPath, openExisting, readAt, scanDay } from './day-scan.ts';
import { writeAll } from './day-writer.ts';
import { type ArchivedExchange, decodeExchange } from './exchange-codec.ts';
import { encodeFrame, isIntact, linesOf, nameHash } from './frame.ts';

/** Whether something still refers to an exchange, by its id or one of its names. */
export type IsNeeded = (names: readonly string[], id: string) => boolean;

export interface PruneCounts {
  readonly kept: number;
  readonly removed: number;
}

/** The day is unchanged or pruned, never in between: a new file replaces the old one. */
export async function pruneDay(folder: string, day: string, isNeeded: IsNeeded): Promise<PruneCounts> {
  const { kept, removed } = await rewriteDay(folder, day, (line) => {
    const { names, id } = decodeExchange(line);
    return isNeeded(names, id) ? line : null;
  });
  return { kept, removed };
}

interface RewriteCounts extends PruneCounts {
  /** How many of those kept are other lines than before. */
  readonly replaced: number;
}

/** Each line becomes what `lineOf` gives, or goes where that is null. */
export async function rewriteDay(
  folder: string,
  day: string,
  lineOf: (line: string) => string | null,
): Promise<RewriteCounts> {
  const path = dataPath(folder, day);
  const temporary = `${path}.tmp`;
  const target = await open(temporary, 'w', 0o600);
  const pruned = { kept: 0, removed: 0, replaced: 0 };
  try {
    let end = 0;
    for await (const lines of linesOfDay(folder, day)) {
      const written = lines.map(lineOf);
      const kept = written.flatMap((line) => (line === null ? [] : [{ line, exchange: decodeExchange(line) }]));
      pruned.kept += kept.length;
      pruned.removed += lines.length - kept.length;
      pruned.replaced += written.filter((line, at) => line !== null && line !== lines[at]).length;
      if (kept.length === 0) continue;
      const frame = frameOf(kept);
      await writeAll(target, frame, end);
      end += frame.length;
    }
    await target.sync();
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  } finally {
    await target.close();
  }
  if (pruned.kept > 0 && pruned.removed === 0 && pruned.replaced === 0) {
    await rm(temporary);
    return pruned;
  }
  // Without its index the file is scanned; with an outdated index it would be misread.
  await rm(indexPath(folder, day), { force: true });
  if (pruned.kept > 0) await rename(temporary, path);
  else await Promise.all([rm(temporary), rm(path)]);
  syncDirectory(folder);
  return pruned;
}

async function* linesOfDay(folder: string, day: string): AsyncGenerator<string[]> {
  const data = await openExisting(dataPath(folder, day));
  if (data === undefined) return;
  const index = await openExisting(indexPath(folder, day));
  try {
    const { frames } = await scanDay(data, index, () => true);
    for (const frame of frames) {
      const bytes = await readAt(data, frame.dataOffset, frame.dataBytes);
      if (isIntact(bytes, frame)) yield linesOf(bytes);
    }
  } finally {
    await index?.close();
    await data.close();
  }
}

function frameOf(kept: readonly { line: string; exchange: ArchivedExchange }[]): Buffer {
  const times = kept.map(({ exchange }) => exchange.at);
  const hashes = kept.flatMap(({ exchange }) => [exchange.id, ...exchange.names].map(nameHash));
  const lines = kept.map(({ line }) => `${line}\n`).join('');
  // A frame is limited in size, so its times are never too many for spread arguments.
  return encodeFrame(lines, kept.length, Math.min(...times), Math.max(...times), hashes).bytes;
}

/** The size of a day's file and its index. */
export async function sizeOfDay(folder: string, day: string): Promise<number> {
  const sizes = [dataPath(folder, day), indexPath(folder, day)].map((path) =>
    stat(path).then(
      ({ size }) => size,
      () => 0,
    ),
  );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
