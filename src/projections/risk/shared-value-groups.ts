// Which orders of one shop have a common value: their times, by that value.

import type { Instant } from '../../domain/time.ts';
import { DensityWindows, type OrderDensity } from './order-density.ts';

export const DENSITY_SIGNALS = ['SAME_DEVICE', 'SAME_IP', 'SAME_PHONE', 'BURST'] as const;
export type DensitySignal = (typeof DENSITY_SIGNALS)[number];

/** Most values belong to one order only: its time needs no group. */
type Group = Instant | DensityWindows;

export class SharedValueGroups {
  private readonly bySignal: Readonly<Record<DensitySignal, Map<string, Group>>> = {
    SAME_DEVICE: new Map(),
    SAME_IP: new Map(),
    SAME_PHONE: new Map(),
    BURST: new Map(),
  };

  add(signal: DensitySignal, value: string, at: Instant): void {
    const groups = this.bySignal[signal];
    const group = groups.get(value);
    if (group === undefined) groups.set(value, at);
    else if (typeof group !== 'number') group.add(at);
    else groups.set(value, new DensityWindows([group, at]));
  }

  remove(signal: DensitySignal, value: string, at: Instant): void {
    const groups = this.bySignal[signal];
    const group = groups.get(value);
    if (typeof group === 'number') groups.delete(value);
    else group?.remove(at);
  }

  forget(before: Instant): void {
    for (const groups of Object.values(this.bySignal)) {
      for (const [value, group] of groups) {
        if (typeof group !== 'number') group.forget(before);
        if (typeof group === 'number' ? group < before : group.size === 0) groups.delete(value);
      }
    }
  }

  /** Undefined if fewer than `ordersMin` orders share the value at any time. */
  density(signal: DensitySignal, value: string, at: Instant, about: DensityLimit): OrderDensity | undefined {
    const group = this.bySignal[signal].get(value);
    if (group === undefined || typeof group === 'number' || group.size < about.ordersMin) return undefined;
    const density = group.densityAt(at, about.windowMillis);
    return density.count < about.ordersMin ? undefined : density;
  }
}

interface DensityLimit {
  readonly ordersMin: number;
  readonly windowMillis: number;
}
