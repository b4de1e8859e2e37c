// The amount, the currency and the fee of a plain row of payments, and what they add to the sums of its file.

import type { PlainSink } from './format.ts';
import type { PlainRow } from './plain-row.ts';
import { currencyOf, type PlainCurrency, PlainNumber } from './plain-values.ts';

export interface MoneyFields {
  readonly amount: number;
  readonly currency: number;
  readonly fee: number;
}

export class PlainMoney {
  private readonly sink: PlainSink;
  private readonly fields: MoneyFields;
  private readonly amount = new PlainNumber();
  private readonly fee = new PlainNumber();
  private currency: PlainCurrency | null = null;
  private hasAmount = false;

  constructor(sink: PlainSink, fields: MoneyFields) {
    this.sink = sink;
    this.fields = fields;
  }

  /** Whether a row has an amount that is not below zero, or none where it needs none. */
  read(row: PlainRow, needsAmount: boolean): boolean {
    const { amount, currency, fee } = this.fields;
    this.hasAmount = row.has(amount);
    if (needsAmount && !this.hasAmount) return false;
    this.currency = null;
    const hasFee = row.has(fee);
    if (!this.hasAmount && !row.has(currency)) return !hasFee;
    const found = currencyOf(row, currency);
    this.currency = found;
    if (found === null || (this.hasAmount && !this.amount.isAmount(row, amount, found, 'zero'))) return false;
    return !hasFee || this.fee.isFee(row, fee, found);
  }

  /** Adds the amount of the row that was read last; fees are added up of settlements alone. */
  addAmount(): void {
    if (!this.hasAmount || this.currency === null) return;
    this.sink.addAmount(this.currency.code, this.amount.units, this.amount.decimals);
  }
}
