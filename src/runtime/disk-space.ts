// The free space of a disk.

import { statfs } from 'node:fs/promises';

/** The free part of the disk under a path, 0 to 1. */
export async function freeRatio(path: string): Promise<number> {
  const { bavail, blocks } = await statfs(path);
  return blocks === 0 ? 1 : bavail / blocks;
}
