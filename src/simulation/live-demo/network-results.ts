// What the live demo shows of each network at the end, and of all together.

import type { Sandbox } from '../gateway/sandbox.ts';
import type { KnownResult } from '../truth/truth-check.ts';
import { type LiveNetwork, merchantsOf } from './networks.ts';
import type { PlannedOrder } from './plan.ts';

/** Of one network, at the end. */
export interface NetworkResult extends Pick<Sandbox, 'deliveries' | 'calls' | 'beyondLimit'> {
  readonly name: string;
  readonly orders: number;
  /** Parts of several merchants' orders. */
  readonly parts: number;
  readonly payments: number;
  readonly matched: number;
  readonly breaks: number;
  readonly differences: number;
}

export function resultOf(
  network: LiveNetwork & { readonly sandbox: Pick<Sandbox, 'deliveries' | 'calls' | 'beyondLimit'> },
  orders: readonly PlannedOrder[],
  truths: readonly KnownResult[],
  differences: readonly string[],
): NetworkResult {
  const { personality, sandbox } = network;
  const { deliveries, calls, beyondLimit } = sandbox;
  const merchants = merchantsOf(network);
  const own = orders.filter(({ merchant }) => merchants.includes(merchant));
  const keys = new Set(own.map(({ reference }) => reference));
  const known = truths.filter(({ key }) => keys.has(key));
  const count = (standing: KnownResult['standing']) => known.filter((one) => one.standing === standing).length;
  return {
    ...{ name: personality.title, deliveries, calls, beyondLimit, orders: own.length },
    parts: own.reduce((sum, { parts }) => sum + parts.length, 0),
    payments: count('matched') + count('unmatched'),
    ...{ matched: count('matched'), breaks: count('unmatched') },
    differences: differences.filter((text) => own.some(({ reference }) => text.includes(reference))).length,
  };
}

/** Of objects with the same names, at least one. */
export function sumOf<T extends object>(all: readonly T[]): T {
  const names = Object.keys(all[0]!) as (keyof T)[];
  const sums = names.map((name) => [name, all.reduce((sum, one) => sum + Number(one[name]), 0)]);
  return Object.fromEntries(sums) as T;
}
