// Where the rows of a file come from: the file itself where it is text in UTF-8, otherwise a temporary one with what it
// holds, unpacked and decoded. So whatever is damaged or cut in its wrapping is known before the first row is read.

import { HesabuError } from '../../domain/errors.ts';
import { decodeFile, findOtherBytes, type OtherBytes } from './encodings.ts';
import { type Fingerprint, headOf, lineAt } from './file-chunks.ts';
import { TemporaryFile } from './temporary-file.ts';
import { scanText } from './text-scan.ts';
import { formOf, unpackGzip, unpackZip } from './unpack.ts';

export interface SourceTerms {
  readonly path: string;
  /** What messages call the file. */
  readonly name: string;
  /** Where temporary files are. */
  readonly folder: string;
  /** The encoding that the mapping names, for text that is not in Unicode. */
  readonly encoding: string | undefined;
  /** How the mapping names the part for such files. */
  readonly kind: string;
}

export interface FileSource {
  /** A regular file with text in UTF-8, or a workbook. */
  readonly path: string;
  readonly form: 'text' | 'workbook';
  /** Of the file as it was given, where `path` is another. */
  readonly original: Fingerprint | null;
  /** Text whose encoding nobody named: only its ASCII is known. The refusal of anything else. */
  readonly unknownEncoding: HesabuError | null;
  /** Those that its bytes fit, the likeliest first; empty where the encoding is known. */
  readonly encodings: readonly string[];
  close(): void;
}

/**
 * Opens a file for its rows. Throws HESABU_FILE_MISSING, HESABU_FILE_EMPTY, HESABU_FILE_UNREADABLE for what is packed
 * in a way that is not read, is damaged, cut or too large once unpacked, and HESABU_FILE_ENCODING for text that is not
 * in the encoding that its mapping names, or in two.
 */
export async function openSource(terms: SourceTerms): Promise<FileSource> {
  const files: TemporaryFile[] = [];
  const close = () => {
    for (const file of files) file.remove();
  };
  try {
    const { path, form, original } = await unpacked(terms, files);
    if (form === 'workbook') return { path, form, original, unknownEncoding: null, encodings: [], close };
    const text = await decoded(path, terms, files);
    return { ...text, form, original: original ?? text.original, close };
  } catch (error) {
    close();
    throw error;
  }
}

type Unwrapped = Pick<FileSource, 'path' | 'form' | 'original'>;

/** What a gzip or zip holds, otherwise the file itself. */
async function unpacked({ path, name, folder }: SourceTerms, files: TemporaryFile[]): Promise<Unwrapped> {
  const form = formOf(await headOf(path, name), name);
  if (form === 'text') return { path, form, original: null };
  const outer = await (form === 'gzip' ? unpackGzip : unpackZip)(path, name, folder);
  if (outer === null) return { path, form: 'workbook', original: null };
  const { file, original } = outer;
  files.push(file);
  if (formOf(await headOf(file.path, name), name) === 'text') return { path: file.path, form: 'text', original };
  // A zip in it can only be a workbook: one archive is unpacked, and no other.
  if ((await unpackZip(file.path, name, folder, 'workbook')) === null) {
    return { path: file.path, form: 'workbook', original };
  }
  throw new Error('an archive in an archive was unpacked');
}

type Text = Pick<FileSource, 'path' | 'original' | 'unknownEncoding' | 'encodings'>;

/** The text in UTF-8. */
async function decoded(path: string, terms: SourceTerms, files: TemporaryFile[]): Promise<Text> {
  const { name, encoding } = terms;
  const { form, isCut, markAt } = await scanText(path, name);
  if (isCut) throw cut(name);
  if (form === 'utf-8') {
    if (markAt !== null) throw severalFiles(name, await lineAt(path, name, markAt));
    return { path, original: null, unknownEncoding: null, encodings: [] };
  }
  if (form !== 'other') return decodeTo(path, terms, form, files);
  // Text has no zero bytes, in any encoding but those of several bytes for each character.
  if (encoding === undefined && (await headOf(path, name)).includes(0)) throw noText(name);
  const bytes = await findOtherBytes(path, name, encoding);
  if (encoding !== undefined && bytes.utf8Line === null) return decodeTo(path, terms, encoding, files);
  const unknownEncoding = unknown(terms, bytes);
  if (encoding !== undefined) throw unknownEncoding;
  // Of each encoding that writes ASCII as such, this one keeps all ASCII where it is.
  return { ...(await decodeTo(path, terms, SINGLE_BYTE, files)), unknownEncoding, encodings: bytes.encodings };
}

const SINGLE_BYTE = 'latin1';

async function decodeTo(path: string, terms: SourceTerms, encoding: string, files: TemporaryFile[]): Promise<Text> {
  const { name, folder } = terms;
  const file = new TemporaryFile(folder);
  files.push(file);
  const { original, badLine, markLine } = await decodeFile(path, name, encoding, file);
  if (encoding.startsWith('utf-16') && original.bytes % 2 === 1) throw cut(name);
  if (markLine !== null) throw severalFiles(name, markLine);
  if (badLine !== null) {
    throw new HesabuError('HESABU_FILE_ENCODING', {
      where: `${name}:${badLine}`,
      expected: `text in ${encoding}`,
      found: 'bytes that are no character of it',
      remedy: 'Export the file again in one encoding, and name it in the mapping.',
    });
  }
  return { path: file.path, original, unknownEncoding: null, encodings: [] };
}

function unknown({ name, kind }: SourceTerms, { line, utf8Line, encodings }: OtherBytes): HesabuError {
  const where = `${name}:${line}`;
  if (utf8Line !== null) {
    return new HesabuError('HESABU_FILE_ENCODING', {
      where,
      expected: 'one encoding in one file',
      found: `UTF-8 in line ${utf8Line} and other bytes in line ${line}`,
      remedy: 'Export it again in one encoding, or give each part as a file of its own.',
    });
  }
  const [first, ...others] = encodings;
  const added = `Add \`encoding: ${first ?? 'NAME'}\` to \`${kind}\` in the mapping`;
  return new HesabuError('HESABU_FILE_ENCODING', {
    where,
    expected: 'UTF-8, UTF-16, or `encoding` in a mapping',
    found: first === undefined ? 'other bytes' : `bytes that fit ${encodings.join(', ')}`,
    remedy: others.length === 0 ? `${added}.` : `${added}, or another that fits.`,
  });
}

function noText(name: string): HesabuError {
  const remedy = 'Save the file as CSV in UTF-8.';
  return new HesabuError('HESABU_HEADER_INVALID', {
    where: `${name}:1`,
    expected: 'text',
    found: 'other bytes',
    remedy,
  });
}

function cut(where: string): HesabuError {
  const found = 'half a character at its end';
  const remedy = 'Nothing of it was taken. Export or copy it again.';
  return new HesabuError('HESABU_FILE_UNREADABLE', { where, expected: 'a whole file', found, remedy });
}

function severalFiles(name: string, line: number): HesabuError {
  return new HesabuError('HESABU_FILE_UNREADABLE', {
    where: `${name}:${line}`,
    expected: 'one file',
    found: 'a byte order mark, with which another file begins',
    remedy: 'Give each file by itself.',
  });
}
