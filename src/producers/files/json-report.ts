// Reads a JSON report, `{"report_id", "settlement_date", "lines": [...]}`, as a stream: each element of `lines` is cut
// out of the bytes and passed on as a line, so that memory does not grow with the report.

import { isJson, isObject, type JsonObject, numbersAsTexts, parseJson } from './json-text.ts';
import { HeldBytes, LINE_BYTES_MAX, type LineVisitor, textOf } from './lines.ts';

const QUOTE = 34;
const COMMA = 44;
const BACKSLASH = 92;
const [OBJECT_OPEN, OBJECT_CLOSE, LIST_OPEN, LIST_CLOSE] = [123, 125, 91, 93];
/** The text before the list of lines. */
const LINES_NAME = /(?<!\\)"lines"\s*:\s*$/;

export interface ReportVisitor extends LineVisitor {
  /** Takes an element as bytes; false where its text is needed. */
  element?(bytes: Buffer, line: number): boolean;
  /** The members before the lines. */
  report(members: JsonObject): void;
  /** The report is not JSON at or after this line, counted from 1. */
  broken(line: number, found: string): void;
}

/** The text up to the list of lines, with its bracket, if the bytes start a report; otherwise undefined. */
export function reportHead(bytes: Buffer): string | undefined {
  let found: number | undefined;
  const scanner = new Scanner();
  for (let at = 0; at < bytes.length && found === undefined; at++) {
    scanner.step(bytes[at]!);
    if (scanner.inString) continue;
    if (bytes[at] === LIST_OPEN && scanner.depth === 2 && endsWithName(bytes.subarray(0, at))) found = at + 1;
    if (bytes[at] === OBJECT_CLOSE && scanner.depth === 0) return undefined;
  }
  return found === undefined ? undefined : textOf(bytes.subarray(0, found));
}

function endsWithName(bytes: Buffer): boolean {
  return LINES_NAME.test(bytes.subarray(-64).toString('latin1'));
}

/** The depth of a byte in objects and lists, and whether it is in a string. */
class Scanner {
  depth = 0;
  inString = false;
  private escaped = false;

  step(byte: number): void {
    if (this.inString) {
      if (this.escaped) this.escaped = false;
      else if (byte === BACKSLASH) this.escaped = true;
      else if (byte === QUOTE) this.inString = false;
    } else if (byte === QUOTE) this.inString = true;
    else if (byte === OBJECT_OPEN || byte === LIST_OPEN) this.depth++;
    else if (byte === OBJECT_CLOSE || byte === LIST_CLOSE) this.depth--;
  }
}

/** Reads the rest of a report whose head was found by `reportHead`; `skip` is the size of that head in bytes. */
export class ReportReader {
  private readonly visitor: ReportVisitor;
  private readonly head: string;
  private readonly scanner = new Scanner();
  private readonly held = new HeldBytes();
  private skip: number;
  private line = 1;
  private inTail = false;

  constructor(head: string, visitor: ReportVisitor) {
    this.head = head.replace(/^\ufeff/, '');
    this.skip = Buffer.byteLength(head);
    this.visitor = visitor;
    const members = parseJson(numbersAsTexts(`${this.head}]}`));
    if ('value' in members && isObject(members.value)) visitor.report(members.value);
  }

  chunk(bytes: Buffer): void {
    const from = Math.min(this.skip, bytes.length);
    this.skip -= from;
    let start = from;
    for (let at = from; at < bytes.length && !this.inTail; at++) {
      const byte = bytes[at]!;
      const { depth, inString } = this.scanner;
      if (depth === 0 && !inString && (byte === COMMA || byte === LIST_CLOSE)) {
        this.held.hold(bytes.subarray(start, at));
        this.element(byte === LIST_CLOSE);
        start = at + 1;
      } else this.scanner.step(byte);
    }
    this.held.hold(bytes.subarray(start));
  }

  /** The file has ended: the tail must close what the head opened. */
  end(): void {
    if (!this.inTail) return this.visitor.broken(this.line, 'the end of the file');
    const tail = this.held.tooLong ? undefined : textOf(this.held.view());
    const parsed = tail === undefined ? undefined : parseJson(`${this.head}]${tail}`);
    if (parsed !== undefined && 'value' in parsed) return;
    const isTwice = parsed !== undefined && isJson(`${this.head}]${tail}`);
    this.visitor.broken(this.line, isTwice ? parsed.fault : 'something else after the lines');
  }

  private element(isLast: boolean): void {
    const { tooLong } = this.held;
    if (!tooLong && this.visitor.element?.(this.held.view(), this.line) === true) {
      this.held.clear();
      this.inTail = isLast;
      this.line++;
      return;
    }
    const text = tooLong ? undefined : textOf(this.held.view());
    this.held.clear();
    this.inTail = isLast;
    // An empty list has one element without text.
    if (isLast && this.line === 1 && text?.trim() === '') return;
    const line = this.line++;
    if (tooLong || (text !== undefined && Buffer.byteLength(text) > LINE_BYTES_MAX)) {
      this.visitor.fault(line, 'HESABU_ROW_TOO_LONG');
    } else if (text === undefined) this.visitor.fault(line, 'HESABU_ROW_ENCODING');
    else if (text.trim() === '') this.visitor.broken(line, 'nothing between two commas');
    else this.visitor.line(text, line);
  }
}
