// Which orders of one shop have something in common: their times, by what it is.

import type { Instant } from '../../domain/time.ts';
import { DensityWindows, type OrderDensity } from './order-density.ts';

export const CROWD_SIGNALS = ['SAME_DEVICE', 'SAME_IP', 'SAME_PHONE', 'BURST'] as const;
export type CrowdSignal = (typeof CROWD_SIGNALS)[number];

/** Most values are one order's alone: its time needs no group around it. */
type Group = Instant | DensityWindows;

export class Groups {
  private readonly bySignal: Readonly<Record<CrowdSignal, Map<string, Group>>> = {
    SAME_DEVICE: new Map(),
    SAME_IP: new Map(),
    SAME_PHONE: new Map(),
    BURST: new Map(),
  };

  add(signal: CrowdSignal, value: string, at: Instant): void {
    const groups = this.bySignal[signal];
    const group = groups.get(value);
    if (group === undefined) groups.set(value, at);
    else if (typeof group !== 'number') group.add(at);
    else groups.set(value, new DensityWindows([group, at]));
  }

  remove(signal: CrowdSignal, value: string, at: Instant): void {
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

  /** Undefined where fewer than `ordersMin` have it in common at any time. */
  crowding(signal: CrowdSignal, value: string, at: Instant, about: CrowdSize): OrderDensity | undefined {
    const group = this.bySignal[signal].get(value);
    if (group === undefined || typeof group === 'number' || group.size < about.ordersMin) return undefined;
    const crowding = group.crowdingAt(at, about.windowMillis);
    return crowding.count < about.ordersMin ? undefined : crowding;
  }
}

interface CrowdSize {
  readonly ordersMin: number;
  readonly windowMillis: number;
}
