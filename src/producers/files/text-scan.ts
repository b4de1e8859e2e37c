// What the bytes of a text file are: UTF-8 all through, UTF-16, or something else. The whole file is looked at before
// its first row is read, since the byte that tells may be in the last one; clean bytes cost little more than a copy.

import { isAscii, isUtf8 } from 'node:buffer';
import { visitBytes } from './file-chunks.ts';

export interface TextScan {
  /** A Unicode form that the file itself shows; `other` for bytes that are in none of them. */
  readonly form: 'utf-8' | 'utf-16le' | 'utf-16be' | 'utf-32' | 'other';
  /** The last bytes begin a character that does not end: what comes before is UTF-8, and has such characters. */
  readonly isCut: boolean;
  /** Where another file begins: the offset of a byte order mark after a line end; null without one. */
  readonly markAt: number | null;
}

const LF = 10;
/** A line end and a byte order mark. */
const MARK_AFTER_LINE = Buffer.from([LF, 0xef, 0xbb, 0xbf]);

/** Throws as `visitChunks`. */
export async function scanText(path: string, name: string): Promise<TextScan> {
  const scan = new Utf8Scan();
  let wide: TextScan['form'] | undefined;
  await visitBytes(
    path,
    {
      head: (head) => {
        wide = wideForm(head);
      },
      chunk: (bytes) => {
        if (wide === undefined) scan.chunk(bytes);
      },
    },
    { name },
  );
  return wide === undefined ? scan.result : { form: wide, isCut: false, markAt: null };
}

class Utf8Scan {
  private rest: Buffer = Buffer.alloc(0);
  private last: Buffer = Buffer.alloc(0);
  /** How many bytes came before the chunk. */
  private before = 0;
  private isValid = true;
  private hasWide = false;
  private markAt: number | null = null;

  chunk(bytes: Buffer): void {
    if (!this.isValid) return;
    const joined = this.rest.length === 0 ? bytes : Buffer.concat([this.rest, bytes]);
    const end = joined.length - openBytes(joined);
    const body = joined.subarray(0, end);
    if (!isAscii(body)) {
      this.hasWide = true;
      this.isValid = isUtf8(body);
    }
    if (!isAscii(joined)) this.findMark(bytes);
    this.rest = Buffer.from(joined.subarray(end));
    this.before += bytes.length;
    this.last = Buffer.from(bytes.subarray(-(MARK_AFTER_LINE.length - 1)));
  }

  private findMark(bytes: Buffer): void {
    if (this.markAt !== null) return;
    const across = Buffer.concat([this.last, bytes.subarray(0, MARK_AFTER_LINE.length - 1)]).indexOf(MARK_AFTER_LINE);
    const within = bytes.indexOf(MARK_AFTER_LINE);
    if (across >= 0) this.markAt = this.before - this.last.length + across + 1;
    else if (within >= 0) this.markAt = this.before + within + 1;
  }

  get result(): TextScan {
    const isCut = this.isValid && this.hasWide && this.rest.length > 0;
    const isUtf = this.isValid && (this.rest.length === 0 || isCut);
    return { form: isUtf ? 'utf-8' : 'other', isCut, markAt: this.markAt };
  }
}

/** How many bytes at the end begin a character whose other bytes are not there. */
function openBytes(bytes: Buffer): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back]!;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? back : 0;
  }
  return 0;
}

/** UTF-16 and UTF-32 by their marks; UTF-16 without one by its zero bytes. */
function wideForm(head: Buffer): TextScan['form'] | undefined {
  const mark = head.toString('hex', 0, 4);
  if (mark === 'fffe0000' || mark === '0000feff') return 'utf-32';
  if (mark.startsWith('fffe')) return 'utf-16le';
  if (mark.startsWith('feff')) return 'utf-16be';
  if (!head.includes(0)) return undefined;
  const even = Buffer.from(head.subarray(0, head.length & ~1));
  if (isPlainText(even.toString('utf16le'))) return 'utf-16le';
  return isPlainText(even.swap16().toString('utf16le')) ? 'utf-16be' : undefined;
}

/** A table or a report has digits, separators and line ends in any language, and nothing that is no character. */
function isPlainText(text: string): boolean {
  const plain = text.match(/[\t\n\r -~]/g)?.length ?? 0;
  if (plain * 20 < text.length || /[\0-\x08\x0e-\x1f\ufffe\uffff]/.test(text)) return false;
  // The head may end within a pair.
  return text.slice(0, -1).isWellFormed();
}
