// The timeline of a payment with a given outcome: its status changes, and the events that are told and when. A network
// gives them its form.

import type { Instant } from '../../domain/time.ts';
import type { Random } from '../random/prng.ts';
import { randomFor } from '../random/seeded-random.ts';
import type { Change, Payment, Refund } from './payment.ts';
import type { PaymentOutcome } from './payment-outcome.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
/** The number of a payment that a payer made a second time. */
const PAID_AGAIN = 2;

/** What a network tells of a payment. */
export interface PaymentEvent {
  readonly kind: 'pending' | 'succeeded' | 'failed' | 'expired' | 'refunded' | 'reversed';
  readonly payment: Payment;
  /** Of a refund or a reversal. */
  readonly refund: Refund | null;
  /** When it happened. */
  readonly at: Instant;
}

/** An event to tell at a time. A forged one is signed with a secret that neither side knows. */
export interface ScheduledEvent extends PaymentEvent {
  readonly toldAt: Instant;
  readonly forged: boolean;
}

export interface Timeline {
  /** The requested payment, and a second one if the customer paid again. */
  readonly payments: readonly Payment[];
  readonly events: readonly ScheduledEvent[];
}

export interface RequestedPayment {
  readonly reference: string;
  readonly minor: bigint;
  readonly currency: string;
  readonly operator: string;
  readonly phone: string;
  /** Where the merchant wants this payment's webhooks; absent for the address of the account. */
  readonly webhookUrl?: string;
  /** Where the merchant chooses it. */
  readonly requestId?: string;
}

export function paymentTimeline(
  seed: number,
  requested: RequestedPayment,
  outcome: PaymentOutcome,
  now: Instant,
): Timeline {
  const random = randomFor(seed, 'story', requested.reference);
  const first = makePayment(random, requested, now, timesOf(outcome, random, now), 1);
  const payments = [first];
  if (outcome.name === 'twice') {
    const at = first.paidAt! + random.between(5, 30) * MINUTE;
    payments.push(
      makePayment(random, requested, at, { changes: [{ at, status: 'succeeded' }], paidAt: at }, PAID_AGAIN),
    );
  }
  if (outcome.name === 'refunded' || outcome.name === 'reversed') {
    const kind = outcome.name === 'refunded' ? 'refund' : 'reversal';
    const at = first.paidAt! + random.between(1, 3) * HOUR;
    first.refunds.push({ id: `RF-${first.id}`, kind, minor: first.minor, at });
  }
  const events = payments.flatMap((payment) => eventsOf(payment, outcome, random));
  return { payments, events: [...events, ...forgedEvents(first, outcome)] };
}

/** Of a payer who was asked for the same payment before. */
export function declinedTimeline(seed: number, requested: RequestedPayment, now: Instant, nth: number): Timeline {
  const random = randomFor(seed, 'again', requested.reference, nth);
  const at = now + random.between(20, 60) * SECOND;
  const changes: readonly Change[] = [
    { at: now, status: 'pending' },
    { at, status: 'failed' },
  ];
  const payment = makePayment(random, requested, now, { changes, paidAt: null }, nth);
  const told: ScheduledEvent = { kind: 'failed', payment, refund: null, at, toldAt: at + 2 * SECOND, forged: false };
  return { payments: [payment], events: [told] };
}

type Times = Pick<Payment, 'changes' | 'paidAt'>;

