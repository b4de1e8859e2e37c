// The parts of a workbook: a zip file with XML in it. Nothing that the zip says of itself is trusted: sizes are counted
// while a part is unzipped, and each part that is used is held against its checksum.

import type { FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { crc32, createInflateRaw } from 'node:zlib';
import { type Entry, fromFdPromise, type ZipFile } from 'yauzl';
import { HesabuError } from '../../domain/errors.ts';
import { openRegular } from './file-chunks.ts';

/** What the parts beside the rows may come to, and the rows of a sheet where they shrink much. */
const UNZIPPED_BYTES_MAX = 100 * 1024 * 1024;
/** The rows of a sheet may come to more than that where they shrink to no less than this share of their size. */
const SHRUNK_MIN = 1 / 50;
/** What the rows of a sheet may come to at all. */
const SHEET_BYTES_MAX = 1024 * 1024 * 1024;
const CHUNK_BYTES = 256 * 1024;
/** A workbook has some twenty parts, and one for each picture. */
const PARTS_MAX = 10_000;

/** Another kind of file that comes as a zip, by a part that only it has. */
const OTHER_KINDS: readonly (readonly [part: RegExp, kind: string])[] = [
  [/^xl\/workbook\.bin$/, 'a binary workbook (.xlsb)'],
  [/^index\/document\.iwa$|^index\.zip$/, 'a workbook of Numbers (.numbers)'],
  [/^content\.xml$/, 'a document of OpenOffice or LibreOffice (.ods)'],
  [/^word\/document\.xml$/, 'a text document (.docx)'],
];

/** A fault of a workbook, where in it the reader knows best. */
export class WorkbookFault extends Error {}

/** Tells people that a workbook is not read. `found` says why. */
export function unreadable(where: string, found: string, cause?: unknown): HesabuError {
  return new HesabuError('HESABU_WORKBOOK_INVALID', { where, found }, cause);
}

/** Whether the names of a zip's entries are those of a workbook or another office document, and not of a plain zip. */
export function isOfficeDocument(names: Iterable<string>): boolean {
  for (const name of names) {
    const part = partName(name);
    if (part === '[content_types].xml' || OTHER_KINDS.some(([pattern]) => pattern.test(part))) return true;
  }
  return false;
}

export class WorkbookZip {
  private readonly file: FileHandle;
  private readonly zip: ZipFile;
  private readonly parts: ReadonlyMap<string, Entry>;
  private readonly partMax: number;

  private constructor(file: FileHandle, zip: ZipFile, parts: ReadonlyMap<string, Entry>, partMax: number) {
    this.file = file;
    this.zip = zip;
    this.parts = parts;
    this.partMax = partMax;
  }

  /**
   * No part may unzip to more than `partMax` bytes. Throws HESABU_FILE_MISSING, HESABU_FILE_UNREADABLE, or
   * HESABU_WORKBOOK_INVALID where it is no such zip.
   */
  static async open(path: string, name: string, partMax = SHEET_BYTES_MAX): Promise<WorkbookZip> {
    const file = await openRegular(path, name);
    try {
      const zip = await fromFdPromise(file.fd, { autoClose: false, lazyEntries: true });
      const parts = await partsOf(zip);
      if (!isOfficeDocument(parts.keys())) throw new WorkbookFault('a zip that is no workbook');
      const other = OTHER_KINDS.find(([part]) => [...parts.keys()].some((name) => part.test(name)));
      if (other !== undefined) throw new WorkbookFault(other[1]);
      return new WorkbookZip(file, zip, parts, partMax);
    } catch (error) {
      await file.close();
      throw unreadable(name, error instanceof WorkbookFault ? error.message : 'a zip that is cut or damaged', error);
    }
  }

  has(name: string): boolean {
    return this.parts.has(partName(name));
  }

  /** Unzips a part chunk by chunk. Throws a WorkbookFault where it is missing, damaged or too large. */
  async *unzip(name: string, isSheet = false): AsyncGenerator<Buffer> {
    const entry = this.parts.get(partName(name));
    if (entry === undefined) throw new WorkbookFault(`no part ${name}`);
    if (!entry.canDecodeFileData()) throw new WorkbookFault('a zip with a password, or of an unusual kind');
    const bytesMax = Math.min(this.partMax, sizeMax(entry, isSheet));
    let [bytes, checksum] = [0, 0];
    try {
      for await (const chunk of await this.bytesOf(entry)) {
        bytes += (chunk as Buffer).length;
        if (bytes > bytesMax) throw new WorkbookFault(tooLarge(entry, bytes, isSheet));
        checksum = crc32(chunk as Buffer, checksum);
        yield chunk as Buffer;
      }
    } catch (error) {
      if (error instanceof WorkbookFault || error instanceof HesabuError) throw error;
      throw new WorkbookFault(`damage in ${name}`, { cause: error });
    }
    if (checksum !== entry.crc32) throw new WorkbookFault(`damage in ${name}: its checksum is another`);
  }

  /** The unzipped bytes, in larger chunks than the library's own stream of them has. */
  private async bytesOf(entry: Entry): Promise<Readable> {
    const zipped = await this.zip.openReadStreamPromise(entry, { decodeFileData: false });
    if (entry.compressionMethod === 0) return zipped;
    const inflate = createInflateRaw({ chunkSize: CHUNK_BYTES });
    zipped.on('error', (error) => inflate.destroy(error));
    inflate.on('close', () => zipped.destroy());
    return zipped.pipe(inflate);
  }

  async close(): Promise<void> {
    await this.file.close();
  }
}

function sizeMax(entry: Entry, isSheet: boolean): number {
  if (!isSheet) return UNZIPPED_BYTES_MAX;
  return Math.max(UNZIPPED_BYTES_MAX, Math.min(SHEET_BYTES_MAX, entry.compressedSize / SHRUNK_MIN));
}

function tooLarge(entry: Entry, bytes: number, isSheet: boolean): string {
  const bomb = isSheet && bytes <= SHEET_BYTES_MAX ? `, from ${entry.compressedSize} bytes` : '';
  return `more than ${Math.floor(bytes / 1024 / 1024)} MiB in ${entry.fileName}${bomb}`;
}

/** Two parts of one name could be read as either. */
async function partsOf(zip: ZipFile): Promise<Map<string, Entry>> {
  const parts = new Map<string, Entry>();
  if (zip.entryCount > PARTS_MAX) throw new WorkbookFault(`a zip of ${zip.entryCount} files`);
  for await (const entry of zip.eachEntry()) {
    const name = partName(entry.fileName);
    if (parts.has(name)) throw new WorkbookFault(`two parts ${entry.fileName}`);
    if (parts.size === PARTS_MAX) throw new WorkbookFault(`a zip of more than ${PARTS_MAX} files`);
    parts.set(name, entry);
  }
  return parts;
}

/** Names of parts are the same in capitals. */
function partName(name: string): string {
  return name.replace(/^\/+/, '').toLowerCase();
}
