// Whether a record surely is a valid fact, judged by its bytes without making anything of them: nearly all are. What is
// not surely one is read by `checkedFact`, which alone knows the rules and says what is wrong; a test holds that it
// finds nothing where this says yes.

import { currencyExponent } from '../../domain/currency.ts';
import { LINE_TYPES, ORDER_STATUSES, PAYMENT_KINDS, PAYMENT_STATUSES, VIAS } from '../../domain/fact.ts';
import { partitionHash } from '../../domain/partition.ts';
import { REFERENCE_MAX } from './fact-check.ts';

/** Branches of the union `body` as they are written: an order, an observation of a payment, a line. */
const [ORDER, PAYMENT, LINE] = [0, 2, 4];
/** Bytes of a long that is exact and of a usual size; instants have six. */
const LONG_BYTES_MAX = 7;
/** As `isCanonical` has it for amounts, and far below what a fee may have. */
const AMOUNT_MAX = 16;
const DATE_BYTES = 10;
const [MINUS, DOT, SLASH, ZERO, NINE, COLON] = [45, 46, 47, 48, 57, 58];

/** By the three bytes of a code as one number. */
const exponents = new Map<number, number>();

export interface KeyPlace {
  readonly from: number;
  readonly to: number;
}

/** One for many records. */
export class OrdinaryFacts {
  private readonly partitions: number;
  private bytes: Buffer = Buffer.alloc(0);
  private at = 0;
  private end = 0;
  /** Of the text that was read last. */
  private textFrom = 0;
  /** Whether it was an optional one that is not there. */
  private isNone = false;

  constructor(partitions: number) {
    this.partitions = partitions;
  }

  /** Whether the bytes from `from` to `to` surely are a fact of a source, under this key and in this partition. */
  has(bytes: Buffer, from: number, to: number, key: KeyPlace, partition: number): boolean {
    [this.bytes, this.at, this.end] = [bytes, from, to];
    if (!this.isKey(key, partition)) return false;
    const isEnvelope = this.long() && this.text() && this.optionalText() && this.optionalText();
    if (!isEnvelope || !this.text()) return false;
    const [idFrom, idTo] = [this.textFrom, this.at];
    if (idFrom === idTo || !this.text()) return false;
    const [providerFrom, providerTo] = [this.textFrom, this.at];
    if (!(this.text() && this.optionalLong() && this.flag(1) && this.body())) return false;
    const isNamed = this.flag(2);
    if (!isNamed) return false;
    if (bytes[this.at - 1] !== 0) {
      if (!this.text()) return false;
      const account = { from: this.textFrom, to: this.at };
      if (!this.isOfSource(idFrom, idTo, { from: providerFrom, to: providerTo }, account)) return false;
    }
    return this.optionalText() && this.optionalLong() && this.long() && this.at === to;
  }

  /** The reference: short and of ASCII letters, so that its bytes are its characters. */
  private isKey({ from, to }: KeyPlace, partition: number): boolean {
    if (!this.text()) return false;
    const { bytes, textFrom, at } = this;
    const size = at - textFrom;
    if (size === 0 || size > REFERENCE_MAX || size !== to - from) return false;
    let seen = 0;
    for (let left = textFrom, right = from; left < at; left++, right++) {
      if (bytes[left] !== bytes[right]) return false;
      seen |= bytes[left]!;
    }
    return seen < 128 && (partitionHash(bytes, textFrom, at) & 0x7fffffff) % this.partitions === partition;
  }

  /** Whether the id begins with `provider/account:`. */
  private isOfSource(idFrom: number, idTo: number, provider: KeyPlace, account: KeyPlace): boolean {
    const { bytes } = this;
    const slashAt = idFrom + provider.to - provider.from;
    const colonAt = slashAt + 1 + account.to - account.from;
    if (colonAt >= idTo || bytes[slashAt] !== SLASH || bytes[colonAt] !== COLON) return false;
    return this.isSame(idFrom, provider) && this.isSame(slashAt + 1, account);
  }

  private isSame(from: number, { from: other, to }: KeyPlace): boolean {
    const { bytes } = this;
    for (let at = other, here = from; at < to; at++, here++) {
      if (bytes[at] !== bytes[here] || bytes[at]! > 127) return false;
    }
    return true;
  }

  private body(): boolean {
    switch (this.bytes[this.at++]) {
      case ORDER:
        return this.order();
      case PAYMENT:
        return this.payment();
      case LINE:
        return this.line();
      default:
        return false;
    }
  }

  private order(): boolean {
    if (!this.text()) return false;
    const [from, to] = [this.textFrom, this.at];
    if (!this.text() || !this.isAmount(from, to)) return false;
    const isTimed = this.long() && this.optionalLong() && this.symbol(ORDER_STATUSES) && this.optionalLong();
    return isTimed && this.optionalTexts(6);
  }

