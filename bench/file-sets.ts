// The sets of files that `npm run bench` can write. README.md says what is in them.

import type { Batch } from './batch.ts';
import { generate, generateExtraDay } from './generate.ts';
import { generateShop, generateShopDay } from './shop/shop-files.ts';
import { WAVES } from './waves.ts';

export interface FileSet {
  /** Writes the files of `keys` keys into `dir`. */
  generate(keys: number, dir: string): Batch;
  /** Writes one more day on top of `keys` keys: `size` keys, new and old. */
  generateDay(keys: number, size: number, dir: string): Batch;
}

export const FILE_SETS: Readonly<Record<string, FileSet>> = {
  plain: { generate, generateDay: generateExtraDay },
  shop: { generate: generateShop, generateDay: generateShopDay },
  waves: {
    generate: (keys, dir) => generate(keys, dir, WAVES),
    generateDay: (keys, size, dir) => generateExtraDay(keys, size, dir, WAVES),
  },
};
