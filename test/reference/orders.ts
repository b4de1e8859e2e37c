// An order's status as the reference reads it, as of a time.

import type { Heard, Order } from './claims.ts';
import type { Terms } from './terms.ts';
import type { Verdict } from './verdict.ts';

export interface Status {
  readonly isCancelled: boolean;
  readonly isCounted: boolean;
  /** Since when it is cancelled, or counted as paid or fulfilled, without interruption. */
  readonly since: number | null;
  /** Whether the shop counted the order as paid at a time. */
  countedAt(at: number): boolean;
}

const LIFE = ['awaiting_payment', 'cancelled', 'paid', 'fulfilled'];

/** The order's statuses, the latest in force; of two at one time, the later in an order's life. */
export function statusOf({ orders, changes }: Heard, verdict: Verdict): Status {
  const placed = orders.map(({ body }) => ({
    status: body.status,
    at: body.status_at ?? body.placed_at,
    isTimed: body.status_at !== null,
  }));
  const all = [...placed, ...changes.map(({ body }) => ({ status: body.status, at: body.at, isTimed: true }))];
  const inForce = all
    .filter(({ at, isTimed }) => !isTimed || verdict.reached(at))
    .sort((one, other) => one.at - other.at || LIFE.indexOf(one.status) - LIFE.indexOf(other.status))
    .filter(({ at }, place, sorted) => sorted[place + 1]?.at !== at);
  const ending = (statuses: readonly string[]) => {
    const before = inForce.findLastIndex(({ status }) => !statuses.includes(status));
    return inForce[before + 1]?.at ?? null;
  };
  const now = inForce.at(-1)?.status ?? 'awaiting_payment';
  const isCounted = now === 'paid' || now === 'fulfilled';
  return {
    isCancelled: now === 'cancelled',
    isCounted,
    since: now === 'cancelled' ? ending(['cancelled']) : isCounted ? ending(['paid', 'fulfilled']) : null,
    countedAt: (at) => {
      const then = inForce.filter((each) => each.at <= at).at(-1)?.status;
      return then === 'paid' || then === 'fulfilled';
    },
  };
}

export const expiryOf = ({ body }: Order, { grace }: Terms): number =>
  body.expires_at ?? body.placed_at + grace.payment;
