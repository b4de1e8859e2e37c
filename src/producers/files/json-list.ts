// Finds where the rows of a JSON document begin: a list at its top, or at the dotted path that a mapping names.

import { HesabuError } from '../../domain/errors.ts';
import { quoted } from '../../domain/quotation.ts';
import { textOf } from './lines.ts';

const [QUOTE, BACKSLASH, COMMA, COLON] = [34, 92, 44, 58];
const [OBJECT_OPEN, OBJECT_CLOSE, LIST_OPEN, LIST_CLOSE] = [123, 125, 91, 93];

/**
 * The text up to the list of rows, with its bracket. `path` is absent for a list at the top. Throws
 * HESABU_HEADER_INVALID if the list does not begin within `head`.
 */
export function listHead(head: Buffer, path: string | undefined, file: string): string {
  const wanted = path ?? '';
  const end = endOfHead(head, wanted);
  const text = end === undefined ? undefined : textOf(head.subarray(0, end));
  if (text !== undefined) return text;
  const expected = wanted === '' ? 'a JSON list of rows' : `a list of rows at ${quoted(wanted)} of the JSON document`;
  throw new HesabuError('HESABU_HEADER_INVALID', {
    where: `${file}:1`,
    expected,
    found: `none within its first ${head.length} bytes`,
    remedy: 'Name in `each` of the mapping where the list is, such as `each: data.transactions`.',
  });
}

/** Behind the bracket of the list at a path. */
function endOfHead(bytes: Buffer, wanted: string): number | undefined {
  /** The names on the way down: null in a list. */
  const names: (string | null)[] = [];
  let name: string | null = null;
  let last = '';
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]!;
    if (byte === QUOTE) {
      const end = endOfText(bytes, at + 1);
      last = bytes.toString('utf8', at + 1, end);
      at = end;
    } else if (byte === COLON) name = last;
    else if (byte === COMMA) name = null;
    else if (byte === LIST_OPEN || byte === OBJECT_OPEN) {
      if (byte === LIST_OPEN && pathOf(names, name) === wanted) return at + 1;
      names.push(name);
      name = null;
    } else if (byte === OBJECT_CLOSE || byte === LIST_CLOSE) {
      names.pop();
      name = null;
    }
  }
  return undefined;
}

/** The first value has no name. A list on the way has none either, so nothing in it has a path. */
function pathOf(names: readonly (string | null)[], name: string | null): string | undefined {
  const all = [...names, name].slice(1);
  return all.includes(null) ? undefined : all.join('.');
}

function endOfText(bytes: Buffer, from: number): number {
  let at = from;
  while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return at;
}