  private payment(): boolean {
    const isKnown = this.symbol(VIAS) && this.symbol(PAYMENT_KINDS) && this.symbol(PAYMENT_STATUSES);
    if (!isKnown || !this.optionalTexts(5) || !this.optionalText()) return false;
    const [from, to, hasAmount] = [this.textFrom, this.at, !this.isNone];
    // Without an amount nothing is asked of the currency.
    if (!this.optionalText() || (hasAmount && !this.isAmount(from, to))) return false;
    return this.optionalFee() && this.optionalTexts(2);
  }

  private line(): boolean {
    if (!(this.symbol(LINE_TYPES) && this.optionalTexts(5) && this.text())) return false;
    const [from, to] = [this.textFrom, this.at];
    if (!(this.text() && this.isAmount(from, to) && this.optionalFee() && this.text() && this.isDate())) return false;
    // Neither an amount in another currency nor a rate.
    if (!this.optionalText() || this.at + 2 > this.end) return false;
    return this.bytes[this.at++] === 0 && this.bytes[this.at++] === 0;
  }

  /** Whether the text from `from` to `to` is an amount in the form of the currency that was read last. */
  private isAmount(from: number, to: number): boolean {
    const { bytes } = this;
    const exponent = this.exponent();
    const size = to - from;
    const whole = exponent === 0 ? size : size - exponent - 1;
    if (exponent < 0 || whole < 1 || size > AMOUNT_MAX) return false;
    if (whole > 1 && bytes[from] === ZERO) return false;
    for (let at = from; at < to; at++) {
      const byte = bytes[at]!;
      if (at - from === whole ? byte !== DOT : byte < ZERO || byte > NINE) return false;
    }
    return true;
  }

  /** Of the text that was read last; -1 if it is no currency. */
  private exponent(): number {
    const { bytes, textFrom, at } = this;
    if (at - textFrom !== 3) return -1;
    const code = (bytes[textFrom]! << 16) | (bytes[textFrom + 1]! << 8) | bytes[textFrom + 2]!;
    let exponent = exponents.get(code);
    if (exponent === undefined) {
      exponent = currencyExponent(bytes.toString('latin1', textFrom, at)) ?? -1;
      // What others write must not fill the memory.
      if (exponent >= 0) exponents.set(code, exponent);
    }
    return exponent;
  }

  /** None, or digits with at most one dot between them. */
  private optionalFee(): boolean {
    if (!this.optionalText()) return false;
    const { bytes, textFrom: from, at: to } = this;
    if (this.isNone) return true;
    if (from === to || to - from > AMOUNT_MAX) return false;
    let dots = 0;
    for (let at = from; at < to; at++) {
      const byte = bytes[at]!;
      if (byte === DOT && at > from && at < to - 1) dots++;
      else if (byte < ZERO || byte > NINE) return false;
    }
    return dots < 2;
  }

  /** Whether the text that was read last is a date. The ends of months are left to the calendar. */
  private isDate(): boolean {
    const { bytes, textFrom: from, at: to } = this;
    if (to - from !== DATE_BYTES || bytes[from + 4] !== MINUS || bytes[from + 7] !== MINUS) return false;
    for (let at = from; at < to; at++) {
      if (at - from !== 4 && at - from !== 7 && (bytes[at]! < ZERO || bytes[at]! > NINE)) return false;
    }
    const month = (bytes[from + 5]! - ZERO) * 10 + bytes[from + 6]! - ZERO;
    const day = (bytes[from + 8]! - ZERO) * 10 + bytes[from + 9]! - ZERO;
    return bytes[from]! > ZERO && month >= 1 && month <= 12 && day >= 1 && day <= 28;
  }

  private optionalTexts(count: number): boolean {
    for (let nth = 0; nth < count; nth++) if (!this.optionalText()) return false;
    return true;
  }

  /** Nothing, which is read as a text without bytes, or a text. */
  private optionalText(): boolean {
    this.isNone = this.bytes[this.at] === 0;
    if (!this.flag(2)) return false;
    this.textFrom = this.at;
    return this.isNone || this.text();
  }

  private text(): boolean {
    let size = this.bytes[this.at++]!;
    if (size > 127) {
      const next = this.bytes[this.at++]!;
      if (next > 127) return false;
      size = (size & 127) | (next << 7);
    }
    if ((size & 1) === 1) return false;
    this.textFrom = this.at;
    this.at += size >>> 1;
    return this.at <= this.end;
  }

  private optionalLong(): boolean {
    const isNone = this.bytes[this.at] === 0;
    return this.flag(2) && (isNone || this.long());
  }

  private long(): boolean {
    const { bytes } = this;
    const last = this.at + LONG_BYTES_MAX;
    while (bytes[this.at]! > 127) this.at++;
    this.at++;
    return this.at <= last && this.at <= this.end;
  }

  private symbol(symbols: readonly string[]): boolean {
    const byte = this.bytes[this.at++]!;
    return this.at <= this.end && (byte & 1) === 0 && byte >>> 1 < symbols.length;
  }

  /** A byte that is 0, or this. */
  private flag(present: number): boolean {
    const byte = this.bytes[this.at++];
    return this.at <= this.end && (byte === 0 || byte === present);
  }
}
