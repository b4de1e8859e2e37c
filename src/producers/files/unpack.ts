// What a file holds that is not text: gzip and zip of one file are unpacked, an Excel workbook is told, and other forms
// are refused by their names. Nothing is unpacked without a bound: a few bytes can stand for all of a disk.

import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { crc32, createGunzip } from 'node:zlib';
import * as yauzl from 'yauzl';
import { HesabuError } from '../../domain/errors.ts';
import { quoted } from '../../domain/quotation.ts';
import { changed, type Fingerprint, fileFingerprint, visitChunks } from './file-chunks.ts';
import { refuseForeignFile } from './foreign-file.ts';
import { TemporaryFile } from './temporary-file.ts';
import { isOfficeDocument } from './workbook-zip.ts';

/** The most that a file may be once it is unpacked. */
const UNPACKED_BYTES_MAX = 2 * 1024 ** 3;
/** Tables of like rows shrink to a fortieth; only a bomb shrinks to less than this part. */
const RATIO_MAX = 200;
/** Up to this size, nothing is a bomb. */
const UNSUSPECTED_BYTES = 16 * 1024 * 1024;
/** An archive of one file has no more entries: it, and what some programs add. */
const ENTRIES_MAX = 100;

export type Form = 'text' | 'gzip' | 'zip';

/** By their first bytes. */
const FORMS: readonly (readonly [magic: string, form: 'gzip' | 'zip' | { readonly refused: string }])[] = [
  ['1f8b', 'gzip'],
  ['504b0304', 'zip'],
  ['504b0506', { refused: 'an empty zip archive' }],
  ['504b0708', { refused: 'a part of a zip archive' }],
  ['425a68', { refused: 'a bzip2 archive' }],
  ['fd377a585a00', { refused: 'an xz archive' }],
  ['28b52ffd', { refused: 'a zstd archive' }],
];

/** The form of a file by its first bytes. Throws HESABU_FILE_UNREADABLE or HESABU_WORKBOOK_INVALID for other forms. */
export function formOf(head: Buffer, name: string): Form {
  refuseForeignFile(head, name);
  const start = head.subarray(0, 8).toString('hex');
  const form = FORMS.find(([magic]) => start.startsWith(magic))?.[1] ?? 'text';
  if (typeof form === 'string') return form;
  throw notRead(name, form.refused, 'Unpack it, and give the file in it.');
}

export interface Unpacked {
  readonly file: TemporaryFile;
  /** Of the archive. */
  readonly original: Fingerprint;
}

/**
 * Unpacks a gzip into a temporary file. Throws HESABU_FILE_UNREADABLE for one that is damaged, cut, or larger than its
 * bounds.
 */
export async function unpackGzip(path: string, name: string, folder: string): Promise<Unpacked> {
  const file = new TemporaryFile(folder);
  const gunzip = createGunzip();
  const { size } = await stat(path);
  const reading = take(gunzip, file, name, size);
  // Its failure is thrown below, where it is awaited.
  reading.catch(() => gunzip.destroy());
  try {
    const original = await visitChunks(
      path,
      {
        chunk: async (bytes) => {
          // The next read overwrites the chunk.
          const mayGoOn = gunzip.write(Buffer.from(bytes));
          if (!mayGoOn) await Promise.race([once(gunzip, 'drain'), reading]);
        },
      },
      { name },
    );
    gunzip.end();
    await reading;
    if (gunzip.bytesWritten !== original.bytes) throw notRead(name, 'something else after the end of the gzip');
    return { file, original };
  } catch (error) {
    gunzip.destroy();
    file.remove();
    throw error instanceof HesabuError ? error : damaged(name, 'gzip', error);
  }
}

/**
 * The file in a zip, unpacked; null for a workbook or another office document. With `workbook` nothing else is taken.
 * Throws as `unpackGzip`.
 */
export async function unpackZip(
  path: string,
  name: string,
  folder: string,
  only?: 'workbook',
): Promise<Unpacked | null> {
  const before = await stat(path, { bigint: true });
  let file: TemporaryFile | undefined;
  let zip: yauzl.ZipFile | undefined;
  try {
    zip = await openZip(path);
    const entry = await onlyEntry(zip, name);
    if (entry === null) return null;
    if (only !== undefined) throw nested(name);
    requireHonest(entry, Number(before.size), name);
    file = new TemporaryFile(folder);
    const stream = await zip.openReadStreamPromise(entry);
    const sum = await take(stream, file, name, entry.compressedSize);
    if (sum !== entry.crc32) throw notRead(name, 'a zip whose file is damaged');
    const original = await fileFingerprint(path, name);
    const after = await stat(path, { bigint: true });
    if (after.size !== before.size || after.mtimeNs !== before.mtimeNs) throw changed(name);
    return { file, original };
  } catch (error) {
    file?.remove();
    throw error instanceof HesabuError ? error : damaged(name, 'zip', error);
  } finally {
    zip?.close();
  }
}