function timesOf(outcome: PaymentOutcome, random: Random, now: Instant): Times {
  const pending: Change = { at: now, status: 'pending' };
  const soon = now + random.between(20, 240) * SECOND;
  const later = now + random.between(60, 300) * MINUTE;
  const paid = (at: Instant): Times => ({ changes: [pending, { at, status: 'succeeded' }], paidAt: at });
  switch (outcome.name) {
    case 'failed':
      return { changes: [pending, { at: soon, status: 'failed' }], paidAt: null };
    case 'abandoned':
      return { changes: [pending, { at: now + 2 * HOUR, status: 'expired' }], paidAt: null };
    case 'hours':
      return paid(later);
    case 'unclear': {
      const unclear: Change = { at: soon, status: 'MR102' };
      return { changes: [pending, unclear, { at: later, status: 'succeeded' }], paidAt: later };
    }
    default:
      // By the gateway's status it failed, and yet it is settled.
      if (outcome.contradiction === 'failed-settled') {
        return { changes: [pending, { at: soon, status: 'failed' }], paidAt: soon };
      }
      return paid(soon);
  }
}

function makePayment(
  random: Random,
  requested: RequestedPayment,
  createdAt: Instant,
  times: Times,
  nth: number,
): Payment {
  const digits = () => String(random.below(1_000_000_000)).padStart(9, '0');
  const id = `TX${digits()}${nth}`;
  const drawn = `RQ${digits()}`;
  // Nobody asked for what a payer pays again.
  const ownRequest = nth === PAID_AGAIN ? drawn : (requested.requestId ?? drawn);
  return {
    ...requested,
    id,
    requestId: ownRequest,
    operatorId: `OP${digits()}`,
    createdAt,
    ...times,
    refunds: [],
  };
}

/** The events of a payment, after its faults. */
function eventsOf(payment: Payment, outcome: PaymentOutcome, random: Random): ScheduledEvent[] {
  const { paidAt, changes } = payment;
  const end = changes.at(-1)!;
  const tell = (kind: PaymentEvent['kind'], from: Instant, at = from): ScheduledEvent => {
    return { kind, payment, refund: null, at, toldAt: from + 2 * SECOND, forged: false };
  };
  const events: ScheduledEvent[] = [];
  if (paidAt === null) events.push(tell(end.status === 'expired' ? 'expired' : 'failed', end.at));
  else if (outcome.contradiction === 'failed-settled') events.push(tell('failed', paidAt));
  else if (outcome.contradiction === 'failed-then-paid') {
    events.push(tell('failed', paidAt), tell('succeeded', paidAt + 5 * MINUTE));
  } else if (!outcome.lost) events.push(tell('succeeded', paidAt));
  if (outcome.late) delay(events, random.between(1, 5) * HOUR);
  if (outcome.reordered) {
    const last = events.at(-1)?.toldAt ?? end.at;
    events.push(tell('pending', last + 3 * MINUTE, payment.createdAt));
  }
  if (outcome.repeated) events.push(...repeats(events, random));
  for (const refund of payment.refunds) events.push(refundEvent(payment, refund));
  return events;
}

function delay(events: ScheduledEvent[], millis: number): void {
  events.forEach((event, at) => {
    events[at] = { ...event, toldAt: event.toldAt + millis };
  });
}

function repeats(events: readonly ScheduledEvent[], random: Random): ScheduledEvent[] {
  return events.flatMap((event) =>
    Array.from({ length: random.between(1, 4) }, () => ({
      ...event,
      toldAt: event.toldAt + random.below(3) * 2 * MINUTE,
    })),
  );
}

/** Events of a success that did not happen: for this payment, and for one that was never requested. */
function forgedEvents(payment: Payment, outcome: PaymentOutcome): ScheduledEvent[] {
  if (!outcome.forged) return [];
  const at = payment.createdAt + 10 * SECOND;
  return [payment, { ...payment, reference: `FORGED-${payment.reference}`, id: `FORGED-${payment.id}` }].map((one) => ({
    ...{ kind: 'succeeded', payment: { ...one, id: `X${one.id}` }, refund: null },
    ...{ at, toldAt: at, forged: true },
  }));
}

export function refundEvent(payment: Payment, refund: Refund): ScheduledEvent {
  const kind = refund.kind === 'refund' ? 'refunded' : 'reversed';
  return { kind, payment, refund, at: refund.at, toldAt: refund.at + 2 * SECOND, forged: false };
}
