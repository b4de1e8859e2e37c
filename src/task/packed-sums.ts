// What packed keys come to: whole numbers are added as numbers for as long as that is exact.

import { type Decimal, EXACT_MAX } from '../domain/decimal.ts';
import type { PackedName } from './packed-key.ts';
import type { PackedRows } from './packed-rows.ts';

class WholeSum {
  count = 0;
  private sum = 0;
  private carried = 0n;

  add(whole: number): void {
    this.count++;
    this.sum += whole;
    if (Math.abs(this.sum) < EXACT_MAX) return;
    this.carried += BigInt(this.sum);
    this.sum = 0;
  }

  get total(): bigint {
    return this.carried + BigInt(this.sum);
  }
}

export interface PackedAmount extends PackedName {
  readonly keys: number;
  /** What was received, and is matched. */
  readonly received: bigint;
}

/** By currency, merchant and provider together. */
export function packedAmounts(rows: PackedRows): PackedAmount[] {
  const names = rows.readNames();
  const sums = names.map(() => new WholeSum());
  rows.forEachRow((name, minor) => sums[name]!.add(minor));
  return names.flatMap((name, at) => {
    const { count: keys, total: received } = sums[at]!;
    return keys === 0 ? [] : [{ ...name, keys, received }];
  });
}

export interface PackedFee extends PackedName {
  readonly fee: Decimal;
}

/** Fees have decimals of their own: of each number of them another sum. */
export function packedFees(rows: PackedRows): PackedFee[] {
  const names = rows.readNames();
  const sums: WholeSum[][] = names.map(() => []);
  rows.forEachRow((name, _, fee, scale) => {
    if (Number.isNaN(fee)) return;
    const own = sums[name]!;
    own[scale] ??= new WholeSum();
    own[scale].add(fee);
  });
  return names.flatMap((name, at) => {
    return sums[at]!.flatMap((sum, scale) => ({ ...name, fee: { digits: sum.total, scale } }));
  });
}