/** Writes a stream into a file, within bounds. Returns the CRC-32 of what was written. */
async function take(stream: Readable, file: TemporaryFile, name: string, packedBytes: number): Promise<number> {
  let sum = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    if (file.bytes === 0) requireUnpacked(chunk, name);
    file.write(chunk);
    sum = crc32(chunk, sum);
    requireBounded(file.bytes, packedBytes, name);
  }
  file.finish();
  if (file.bytes === 0) throw new HesabuError('HESABU_FILE_EMPTY', { where: name, found: 'an archive of no bytes' });
  return sum;
}

function requireBounded(bytes: number, packedBytes: number, name: string): void {
  if (bytes > UNPACKED_BYTES_MAX) throw notRead(name, 'more than 2 GiB once it is unpacked', 'Give it in parts.');
  if (bytes <= UNSUSPECTED_BYTES || bytes <= packedBytes * RATIO_MAX) return;
  throw notRead(name, `an archive that unpacks to more than ${RATIO_MAX} times its size`, 'Give the file unpacked.');
}

/** One wrapping is enough; a workbook in it is a zip too. */
function requireUnpacked(head: Buffer, name: string): void {
  if (formOf(head, name) === 'gzip') throw nested(name);
}

async function openZip(path: string): Promise<yauzl.ZipFile> {
  return yauzl.openPromise(path, { lazyEntries: true, autoClose: false, strictFileNames: true });
}

/** The only file of a zip; null for the parts of an office document. */
async function onlyEntry(zip: yauzl.ZipFile, name: string): Promise<yauzl.Entry | null> {
  if (zip.entryCount > 65_535) throw notRead(name, `an archive of ${zip.entryCount} files`);
  const files: yauzl.Entry[] = [];
  let entries = 0;
  for await (const entry of zip.eachEntry()) {
    const { fileName } = entry;
    if (isOfficeDocument([fileName])) return null;
    // Of an office document there may be many parts before the one that tells it.
    if (++entries > ENTRIES_MAX && files.length > 1 && files[0]!.fileName !== 'mimetype') break;
    if (!isAddition(fileName)) files.push(entry);
  }
  const [entry] = files;
  if (entry === undefined) throw notRead(name, 'an archive without a file');
  if (files.length === 1) return entry;
  const names = files.slice(0, 3).map(({ fileName }) => quoted(fileName));
  const found = `an archive of several files: ${names.join(', ')}${files.length > 3 ? ' and others' : ''}`;
  throw notRead(name, found, 'Unpack it, and give each file by itself.');
}

/** Folders, and what macOS puts beside each file. */
function isAddition(fileName: string): boolean {
  return fileName.endsWith('/') || fileName.startsWith('__MACOSX/') || fileName.endsWith('.DS_Store');
}

const TYPE_MASK = 0o170000;
const SYMLINK = 0o120000;

/** Looks at what the archive says of its file, before anything is unpacked. */
function requireHonest(entry: yauzl.Entry, zipBytes: number, name: string): void {
  const { fileName, uncompressedSize, compressedSize, externalFileAttributes } = entry;
  if (entry.isEncrypted()) throw notRead(name, 'an archive with a password', 'Give the file unpacked.');
  if (((externalFileAttributes >>> 16) & TYPE_MASK) === SYMLINK) throw notRead(name, 'an archive of a link');
  if (/\.(?:zip|gz|tgz|rar|7z)$/i.test(fileName)) throw nested(name);
  if (compressedSize > zipBytes) throw notRead(name, 'a zip whose file is damaged');
  requireBounded(uncompressedSize, compressedSize, name);
}

function nested(name: string): HesabuError {
  return notRead(name, 'an archive in an archive', 'Unpack it once.');
}

function damaged(name: string, form: string, error: unknown): HesabuError {
  const { message, code } = error as NodeJS.ErrnoException;
  const isCut = code === 'Z_BUF_ERROR' || /end of central directory|unexpected EOF/i.test(message);
  const found = isCut ? `a part of a ${form}` : `a damaged ${form}: ${message.slice(0, 120)}`;
  return new HesabuError(
    'HESABU_FILE_UNREADABLE',
    { where: name, expected: 'a whole file', found, remedy: 'Nothing of it was taken. Export or copy it again.' },
    error,
  );
}

function notRead(where: string, found: string, remedy?: string): HesabuError {
  const detail = { where, expected: 'a text file, or a gzip or zip of one', found };
  return new HesabuError('HESABU_FILE_UNREADABLE', remedy === undefined ? detail : { ...detail, remedy });
}
