// The texts that the cells of a workbook share: a cell has the number of its text. They are kept as bytes, because a
// large workbook has a million of them and a text of its own each would take several times as much.

import { type Attributes, joined, readXml, unescapeText, type XmlVisitor } from './workbook-xml.ts';
import { WorkbookFault } from './workbook-zip.ts';

/** Texts that were asked for last, so that a currency is not decoded for each row. A power of two. */
const RECENT = 16_384;

export class SharedStrings {
  private bytes = Buffer.allocUnsafe(64 * 1024);
  private ends = new Uint32Array(4096);
  private count = 0;
  private readonly recentAt = new Int32Array(RECENT).fill(-1);
  private readonly recent: string[] = [];

  add(text: string): void {
    const from = this.end(this.count);
    // A character takes at most three bytes per unit of length.
    if (from + text.length * 3 > this.bytes.length) {
      const grown = Buffer.allocUnsafe(Math.max(this.bytes.length * 2, from + text.length * 3));
      this.bytes.copy(grown, 0, 0, from);
      this.bytes = grown;
    }
    if (this.count === this.ends.length) {
      const grown = new Uint32Array(this.ends.length * 2);
      grown.set(this.ends);
      this.ends = grown;
    }
    this.ends[this.count++] = from + this.bytes.write(text, from, 'utf8');
  }

  /** Throws a WorkbookFault for a number that no text has. */
  at(index: number): string {
    const slot = index & (RECENT - 1);
    if (this.recentAt[slot] === index) return this.recent[slot]!;
    this.check(index);
    const text = this.bytes.toString('utf8', this.end(index), this.end(index + 1));
    this.recentAt[slot] = index;
    this.recent[slot] = text;
    return text;
  }

  /** The size of a text in bytes. Throws as `at` does. */
  sizeAt(index: number): number {
    this.check(index);
    return this.end(index + 1) - this.end(index);
  }

  private check(index: number): void {
    if (!(index >= 0 && index < this.count)) throw new WorkbookFault(`a shared text that is none of ${this.count}`);
  }

  /** Where the first `count` texts end. */
  private end(count: number): number {
    return count === 0 ? 0 : this.ends[count - 1]!;
  }
}

/** Reads the part `sharedStrings.xml`. Throws a WorkbookFault. */
export async function readSharedStrings(chunks: AsyncIterable<Buffer>): Promise<SharedStrings> {
  const strings = new SharedStrings();
  const item = new RichText();
  await readXml(chunks, {
    open: (name, attributes) => {
      if (name === 'si') item.clear();
      else item.open(name, attributes);
    },
    text: (text) => item.text(text),
    close: (name) => {
      if (name === 'si') strings.add(unescapeText(item.value));
      else item.close(name);
    },
  });
  return strings;
}

/** A text in one or several runs, each with a font of its own. How it is pronounced (`rPh`) is not part of it. */
export class RichText implements XmlVisitor {
  value = '';
  private inText = false;
  private inPhonetic = false;

  clear(): void {
    this.value = '';
    this.inText = false;
    this.inPhonetic = false;
  }

  open(name: string, _attributes: Attributes): void {
    if (name === 'rPh') this.inPhonetic = true;
    this.inText = name === 't' && !this.inPhonetic;
  }

  text(text: string): void {
    if (this.inText) this.value = joined(this.value, text);
  }

  close(name: string): void {
    if (name === 'rPh') this.inPhonetic = false;
    this.inText = false;
  }
}
