// Writes the fact of a plain row: cells go from the row's bytes to the fact's bytes, after schemas/fact.avsc, in the
// order of fact-codec.ts and body-codec.ts.

import { ByteWriter, putLong } from '../../domain/bytes.ts';
import { type FactTopic, sourceName } from '../../domain/fact.ts';
import { partitionHash } from '../../domain/partition.ts';
import type { FileContext, PlainSink } from './format.ts';
import type { PlainRow } from './plain-row.ts';

/** More than a fact has beside its cells, texts and the names of its source. */
const ROOM = 512;
/** A cell, or a name, may stand in the key, in the claim's id and in a field, or in two. */
const USES_MAX = 4;
/** More than the cells that are written can have: they are short texts, and a row has few. */
const CELLS_MAX = 32 * 1024;
const DIGITS_MAX = 16;
const ZERO = 48;

/** Its methods are called in the order of the schema, between `begin` and `end`. */
export class PlainFact {
  private readonly sink: PlainSink;
  private readonly topic: FactTopic;
  /** In every fact beside its cells and texts. */
  private readonly room: number;
  private readonly receivedAt: Buffer;
  private readonly rawPrefix: Buffer;
  private readonly digits = Buffer.alloc(DIGITS_MAX);
  private writer = new ByteWriter(0);
  private to: Buffer = this.writer.buffer;
  private at = 0;

  constructor(topic: FactTopic, context: FileContext, sink: PlainSink) {
    const { receivedAt, importId } = context;
    this.topic = topic;
    this.sink = sink;
    this.room = ROOM + Buffer.byteLength(sourceName(context)) * USES_MAX;
    this.receivedAt = written((writer) => writer.long(receivedAt));
    this.rawPrefix = Buffer.from(`${importId}/`);
  }

  /** Begins the fact of a row that has its key; `texts` is the size of what is written beside its cells. */
  begin(row: PlainRow, line: number, texts = 0): void {
    const { key, from, to, sources } = row;
    const size = this.room + texts + Math.min(row.size, CELLS_MAX) * USES_MAX;
    this.writer = this.sink.begin(this.topic, partitionHash(sources[key]!, from[key]!, to[key]!), size);
    this.to = this.writer.buffer;
    this.at = this.writer.length;
    this.cell(row, key);
    this.put(this.receivedAt);
    this.rawOf(line);
  }

  end(): void {
    this.writer.length = this.at;
    this.sink.end();
  }

  cell({ sources, from, to }: PlainRow, index: number): void {
    this.copy(sources[index]!, from[index]!, to[index]!);
  }

  optionalCell({ sources, from, to }: PlainRow, index: number): void {
    const start = from[index]!;
    this.to[this.at++] = start < 0 ? 0 : 2;
    if (start >= 0) this.copy(sources[index]!, start, to[index]!);
  }

  /** A text of these bytes and a cell after them. */
  joined(row: PlainRow, index: number, prefix: Buffer): void {
    const [from, end] = [row.from[index]!, row.to[index]!];
    this.size(prefix.length + end - from);
    this.put(prefix);
    this.bytes(row.sources[index]!, from, end);
  }

  /** A text of these bytes and ASCII after them, of which `begin` was told the size. */
  prefixed(prefix: Buffer, text: string): void {
    this.size(prefix.length + text.length);
    this.put(prefix);
    this.at += this.to.write(text, this.at, 'latin1');
  }

  /** A text, of which `begin` was told the size. */
  text(text: string): void {
    const bytes = Buffer.byteLength(text);
    this.size(bytes);
    this.at += this.to.write(text, this.at);
  }

  optionalText(text: string | null): void {
    this.to[this.at++] = text === null ? 0 : 2;
    if (text !== null) this.text(text);
  }

  /** What is the same in every fact. */
  put(bytes: Buffer): void {
    this.bytes(bytes, 0, bytes.length);
  }

  /** Null in so many optional fields. */
  nulls(count: number): void {
    for (let left = count; left > 0; left--) this.to[this.at++] = 0;
  }

  /** A time that is there, or null below zero. */
  optionalTime(instant: number): void {
    this.to[this.at++] = instant < 0 ? 0 : 2;
    if (instant >= 0) this.long(instant);
  }

  /** A whole number from 0 on. */
  long(value: number): void {
    this.at = putLong(this.to, this.at, value);
  }

  /** Where the row came from: the import and the line. */
  private rawOf(line: number): void {
    const { digits, rawPrefix } = this;
    let first = DIGITS_MAX;
    let rest = line;
    do {
      const tenth = (rest / 10) | 0;
      digits[--first] = ZERO + rest - tenth * 10;
      rest = tenth;
    } while (rest > 0);
    this.size(rawPrefix.length + DIGITS_MAX - first);
    this.put(rawPrefix);
    this.bytes(digits, first, DIGITS_MAX);
  }

  private copy(source: Buffer, from: number, end: number): void {
    this.size(end - from);
    this.bytes(source, from, end);
  }

  /** For the few bytes of a cell a loop is faster than a call out of JavaScript. */
  private bytes(source: Buffer, from: number, end: number): void {
    const { to } = this;
    let at = this.at;
    while (from < end) to[at++] = source[from++]!;
    this.at = at;
  }

  private size(bytes: number): void {
    if (bytes < 64) this.to[this.at++] = bytes << 1;
    else this.long(bytes);
  }
}

/** What a ByteWriter writes. */
export function written(write: (writer: ByteWriter) => void): Buffer {
  const writer = new ByteWriter();
  write(writer);
  return writer.take();
}

/** What is the same in every claim of a provider's file, none of which names a merchant. */
export interface SourceParts {
  readonly provider: Buffer;
  readonly account: Buffer;
  /** When it was stated, which only an order says, and the import. */
  readonly end: Buffer;
}

export function sourceParts({ provider, account, importId }: FileContext): SourceParts {
  return {
    provider: written((writer) => {
      writer.string(provider);
      writer.string('');
    }),
    account: written((writer) => writer.optionalString(account)),
    end: written((writer) => {
      writer.optionalLong(null);
      writer.long(importId);
    }),
  };
}
