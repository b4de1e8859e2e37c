// A payment at the gateway, and its status at a time.

import type { Instant } from '../../domain/time.ts';

export interface Change {
  readonly at: Instant;
  /** The gateway's raw status. */
  readonly status: string;
}

export interface Refund {
  readonly id: string;
  readonly kind: 'refund' | 'reversal';
  readonly minor: bigint;
  readonly at: Instant;
  /** Where the merchant wants to hear of it; absent for the address of the account. */
  readonly webhookUrl?: string;
}

export interface Payment {
  readonly id: string;
  readonly requestId: string;
  readonly operatorId: string;
  readonly reference: string;
  readonly minor: bigint;
  readonly currency: string;
  readonly operator: string;
  readonly phone: string;
  readonly createdAt: Instant;
  /** By time; the first is at its creation. */
  readonly changes: readonly Change[];
  /** When the money moved; null if it never does. */
  readonly paidAt: Instant | null;
  readonly refunds: Refund[];
  /** As of a refund. */
  readonly webhookUrl?: string;
}

/** The last change at or before a time. */
export function changeAt(payment: Payment, now: Instant): Change {
  return payment.changes.findLast(({ at }) => at <= now) ?? payment.changes[0]!;
}
