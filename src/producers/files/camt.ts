// Reads a bank's statement in ISO 20022 camt.053 (XML) as a stream: each booked entry becomes a record with the columns
// of the bank's CSV. Only elements and texts are read: a document type, entities of its own, and whatever is deeper or
// longer than a statement's are refused, so that no file costs more than its bytes.

import { StringDecoder } from 'node:string_decoder';
import { SaxesParser } from 'saxes';

/** The columns of a record; the last one has no place in the CSV, and may be named by a mapping. */
export const CAMT_COLUMNS = [
  ...['account', 'bank_reference', 'value_date', 'amount', 'currency', 'narration', 'payout_id', 'end_to_end_id'],
] as const;

/** A statement's elements are some ten deep. */
const DEPTH_MAX = 64;
/** No text or tag of a statement is longer. */
const TOKEN_CHARS_MAX = 64 * 1024;
const NOT_PROVIDED = 'NOTPROVIDED';
const STATEMENT = 'BkToCstmrStmt';

export interface CamtVisitor {
  /** An entry that is booked, and the line on which it begins, from 1. */
  record(cells: readonly string[], line: number): void;
  /** The rest cannot be read, or must not be. */
  broken(line: number, found: string): void;
}

interface Entry {
  readonly line: number;
  amount: string;
  currency: string;
  /** CRDT or DBIT. */
  side: string;
  status: string;
  date: string;
  bookedOn: string;
  reference: string;
  ownReference: string;
  endToEnd: string;
  readonly texts: string[];
}

export class CamtReader {
  private readonly visitor: CamtVisitor;
  private readonly parser = new SaxesParser();
  private readonly decoder = new StringDecoder('utf8');
  private readonly path: string[] = [];
  private text = '';
  private account = '';
  private entry: Entry | null = null;
  private isBroken = false;
  private hasStatement = false;
  /** Where the last token ended. */
  private tokenAt = 0;

  constructor(visitor: CamtVisitor) {
    this.visitor = visitor;
    const { parser } = this;
    parser.on('xmldecl', ({ encoding }) => {
      if (encoding !== undefined && !/^utf-?8$/i.test(encoding)) this.break(`the encoding ${encoding.slice(0, 40)}`);
    });
    parser.on('doctype', () => this.break('a document type'));
    parser.on('opentag', ({ name, attributes }) => this.open(localName(name), attributes));
    parser.on('text', (text) => this.add(text));
    parser.on('cdata', (text) => this.add(text));
    parser.on('closetag', ({ name }) => this.close(localName(name)));
    parser.on('error', (error) => this.break(error.message.replace(/^\d+:\d+: /, '')));
  }

  chunk(bytes: Buffer): void {
    const text = this.decoder.write(bytes);
    // In pieces: what comes after a fault is not even looked at.
    for (let at = 0; at < text.length && !this.isBroken; at += TOKEN_CHARS_MAX) {
      this.parser.write(text.slice(at, at + TOKEN_CHARS_MAX));
      const { position } = this.parser;
      if (position - this.tokenAt > 2 * TOKEN_CHARS_MAX) this.break('a text that is longer than a statement has');
    }
  }

  end(): void {
    if (this.isBroken) return;
    this.parser.write(this.decoder.end());
    this.parser.close();
    if (!this.hasStatement) this.break('another document');
  }

  private break(found: string): void {
    if (this.isBroken) return;
    this.isBroken = true;
    this.visitor.broken(this.parser.line, found);
  }

  private open(name: string, attributes: Readonly<Record<string, string>>): void {
    if (this.isBroken) return;
    this.tokenAt = this.parser.position;
    this.path.push(name);
    this.text = '';
    if (this.path.length > DEPTH_MAX) this.break('elements deeper than a statement has');
    if (name === STATEMENT) this.hasStatement = true;
    if (name === 'Stmt') this.account = '';
    if (name === 'Ntry') {
      const empty = { amount: '', currency: '', status: '', date: '', bookedOn: '', reference: '', ownReference: '' };
      this.entry = { line: this.parser.line, ...empty, side: '', endToEnd: '', texts: [] };
    }
    if (name === 'Amt' && this.isOf('Ntry') && this.entry !== null) this.entry.currency = attributes.Ccy ?? '';
  }

  private add(text: string): void {
    this.tokenAt = this.parser.position;
    if (this.text.length + text.length > TOKEN_CHARS_MAX) this.break('a text that is longer than a statement has');
    else this.text += text;
  }

  private close(name: string): void {
    if (this.isBroken) return;
    this.tokenAt = this.parser.position;
    const text = this.text.trim();
    this.text = '';
    if (this.entry !== null) this.takeOfEntry(this.entry, name, text);
    else if ((name === 'IBAN' || name === 'Id') && this.path.includes('Acct') && this.account === '')
      this.account = text;
    this.path.pop();
  }

  private takeOfEntry(entry: Entry, name: string, text: string): void {
    if (name === 'Ntry') return this.finish(entry);
    if (this.isOf('Ntry')) {
      if (name === 'Amt' && entry.amount !== '') this.break('an entry with two amounts');
      if (name === 'Amt') entry.amount = text;
      if (name === 'CdtDbtInd') entry.side = text;
      if (name === 'Sts') entry.status ||= text;
      if (name === 'AcctSvcrRef') entry.reference = text;
      if (name === 'NtryRef') entry.ownReference = text;
      if (name === 'AddtlNtryInf') entry.texts.push(text);
    }
    // Since version 8 a status is an element with a code.
    if (name === 'Cd' && this.isOf('Sts')) entry.status = text;
    if (name === 'Dt' || name === 'DtTm') {
      if (this.isOf('ValDt')) entry.date = text.slice(0, 10);
      if (this.isOf('BookgDt')) entry.bookedOn = text.slice(0, 10);
    }
    if (name === 'EndToEndId' && text !== NOT_PROVIDED) entry.endToEnd ||= text;
    if (name === 'AcctSvcrRef' && this.isOf('Refs')) entry.ownReference ||= text;
    if (name === 'Ustrd') entry.texts.push(text);
  }

  /** Whether the element that ends stands in such an element. */
  private isOf(parent: string): boolean {
    return this.path.at(-2) === parent;
  }

  /** Entries that are only announced, or that inform, moved no money. */
  private finish(entry: Entry): void {
    this.entry = null;
    if (entry.status !== '' && entry.status !== 'BOOK') return;
    const { reference, ownReference, endToEnd, amount, side, currency, date, bookedOn, texts, line } = entry;
    if (side !== 'CRDT' && side !== 'DBIT') return this.break('an entry that is neither CRDT nor DBIT');
    const signed = side === 'DBIT' && /[1-9]/.test(amount) ? `-${amount}` : amount;
    const named = reference || ownReference || endToEnd;
    this.visitor.record(
      [this.account, named, date || bookedOn, signed, currency, texts.filter(Boolean).join(' '), '', endToEnd],
      line,
    );
  }
}

/** Without the prefix of its namespace. */
function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}
