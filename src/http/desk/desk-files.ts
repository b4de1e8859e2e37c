// The built page for people, as it lies on the disk: small enough to be held, and compressed once.

import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
};

const gzipped = (plain: Buffer) => promisify(gzip)(plain, { level: 9 });
const brotlied = (plain: Buffer) =>
  promisify(brotliCompress)(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } });

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

/** Compressed beside the thread that answers everybody, one file after another. */
export async function readDesk(folder: string): Promise<DeskFiles> {
  const { script, style } = JSON.parse(await readFile(join(folder, 'page.json'), 'utf8')) as Record<string, string>;
  const files = new Map<string, DeskFile>();
  for (const name of await readdir(folder)) {
    const type = TYPES[extname(name)];
    if (type === undefined) continue;
    const plain = await readFile(join(folder, name));
    files.set(name, { type, plain, gzip: await gzipped(plain), brotli: await brotlied(plain) });
  }
  const version = createHash('sha256')
    .update([...files.keys()].sort().join('\n'))
    .digest('hex')
    .slice(0, 8);
  return { files, script: script!, style: style!, version };
}
