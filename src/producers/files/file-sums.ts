// What the amounts of a file come to, by currency, so that a person can hold a run against the portal that a file is
// from. Exact: amounts are added as whole minor units, and what is finer as decimals.

import { currencyExponent } from '../../domain/currency.ts';
import { addDecimal, type Decimal, decimalOf, normalDecimal } from '../../domain/decimal.ts';
import type { Fact } from '../../domain/fact.ts';

/** Decimal texts by currency: of orders, payments and bank lines their amounts, of settlement lines their gross. */
export interface FileSums {
  readonly sums: Readonly<Record<string, string>>;
  /** What settlement lines say was deducted. */
  readonly fees: Readonly<Record<string, string>>;
}

export class FileSummer {
  private readonly amounts = new Sums();
  private readonly fees = new Sums();

  add({ body }: Fact): void {
    switch (body.type) {
      case 'SettlementLineReported':
        this.amounts.add(body.gross, body.currency);
        if (body.fee !== null) this.fees.add(body.fee, body.currency);
        break;
      case 'OrderPlaced':
      case 'BankLineReported':
        this.amounts.add(body.amount, body.currency);
        break;
      case 'PaymentObserved':
        if (body.amount !== null && body.currency !== null) this.amounts.add(body.amount, body.currency);
        break;
      default:
    }
  }

  get result(): FileSums {
    return { sums: this.amounts.result, fees: this.fees.result };
  }
}

/** The digits of a number below this are added as they are, which takes a tenth of the time of a bigint. */
const DIGITS_MAX = 15;
const FAST_MAX = 2 ** 52;
const DOT = 46;
const MINUS = 45;
const ZERO = 48;

interface Sum {
  readonly exponent: number;
  /** Minor units that are not in `total` yet, a safe integer. */
  fast: number;
  total: Decimal;
}

class Sums {
  private readonly byCurrency = new Map<string, Sum>();
  private lastCurrency = '';
  private last: Sum | undefined;

  add(amount: string, currency: string): void {
    const sum = currency === this.lastCurrency ? this.last! : this.of(currency);
    const minor = smallMinor(amount, sum.exponent);
    if (minor === undefined) sum.total = addDecimal(sum.total, decimalOf(amount));
    else {
      sum.fast += minor;
      if (sum.fast > FAST_MAX || sum.fast < -FAST_MAX) flush(sum);
    }
  }

  get result(): Record<string, string> {
    const inOrder = [...this.byCurrency].sort(([left], [right]) => (left < right ? -1 : 1));
    return Object.fromEntries(
      inOrder.map(([currency, sum]) => {
        flush(sum);
        return [currency, normalDecimal(sum.total, sum.exponent)];
      }),
    );
  }

  private of(currency: string): Sum {
    let sum = this.byCurrency.get(currency);
    if (sum === undefined) {
      const exponent = currencyExponent(currency) ?? 0;
      sum = { exponent, fast: 0, total: { digits: 0n, scale: exponent } };
      this.byCurrency.set(currency, sum);
    }
    this.lastCurrency = currency;
    this.last = sum;
    return sum;
  }
}

function flush(sum: Sum): void {
  sum.total = addDecimal(sum.total, { digits: BigInt(sum.fast), scale: sum.exponent });
  sum.fast = 0;
}

/** The minor units of a short decimal with exactly the currency's decimals; undefined for any other. */
function smallMinor(text: string, exponent: number): number | undefined {
  const size = text.length;
  if (size > DIGITS_MAX) return undefined;
  const isNegative = text.charCodeAt(0) === MINUS;
  const dotAt = exponent === 0 ? size : size - exponent - 1;
  let minor = 0;
  for (let at = isNegative ? 1 : 0; at < size; at++) {
    const code = text.charCodeAt(at);
    if (at === dotAt) {
      if (code !== DOT) return undefined;
    } else if (code < ZERO || code > ZERO + 9) return undefined;
    else minor = minor * 10 + code - ZERO;
  }
  return dotAt <= (isNegative ? 1 : 0) ? undefined : isNegative ? -minor : minor;
}
