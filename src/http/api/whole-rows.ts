// The beginning of a stored file as a file that can be read: without a last row of which a part is missing. A JSON
// document is closed after its last whole row; of an XML document a part is nothing.

import { HesabuError } from '../../domain/errors.ts';

const [QUOTE, BACKSLASH, NEW_LINE, LESS] = [34, 92, 10, 60] as const;
/** What closes what. */
const CLOSERS = new Map([
  [91, 93],
  [123, 125],
]);
const BLANK = /^[\s\ufeff]*/;

/** Throws HESABU_BODY_TOO_LARGE for a document of which a part cannot be read. */
export function wholeRows(bytes: Buffer, name: string): Buffer {
  const head = bytes.subarray(0, 1024).toString();
  const first = head.replace(BLANK, '').charCodeAt(0);
  if (CLOSERS.has(first)) return wholeElements(bytes);
  if (first === LESS) {
    const expected = `at most ${bytes.length} bytes of an XML document`;
    throw new HesabuError('HESABU_BODY_TOO_LARGE', { where: name, expected });
  }
  const end = bytes.lastIndexOf(NEW_LINE) + 1;
  return end === 0 ? bytes : bytes.subarray(0, end);
}

/** Up to the last object that is an element of a list, or a line, as far out as any is. */
function wholeElements(bytes: Buffer): Buffer {
  const open: number[] = [];
  let whole = { end: 0, depth: Number.POSITIVE_INFINITY, closers: [] as number[] };
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]!;
    if (byte === QUOTE) {
      at = endOfText(bytes, at);
      continue;
    }
    const closer = CLOSERS.get(byte);
    if (closer !== undefined) open.push(closer);
    else if (byte === open.at(-1)) {
      open.pop();
      const isElement = byte === 125 && open.at(-1) !== 125;
      if (isElement && open.length <= whole.depth) whole = { end: at + 1, depth: open.length, closers: [...open] };
    }
  }
  return Buffer.concat([bytes.subarray(0, whole.end), Buffer.from(whole.closers.reverse())]);
}

/** The place of the quote that ends a text, or that of the last byte. */
function endOfText(bytes: Buffer, from: number): number {
  let at = from + 1;
  while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return at;
}
