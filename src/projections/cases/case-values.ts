// What the cases of a list come to, by currency and side. Nearly all are of one amount: whole minor units are added as
// numbers for as long as that is exact, since a sum of very many bigints takes longer than all else of a list.

import { EXACT_MAX } from '../../domain/decimal.ts';
import type { CaseColumns } from './case-columns.ts';
import type { CaseValue } from './case-question.ts';

export class CaseValues {
  private readonly columns: CaseColumns;
  /** By the number of a currency and side. */
  private readonly whole: Float64Array;
  private readonly hasAny: Uint8Array;
  private readonly sums = new Map<string, CaseValue>();

  constructor(columns: CaseColumns) {
    this.columns = columns;
    this.whole = new Float64Array(columns.valueKinds);
    this.hasAny = new Uint8Array(columns.valueKinds);
  }

  /** Adds what the row at a place is about. */
  add(place: number): void {
    const { columns, whole } = this;
    const minor = columns.minorAt(place);
    const kind = columns.valueKindAt(place);
    if (Number.isNaN(minor)) {
      const { side } = columns.valueKind(kind);
      for (const [currency, amount] of columns.at(place)!.value) this.addTo(currency, side, amount);
      return;
    }
    this.hasAny[kind] = 1;
    whole[kind]! += minor;
    if (Math.abs(whole[kind]!) >= EXACT_MAX) this.carry(kind);
  }

  /** By currency. */
  take(): ReadonlyMap<string, CaseValue> {
    for (let kind = 0; kind < this.whole.length; kind++) if (this.hasAny[kind] === 1) this.carry(kind);
    return this.sums;
  }

  private carry(kind: number): void {
    const { currency, side } = this.columns.valueKind(kind);
    this.addTo(currency, side, BigInt(this.whole[kind]!));
    this.whole[kind] = 0;
  }

  private addTo(currency: string, side: keyof CaseValue, amount: bigint): void {
    const sum = this.sums.get(currency) ?? { over: 0n, under: 0n, other: 0n };
    this.sums.set(currency, sum);
    sum[side] += amount;
  }
}
