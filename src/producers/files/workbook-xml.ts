// Reads the XML of a workbook's part as a stream: elements, attributes and texts. A document type, elements deeper or
// texts longer than a workbook's, and bytes that are not UTF-8 are refused, so no part costs more than its bytes.

import { SaxesParser } from 'saxes';
import { WorkbookFault } from './workbook-zip.ts';

/** A workbook's elements are some ten deep. */
const DEPTH_MAX = 64;
/** No text and no tag is longer; a cell of a sheet has at most 32,767 characters. */
const TEXT_CHARS_MAX = 1024 * 1024;
/** The parser is fed in pieces, because it holds a text until it ends. */
const PIECE_CHARS = 256 * 1024;

export type Attributes = Readonly<Record<string, string>>;

/** Names are without the prefix of their namespace. */
export interface XmlVisitor {
  open(name: string, attributes: Attributes): void;
  text(text: string): void;
  close(name: string): void;
  /** Whether no more of the part is wanted; asked after each piece. */
  isDone?(): boolean;
}

/** Throws a WorkbookFault, and whatever the visitor throws. */
export async function readXml(chunks: AsyncIterable<Buffer>, visitor: XmlVisitor): Promise<void> {
  const reader = new XmlReader(visitor);
  const decoder = new TextDecoder('utf-8', { fatal: true });
  for await (const chunk of chunks) {
    reader.write(textOf(() => decoder.decode(chunk, { stream: true })));
    if (visitor.isDone?.() === true) return;
  }
  reader.write(textOf(() => decoder.decode()));
  reader.end();
}

function textOf(decode: () => string): string {
  try {
    return decode();
  } catch (error) {
    throw new WorkbookFault('a part that is not in UTF-8', { cause: error });
  }
}

class XmlReader {
  private readonly parser = new SaxesParser({ xmlns: false, position: false });
  private depth = 0;
  /** Where the last token ended. */
  private tokenAt = 0;

  constructor(visitor: XmlVisitor) {
    const { parser } = this;
    parser.on('doctype', () => {
      throw new WorkbookFault('a document type, which no workbook has');
    });
    parser.on('opentag', ({ name, attributes }) => {
      this.tokenAt = parser.position;
      if (++this.depth > DEPTH_MAX) throw new WorkbookFault('elements deeper than in any workbook');
      visitor.open(localName(name), attributes);
    });
    const text = (value: string) => {
      this.tokenAt = parser.position;
      visitor.text(value);
    };
    parser.on('text', text);
    parser.on('cdata', text);
    parser.on('closetag', ({ name }) => {
      this.depth--;
      visitor.close(localName(name));
    });
    parser.on('error', (error) => {
      throw new WorkbookFault(`XML that is cut or damaged (${error.message.replace(/^\d+:\d+: /, '')})`);
    });
  }

  write(text: string): void {
    for (let at = 0; at < text.length; at += PIECE_CHARS) {
      this.parser.write(text.length <= PIECE_CHARS ? text : text.slice(at, at + PIECE_CHARS));
      if (this.parser.position - this.tokenAt > TEXT_CHARS_MAX) throw tooLong();
    }
  }

  end(): void {
    this.parser.close();
  }
}

function tooLong(): WorkbookFault {
  return new WorkbookFault('a text that is longer than a cell can be');
}

/** A text that comes in several pieces. Throws a WorkbookFault where it is longer than a cell can be. */
export function joined(text: string, piece: string): string {
  if (text.length + piece.length > TEXT_CHARS_MAX) throw tooLong();
  return text + piece;
}

function localName(name: string): string {
  // Those of cells and values, which are nearly all.
  if (name.length < 3) return name;
  const colon = name.indexOf(':');
  return colon < 0 ? name : name.slice(colon + 1);
}

/** The value of an attribute whatever the prefix of its name. */
export function attributeOf(attributes: Attributes, name: string): string | undefined {
  for (const key in attributes) if (localName(key) === name) return attributes[key];
  return undefined;
}

/** An attribute that is true or false; false where it is absent. */
export function isTrue(value: string | undefined): boolean {
  return value === '1' || value === 'true' || value === 'on';
}

/** A text as it was before it was put into XML: `_x000D_` stands for a character that XML does not hold. */
export function unescapeText(text: string): string {
  if (!text.includes('_x')) return text;
  return text.replace(/_x([0-9a-f]{4})_/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
