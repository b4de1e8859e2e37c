// What a network does with payments behind its interface, the same for every network: it starts and refunds them, knows
// their status, and reports what it settled.

import { minorOf, readAmount } from '../../domain/money.ts';
import type { Instant } from '../../domain/time.ts';
import type { Clock } from '../../runtime/clock.ts';
import { randomFor } from '../random/seeded-random.ts';
import type { Faults } from './faults.ts';
import type { Payment, Refund } from './payment.ts';
import type { OutcomeOf } from './payment-outcome.ts';
import {
  declinedTimeline,
  paymentTimeline,
  type RequestedPayment,
  refundEvent,
  type ScheduledEvent,
} from './payment-timeline.ts';
import { linesOf, reportAt, type SettledLine } from './settlement.ts';
import type { SecretNamed, WebhookMessage } from './webhook-message.ts';

export interface DeskOptions {
  readonly clock: Clock;
  readonly seed: number;
  readonly faults: Faults;
  readonly outcomeOf: OutcomeOf;
  readonly secret: SecretNamed;
  readonly onEvents: (events: readonly ScheduledEvent[]) => void;
  readonly onMessage: (message: WebhookMessage, at: Instant) => void;
}

export class PaymentDesk {
  readonly secret: SecretNamed;
  /** Every payment by its reference, those to come included. */
  readonly references = new Map<string, Payment[]>();
  /** Addresses that the merchant registered, by their purpose. */
  readonly addresses = new Map<string, string>();
  private readonly options: DeskOptions;

  constructor(options: DeskOptions) {
    this.options = options;
    this.secret = options.secret;
  }

  get now(): Instant {
    return this.options.clock.now();
  }

  /**
   * The first of the payments that a request leads to. Who was asked for the payment before, because an answer to the
   * merchant was lost, declines the second request.
   */
  start(requested: RequestedPayment): Payment {
    const { seed, outcomeOf, onEvents } = this.options;
    const { reference } = requested;
    const before = this.references.get(reference) ?? [];
    const timeline =
      before.length === 0
        ? paymentTimeline(seed, requested, outcomeOf(reference), this.now)
        : declinedTimeline(seed, requested, this.now, before.length + 2);
    this.references.set(reference, [...before, ...timeline.payments]);
    onEvents(timeline.events);
    return timeline.payments[0]!;
  }

  /** Null if the payment has not succeeded, or if more is to be returned than is left of it. */
  refund(payment: Payment, minor: bigint, webhookUrl?: string): Refund | null {
    const { paidAt, refunds, id } = payment;
    const now = this.now;
    if (paidAt === null || paidAt > now || minor <= 0n || minor > leftOf(payment)) return null;
    const at = now + randomFor(this.options.seed, 'refund', id, refunds.length).between(5, 60) * 60_000;
    const address = webhookUrl === undefined ? {} : { webhookUrl };
    const made: Refund = { id: `RF${refunds.length + 1}-${id}`, kind: 'refund', minor, at, ...address };
    refunds.push(made);
    this.options.onEvents([refundEvent(payment, made)]);
    return made;
  }

  /** The payments that are known by now, in the order in which they began. */
  payments(): Payment[] {
    const now = this.now;
    const known = [...this.references.values()].flat().filter(({ createdAt }) => createdAt <= now);
    return known.sort((left, right) => left.createdAt - right.createdAt);
  }

  find(fits: (payment: Payment) => boolean): Payment | undefined {
    return this.payments().find(fits);
  }

  /** The newest payment of a reference. */
  newest(reference: string): Payment | undefined {
    const now = this.now;
    return this.references.get(reference)?.findLast(({ createdAt }) => createdAt <= now);
  }

  /** A day's settlement as it is now; undefined if it is not available yet. */
  report(date: string): readonly SettledLine[] | undefined {
    const { seed, faults, outcomeOf } = this.options;
    return reportAt(linesOf([...this.references.values()].flat(), date, outcomeOf), date, this.now, seed, faults);
  }

  /** Whether the network forgets to tell of a payment. */
  isLost({ reference }: Payment): boolean {
    return this.options.outcomeOf(reference).lost;
  }

  /** Sends what answers a call later, and belongs to no payment's timeline. */
  answerLater(message: WebhookMessage, millis: number): void {
    this.options.onMessage(message, this.now + millis);
  }
}

export function leftOf({ minor, refunds }: Payment): bigint {
  return refunds.reduce((left, refund) => left - refund.minor, minor);
}

/** The minor units of a written amount; null if the currency cannot hold it. */
export function minorIn(amount: string, currency: string): bigint | null {
  const written = readAmount(amount, currency);
  return typeof written === 'string' ? minorOf(written, currency) : null;
}
