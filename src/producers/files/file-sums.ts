// What the amounts of a file come to, by currency, so that a person can hold a run against the portal that a file is
// from.

import { currencyExponent } from '../../domain/currency.ts';
import { addDecimal, decimalOf, normalDecimal } from '../../domain/decimal.ts';
import type { Fact } from '../../domain/fact.ts';
import { ExactSum } from './exact-sum.ts';

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

  addAmount(currency: string, units: number, decimals: number): void {
    this.amounts.of(currency).addUnits(units, decimals);
  }

  addFee(currency: string, units: number, decimals: number): void {
    this.fees.of(currency).addUnits(units, decimals);
  }

  get result(): FileSums {
    return { sums: this.amounts.result, fees: this.fees.result };
  }
}

/** Two sums of a file as one. */
export function addSums(left: FileSums['sums'], right: FileSums['sums']): FileSums['sums'] {
  const currencies = [...new Set([...Object.keys(left), ...Object.keys(right)])].sort();
  return Object.fromEntries(
    currencies.map((currency) => {
      const total = addDecimal(decimalOf(left[currency] ?? '0'), decimalOf(right[currency] ?? '0'));
      return [currency, normalDecimal(total, currencyExponent(currency) ?? 0)];
    }),
  );
}

class Sums {
  private readonly byCurrency = new Map<string, ExactSum>();

  add(amount: string, currency: string): void {
    this.of(currency).add(amount);
  }

  of(currency: string): ExactSum {
    let sum = this.byCurrency.get(currency);
    if (sum === undefined) {
      sum = new ExactSum();
      this.byCurrency.set(currency, sum);
    }
    return sum;
  }

  get result(): Record<string, string> {
    const inOrder = [...this.byCurrency].sort(([left], [right]) => (left < right ? -1 : 1));
    return Object.fromEntries(
      inOrder.map(([currency, { total }]) => [currency, normalDecimal(total, currencyExponent(currency) ?? 0)]),
    );
  }
}
