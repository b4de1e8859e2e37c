// Hides personal data in a file while it is read, so that a file of any size needs little memory. It is cut between
// records (CSV outside quotes, JSON between elements), so every row stays on its line.

import { StringDecoder } from 'node:string_decoder';
import Papa from 'papaparse';
import { knownSecrets } from '../../runtime/known-secrets.ts';
import { redactJson, stringEnd } from './json-redaction.ts';
import { kindOfName, type NameKind, strictestKind } from './personal-names.ts';
import type { Pseudonymiser } from './pseudonyms.ts';
import { storedValue } from './stored-value.ts';

/** A longer record is cut anywhere: no format has one. */
const RECORD_CHARS_MAX = 16 * 1024 * 1024;

/** The elements of a bank's statement whose texts name nobody. */
const KEPT_ELEMENTS: ReadonlySet<string> = new Set([
  ...['Amt', 'CdtDbtInd', 'Sts', 'Cd', 'Dt', 'DtTm', 'Ccy', 'AcctSvcrRef', 'NtryRef', 'EndToEndId', 'TxId', 'MsgId'],
  ...['CreDtTm', 'ElctrncSeqNb', 'LglSeqNb', 'NbOfNtries', 'Sum', 'FrDtTm', 'ToDtTm', 'RvslInd', 'BIC', 'BICFI'],
]);

/** The header of a table that was read: its line, and for each column its name and the fields that are read from it. */
export interface TableNames {
  readonly line: number;
  readonly separator: string;
  readonly names: readonly string[];
  readonly fields: readonly (readonly string[])[];
}

export class FileRedaction {
  private readonly hider: Pseudonymiser;
  private readonly decoder = new StringDecoder('utf8');
  private rest = '';
  private table_: Table | undefined;
  private isBegun = false;
  private isJson: boolean | undefined;
  private isXml = false;
  /** The open brackets at the start of `rest`, for JSON. */
  private open = '';

  constructor(hider: Pseudonymiser) {
    this.hider = hider;
  }

  /** Says where the table begins, before the bytes that have its header; otherwise that is the first line. */
  table({ line, separator, names, fields }: TableNames): void {
    const kinds = names.map((name, at) => strictestKind([name, ...(fields[at] ?? [])]));
    this.table_ = { titles: line - 1, delimiter: separator, kinds };
  }

  /** The redacted part of the file so far, without what was returned before. */
  push(bytes: Buffer): Buffer {
    this.rest += this.decoder.write(bytes);
    return this.take(false);
  }

  /** The rest of the file. */
  end(): Buffer {
    this.rest += this.decoder.end();
    return this.take(true);
  }

  private take(isLast: boolean): Buffer {
    if (this.isJson === undefined) {
      this.isJson = /^[\ufeff\s]*[{[]/.test(this.rest);
      this.isXml = /^[\ufeff\s]*</.test(this.rest);
    }
    const isWhole = isLast || this.rest.length > RECORD_CHARS_MAX;
    const end = isWhole ? this.rest.length : this.partEnd();
    const piece = knownSecrets.hide(this.rest.slice(0, end));
    this.rest = this.rest.slice(end);
    if (piece === '') return Buffer.alloc(0);
    if (this.isXml) return Buffer.from(this.elements(piece));
    return Buffer.from(this.isJson ? redactJson(piece, this.hider) : this.rows(piece));
  }

  private partEnd(): number {
    // Before a tag, so that a text stays whole.
    if (this.isXml) return Math.max(0, this.rest.lastIndexOf('<'));
    return this.isJson ? this.lastElementEnd() : lastRecordEnd(this.rest);
  }

  /** Texts of a statement are people's, but for amounts, dates, codes and references. */
  private elements(piece: string): string {
    return piece.replace(
      /<([\w:.-]+)([^<>]*)>([^<]+)(?=<|$)/g,
      (whole, name: string, attributes: string, text: string) => {
        const isKept = text.trim() === '' || KEPT_ELEMENTS.has(name.slice(name.indexOf(':') + 1));
        return isKept ? whole : `<${name}${attributes}>${this.hider.personal(text)}`;
      },
    );
  }

  /** Rows in which nothing is hidden stay as written. */
  private rows(piece: string): string {
    this.table_ ??= tableOf(piece);
    const { titles, delimiter, kinds } = this.table_;
    const { data, meta } = Papa.parse<string[]>(piece, { delimiter });
    const header = this.isBegun ? -1 : titles;
    this.isBegun = true;
    let hidden = 0;
    for (const [row, cells] of data.entries()) {
      // Column names are not personal data. Titles name the account and who made the file.
      if (row === header) continue;
      for (const [at, cell] of cells.entries()) {
        const kept = storedValue(this.hider, row < header ? 'personal' : (kinds[at] ?? 'plain'), cell);
        if (kept !== cell) hidden++;
        cells[at] = kept;
      }
    }
    return hidden === 0 ? piece : Papa.unparse(data, { delimiter, newline: meta.linebreak });
  }

  /** After the last object that stands alone or in a list at the top level; 0 if there is none. */
  private lastElementEnd(): number {
    const { rest } = this;
    let { open } = this;
    let end = 0;
    for (let at = 0; at < rest.length; at++) {
      const char = rest[at]!;
      if (char === '"') at = stringEnd(rest, at) - 1;
      else if (char === '{' || char === '[') open += char;
      else if (char === '}' || char === ']') {
        open = open.slice(0, -1);
        if (char !== '}' || open.length > 2 || !/^$|\[$/.test(open)) continue;
        end = at + 1;
        this.open = open;
      }
    }
    return end;
  }
}

interface Table {
  /** How many lines stand before the header. */
  readonly titles: number;
  readonly delimiter: string;
  readonly kinds: readonly NameKind[];
}

/** By the first line, which names the columns. */
function tableOf(text: string): Table {
  const [line] = text.replace(/^\ufeff/, '').split(/\r?\n/, 1);
  const { data, meta } = Papa.parse<string[]>(line ?? '');
  return { titles: 0, delimiter: meta.delimiter, kinds: (data[0] ?? []).map((name) => kindOfName(name.trim())) };
}

/** After the last line end outside quotes; 0 if there is none. */
function lastRecordEnd(text: string): number {
  let end = 0;
  let isOpen = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 34) isOpen = !isOpen;
    else if (code === 10 && !isOpen) end = at + 1;
  }
  return end;
}
