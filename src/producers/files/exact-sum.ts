// Adds up plain decimals exactly. Short ones are added as whole numbers of their last decimal, far below 2^53; what
// does not fit goes into a bigint.

import { addDecimal, type Decimal, EXACT_MAX, formatDecimal, parseDecimal } from '../../domain/decimal.ts';

const SHORT_MAX = 15;

export class ExactSum {
  /** By number of decimals. */
  private readonly short = [0, 0, 0, 0, 0];
  private long: Decimal = { digits: 0n, scale: 0 };
  /** Whether a text was no decimal, so that nobody knows the sum. */
  isUnknown = false;

  add(text: string): void {
    const [minus, size] = [text.charCodeAt(0) === 45, text.length];
    let [units, decimals] = [0, -1];
    for (let at = minus ? 1 : 0; at < size && size <= SHORT_MAX; at++) {
      const figure = text.charCodeAt(at) - 48;
      if (figure >= 0 && figure <= 9) {
        units = units * 10 + figure;
        if (decimals >= 0) decimals++;
      } else if (figure === -2 && decimals < 0) decimals = 0;
      else return this.addLong(text);
    }
    if (decimals < 0) decimals = 0;
    if (size > SHORT_MAX) return this.addLong(text);
    this.addUnits(minus ? -units : units, decimals);
  }

  /** Adds so many units of this decimal; of them as many as SHORT_MAX characters can say. */
  addUnits(units: number, decimals: number): void {
    if (decimals >= this.short.length) {
      this.long = addDecimal(this.long, { digits: BigInt(units), scale: decimals });
      return;
    }
    const sum = this.short[decimals]! + units;
    this.short[decimals] = sum;
    if (sum > EXACT_MAX || sum < -EXACT_MAX) this.carry(decimals);
  }

  get total(): Decimal {
    this.short.forEach((_, decimals) => {
      this.carry(decimals);
    });
    return this.long;
  }

  /** With no zeros at the end of its decimals. */
  get text(): string {
    let { digits, scale } = this.total;
    for (; scale > 0 && digits % 10n === 0n; scale--) digits /= 10n;
    return formatDecimal({ digits, scale });
  }

  private carry(decimals: number): void {
    this.long = addDecimal(this.long, { digits: BigInt(this.short[decimals]!), scale: decimals });
    this.short[decimals] = 0;
  }

  private addLong(text: string): void {
    const decimal = parseDecimal(text);
    if (decimal === undefined) this.isUnknown = true;
    else this.long = addDecimal(this.long, decimal);
  }
}
