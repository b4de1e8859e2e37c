// Encodings other than UTF-8: which of them fit bytes that nobody named, and the decoding of a whole file to UTF-8.

import { isAscii, isUtf8 } from 'node:buffer';
import { analyse } from 'chardet';
import iconv from 'iconv-lite';
import { type Fingerprint, visitBytes, visitChunks } from './file-chunks.ts';
import type { TemporaryFile } from './temporary-file.ts';

/** What stands where bytes are no character. */
const NO_CHARACTER = '\ufffd';
const LF = 10;

/** Codecs of the library that write bytes, and no text. */
const NO_TEXT: ReadonlySet<string> = new Set(['base64', 'hex', 'binary']);

/** Whether text can be read in an encoding of this name. */
export function isEncoding(name: string): boolean {
  return !NO_TEXT.has(name.toLowerCase()) && iconv.encodingExists(name);
}

export interface Decoded {
  /** Of the file before it was decoded. */
  readonly original: Fingerprint;
  /** The first line with bytes that are no character of the encoding; null if all are. */
  readonly badLine: number | null;
  /** The line of a byte order mark after the first line; null without one. */
  readonly markLine: number | null;
}

/** Decodes a file into a temporary one, in UTF-8 without a mark. Throws as `visitChunks`. */
export async function decodeFile(path: string, name: string, encoding: string, to: TemporaryFile): Promise<Decoded> {
  const decoder = iconv.getDecoder(encoding);
  let line = 1;
  let badLine: number | null = null;
  let markLine: number | null = null;
  let last = '\n';
  const take = (text: string) => {
    if (badLine === null && (text.includes(NO_CHARACTER) || !text.isWellFormed())) {
      const at = text.toWellFormed().indexOf(NO_CHARACTER);
      badLine = line + linesIn(text.slice(0, at));
    }
    const mark = `${last}${text}`.indexOf('\n\ufeff');
    // The first mark, at the beginning, is removed by the decoder.
    if (mark >= 0 && markLine === null) markLine = line + linesIn(text.slice(0, mark));
    line += linesIn(text);
    last = text.at(-1) ?? last;
    to.write(Buffer.from(text));
  };
  const original = await visitChunks(path, { chunk: (bytes) => take(decoder.write(bytes)) }, { name });
  take(decoder.end() ?? '');
  to.finish();
  return { original, badLine, markLine };
}

function linesIn(text: string): number {
  let lines = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines++;
  return lines;
}

/** What lines with other bytes than ASCII are, in a file that is not UTF-8 all through. */
export interface OtherBytes {
  /** The first line that is no UTF-8. */
  readonly line: number;
  /** A line that is UTF-8 and hardly so by chance: then the file has two encodings. Null without one. */
  readonly utf8Line: number | null;
  /** The encodings that fit, the likeliest first; three at most. */
  readonly encodings: readonly string[];
}

/** The bytes that are looked at to find encodings. */
const SAMPLE_BYTES = 64 * 1024;
/** Characters of three bytes: in other encodings of several bytes they stand one after another hardly by chance. */
const WIDE_UTF8 = /[\u0800-\uffff]{2}/;
/** One line in so many may be UTF-8 by chance. */
const CHANCE = 50;

/** `encoding` is the one that the mapping names. Throws as `visitChunks`. */
export async function findOtherBytes(path: string, name: string, encoding: string | undefined): Promise<OtherBytes> {
  const samples: Buffer[] = [];
  let sampled = 0;
  const other = { first: 1, count: 0 };
  const utf8 = { first: 1, count: 0 };
  const wide = { first: 1, count: 0 };
  let at = 0;
  const found = (lines: { first: number; count: number }) => {
    if (lines.count++ === 0) lines.first = at;
  };
  await visitLines(path, name, (bytes) => {
    at++;
    if (isAscii(bytes)) return;
    if (isUtf8(bytes)) {
      found(utf8);
      if (WIDE_UTF8.test(bytes.toString())) found(wide);
      return;
    }
    found(other);
    if (sampled < SAMPLE_BYTES) samples.push(Buffer.from(bytes.subarray(0, SAMPLE_BYTES)));
    sampled += bytes.length;
  });
  const encodings = fitting(Buffer.concat(samples));
  const likely = encoding ?? encodings[0];
  const telling = likely !== undefined && isOfOneByte(likely) ? utf8 : wide;
  const isMixed = telling.count > 0 && telling.count * CHANCE >= other.count;
  return { line: other.first, utf8Line: isMixed ? telling.first : null, encodings };
}

