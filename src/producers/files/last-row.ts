// The end of a file of rows: whether its last row has a line end, and whether it is cut.

import { tailOf } from './file-chunks.ts';
import { isJson } from './json-text.ts';
import type { Layout } from './layouts.ts';
import { LINE_BYTES_MAX, textOf } from './lines.ts';

/** What a file that is not whole was expected to have, and what it has. */
export interface Lack {
  readonly expected: string;
  readonly found: string;
  /** Whether a rejected row tells it too. */
  readonly isRejected?: boolean;
}

/** How a file of rows ends. */
export interface LastRow {
  /** Without a line end it is perhaps cut: nobody can tell 125.00 from a part of 125.0050. */
  readonly hasLineEnd: boolean;
  /** Its end shows that it is cut. */
  readonly lack: Lack | null;
}

const WHOLE: LastRow = { hasLineEnd: true, lack: null };
const LF = 10;

/** The row at the end of a file that no line end follows; empty where one does. Throws as `visitChunks`. */
export async function openRowOf(path: string, name: string): Promise<Buffer> {
  // Of a longer row only a part is looked at: it is rejected whatever it is.
  const tail = await tailOf(path, LINE_BYTES_MAX, name);
  return tail.subarray(tail.lastIndexOf(LF) + 1);
}

/** What such a row says of its file. `endsLines`: the last line of such a file has a line end too. */
export function lastRowOf(openRow: Buffer, shape: Layout['shape'], endsLines: boolean): LastRow {
  if (shape === 'document' || openRow.length === 0) return WHOLE;
  if (endsLines) {
    return { hasLineEnd: false, lack: { expected: 'a line end after the last row', found: 'a row without one' } };
  }
  const isCut = shape === 'lines' && isCutObject(openRow);
  const lack = { expected: 'a whole last row', found: 'one that is cut off', isRejected: true };
  return { hasLineEnd: false, lack: isCut ? lack : null };
}

/** A row of JSON ends with its bracket: a part of one is no JSON. */
function isCutObject(row: Buffer): boolean {
  const text = textOf(row)
    ?.replace(/^\ufeff/, '')
    .trim();
  return text?.startsWith('{') === true && !isJson(text);
}
