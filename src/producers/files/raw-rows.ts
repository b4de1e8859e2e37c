// Finds rows of a file by their numbers, with their original text, to show them to people.

import { CHUNK_BYTES } from './file-chunks.ts';
import { listHead } from './json-list.ts';
import { ReportReader, reportHead } from './json-report.ts';
import { LineSplitter } from './lines.ts';

/**
 * The texts of rows by line, as in a fact's `raw`: physical lines from 1, or the ordinals of a JSON report's lines. A
 * CSV record over several lines is returned whole. `each` is where the list of rows is in a JSON document. Lines that
 * are not found are left out.
 */
export function rowTexts(
  bytes: Buffer,
  isSettlement: boolean,
  lines: ReadonlySet<number>,
  each?: string,
): Map<number, string> {
  const first = /^(?:\xef\xbb\xbf)?\s*([^\s])/.exec(bytes.toString('latin1', 0, 4096))?.[1];
  // A line of XML may hold much of a statement, and names people.
  if (first === '<') return new Map();
  if (first === '[' || each !== undefined) return elementsOf(bytes, listHead(bytes, each, ''), lines);
  const head = first === '{' && isSettlement ? reportHead(bytes) : undefined;
  return head === undefined ? linesOf(bytes, first !== '{', lines) : elementsOf(bytes, head, lines);
}

function linesOf(bytes: Buffer, isCsv: boolean, lines: ReadonlySet<number>): Map<number, string> {
  const found = new Map<number, string>();
  let open: number | undefined;
  const splitter = new LineSplitter({
    line: (text, line) => {
      if (open !== undefined) found.set(open, `${found.get(open)}\n${text}`);
      else if (lines.has(line)) {
        found.set(line, text);
        open = line;
      }
      // A record continues while a quote is open, that is, while its number of quotes is odd.
      if (open !== undefined && !(isCsv && quotesIn(found.get(open)!) % 2 === 1)) open = undefined;
    },
    fault: () => {
      open = undefined;
    },
  });
  for (const chunk of chunksOf(bytes)) splitter.chunk(chunk);
  splitter.end();
  return found;
}

function quotesIn(text: string): number {
  return text.split('"').length - 1;
}

function elementsOf(bytes: Buffer, head: string, lines: ReadonlySet<number>): Map<number, string> {
  const found = new Map<number, string>();
  const reader = new ReportReader(head, {
    report: () => {},
    line: (text, line) => {
      if (lines.has(line)) found.set(line, text.trim());
    },
    fault: () => {},
    broken: () => {},
  });
  for (const chunk of chunksOf(bytes)) reader.chunk(chunk);
  reader.end();
  return found;
}

function* chunksOf(bytes: Buffer): Iterable<Buffer> {
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) yield bytes.subarray(at, at + CHUNK_BYTES);
}