function isOfOneByte(encoding: string): boolean {
  return iconv.encode('\u00e9\u0436\u4e2d', encoding).length === 3;
}

/** Without their line ends; of a very long line, each part counts as a line. */
async function visitLines(path: string, name: string, visit: (line: Buffer) => void): Promise<void> {
  let rest = Buffer.alloc(0);
  const chunk = (bytes: Buffer) => {
    const joined = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
    let from = 0;
    for (let end = joined.indexOf(LF); end >= 0; end = joined.indexOf(LF, from)) {
      visit(joined.subarray(from, end));
      from = end + 1;
    }
    rest = Buffer.from(joined.subarray(from));
    if (rest.length > SAMPLE_BYTES * 16) {
      visit(rest);
      rest = Buffer.alloc(0);
    }
  };
  await visitBytes(path, { chunk }, { name });
  if (rest.length > 0) visit(rest);
}

/** Encodings of the web stand for the ISO ones that are parts of them. */
const PARTS: Readonly<Record<string, string>> = {
  'ISO-8859-1': 'windows-1252',
  'ISO-8859-2': 'windows-1250',
  'ISO-8859-5': 'windows-1251',
  'ISO-8859-6': 'windows-1256',
  'ISO-8859-7': 'windows-1253',
  'ISO-8859-8': 'windows-1255',
  'ISO-8859-9': 'windows-1254',
};
/** Those that spreadsheets write in most of the places that the product is for. */
const USUAL: readonly string[] = ['windows-1252', 'GB18030'];
const SHOWN_MAX = 3;
/** Below the first, chardet only says that the bytes are possible; from the second on, that they are likely. */
const POSSIBLE = 20;
const LIKELY = 40;
const USUAL_BONUS = 15;

function fitting(sample: Buffer): readonly string[] {
  const matches = analyse(sample)
    .map(({ name, confidence }) => ({ name: PARTS[name] ?? name, confidence }))
    .sort((left, right) => weightOf(right) - weightOf(left));
  const [best] = matches.filter(({ confidence }) => confidence >= LIKELY).map(({ name }) => name);
  const likely = isInPairs(sample) ? 'GB18030' : best;
  const possible = matches.filter(({ confidence }) => confidence >= POSSIBLE).map(({ name }) => name);
  const names = new Set([...(likely === undefined ? [] : [likely]), ...USUAL, ...possible]);
  return [...names]
    .filter((name) => iconv.encodingExists(name) && isClean(iconv.decode(sample, name)))
    .slice(0, SHOWN_MAX);
}

/** Bytes other than ASCII come in pairs where two make a character, and alone or in any number where one does. */
function isInPairs(sample: Buffer): boolean {
  const runs = sample.toString('latin1').match(/[\x80-\xff]+/g) ?? [];
  return runs.filter(({ length }) => length % 2 === 0).length * 10 >= runs.length * 9;
}

/** The usual ones go before others that fit about as well. */
function weightOf({ name, confidence }: { readonly name: string; readonly confidence: number }): number {
  return confidence + (USUAL.includes(name) ? USUAL_BONUS : 0);
}

/** No character is missing, and none is a control or one of those that each program may use for itself. */
function isClean(text: string): boolean {
  return !/[\ufffd\x7f-\x9f\ue000-\uf8ff]/.test(text);
}
