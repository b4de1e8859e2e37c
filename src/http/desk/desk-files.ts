// The built page for people, as it lies on the disk: small enough to be held, and compressed once.

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
};

export interface DeskFile {
  readonly type: string;
  readonly plain: Buffer;
  readonly gzip: Buffer;
  readonly brotli: Buffer;
}

export interface DeskFiles {
  /** By their names, which change with what is in them. */
  readonly files: ReadonlyMap<string, DeskFile>;
  readonly script: string;
  readonly style: string;
  /** Changes with the page. */
  readonly version: string;
}

/** Where the page comes from; it gives undefined where there is none and none can be built. */
export type DeskSource = () => Promise<DeskFiles | undefined>;

export function readDesk(folder: string): DeskFiles {
  const { script, style } = JSON.parse(readFileSync(join(folder, 'page.json'), 'utf8')) as Record<string, string>;
  const files = new Map<string, DeskFile>();
  for (const name of readdirSync(folder)) {
    const type = TYPES[extname(name)];
    if (type === undefined) continue;
    const plain = readFileSync(join(folder, name));
    const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };
    files.set(name, { type, plain, gzip: gzipSync(plain, { level: 9 }), brotli: brotliCompressSync(plain, quality) });
  }
  const version = createHash('sha256')
    .update([...files.keys()].sort().join('\n'))
    .digest('hex')
    .slice(0, 8);
  return { files, script: script!, style: style!, version };
}
