// The timeline of a payment with a given outcome: its status changes, its webhooks and their times.

import { formatMinor } from '../../domain/money.ts';
import { formatInstant, type Instant } from '../../domain/time.ts';
import type { Random } from '../random/prng.ts';
import { randomFor } from '../random/seeded-random.ts';
import type { Change, Payment, Refund } from './payment.ts';
import type { PaymentOutcome } from './payment-outcome.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** A webhook to send. A forged one is signed with a secret that neither side knows. */
export interface ScheduledWebhook {
  readonly at: Instant;
  readonly event: string;
  readonly body: string;
  readonly forged: boolean;
}

export interface Timeline {
  /** The requested payment, and a second one if the customer paid again. */
  readonly payments: readonly Payment[];
  readonly webhooks: readonly ScheduledWebhook[];
}

export interface RequestedPayment {
  readonly reference: string;
  readonly minor: bigint;
  readonly currency: string;
  readonly operator: string;
  readonly phone: string;
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
    payments.push(makePayment(random, requested, at, { changes: [{ at, status: 'succeeded' }], paidAt: at }, 2));
  }
  if (outcome.name === 'refunded' || outcome.name === 'reversed') {
    const kind = outcome.name === 'refunded' ? 'refund' : 'reversal';
    const at = first.paidAt! + random.between(1, 3) * HOUR;
    first.refunds.push({ id: `RF-${first.id}`, kind, minor: first.minor, at });
  }
  const webhooks = payments.flatMap((payment) => webhooksOf(payment, outcome, random));
  return { payments, webhooks: [...webhooks, ...forgedWebhooks(first, outcome)] };
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
  return {
    ...requested,
    id,
    requestId: `RQ${digits()}`,
    operatorId: `OP${digits()}`,
    createdAt,
    ...times,
    refunds: [],
  };
}

/** The webhooks of a payment, after its faults. */
function webhooksOf(payment: Payment, outcome: PaymentOutcome, random: Random): ScheduledWebhook[] {
  const { paidAt, changes } = payment;
  const end = changes.at(-1)!;
  const post = (event: string, at: Instant, occurred = at): ScheduledWebhook => {
    return { at: at + 2 * SECOND, event, body: bodyOf(payment, event, occurred), forged: false };
  };
  const webhooks: ScheduledWebhook[] = [];
  if (paidAt === null) webhooks.push(post(`payment.${end.status}`, end.at));
  else if (outcome.contradiction === 'failed-settled') webhooks.push(post('payment.failed', paidAt));
  else if (outcome.contradiction === 'failed-then-paid') {
    webhooks.push(post('payment.failed', paidAt), post('payment.success', paidAt + 5 * MINUTE));
  } else if (!outcome.lost) webhooks.push(post('payment.success', paidAt));
  if (outcome.late) delay(webhooks, random.between(1, 5) * HOUR);
  if (outcome.reordered) {
    const last = webhooks.at(-1)?.at ?? end.at;
    webhooks.push(post('payment.pending', last + 3 * MINUTE, payment.createdAt));
  }
  if (outcome.repeated) webhooks.push(...repeats(webhooks, random));
  for (const refund of payment.refunds) webhooks.push(refundWebhook(payment, refund));
  return webhooks;
}

function delay(webhooks: ScheduledWebhook[], millis: number): void {
  webhooks.forEach((webhook, at) => {
    webhooks[at] = { ...webhook, at: webhook.at + millis };
  });
}

function repeats(webhooks: readonly ScheduledWebhook[], random: Random): ScheduledWebhook[] {
  return webhooks.flatMap((webhook) =>
    Array.from({ length: random.between(1, 4) }, () => ({ ...webhook, at: webhook.at + random.below(3) * 2 * MINUTE })),
  );
}

/** Webhooks of a success that did not happen: for this payment, and for one that was never requested. */
function forgedWebhooks(payment: Payment, outcome: PaymentOutcome): ScheduledWebhook[] {
  if (!outcome.forged) return [];
  const at = payment.createdAt + 10 * SECOND;
  return [payment, { ...payment, reference: `FORGED-${payment.reference}`, id: `FORGED-${payment.id}` }].map((one) => {
    const body = bodyOf({ ...one, id: `X${one.id}` }, 'payment.success', at);
    return { at, event: 'payment.success', body, forged: true };
  });
}

export function refundWebhook(payment: Payment, refund: Refund): ScheduledWebhook {
  const event = refund.kind === 'refund' ? 'refund.success' : 'payment.reversed';
  const { reference, id: original, currency } = payment;
  const at = formatInstant(refund.at);
  const data = {
    transaction_reference: reference,
    transaction_id: refund.id,
    original_transaction_id: original,
    amount: formatMinor(refund.minor, currency),
    currency,
    status: 'success',
    completed_at: at,
  };
  return {
    at: refund.at + 2 * SECOND,
    event,
    body: JSON.stringify({ id: `ev-${refund.id}`, event, created_at: at, data }),
    forged: false,
  };
}

function bodyOf(payment: Payment, event: string, occurred: Instant): string {
  const at = formatInstant(occurred);
  const data = {
    transaction_reference: payment.reference,
    transaction_id: payment.id,
    request_id: payment.requestId,
    operator_transaction_id: payment.operatorId,
    amount: formatMinor(payment.minor, payment.currency),
    currency: payment.currency,
    status: event.split('.')[1],
    operator: payment.operator,
    msisdn: payment.phone,
    completed_at: at,
  };
  return JSON.stringify({ id: `ev-${payment.id}-${event}`, event, created_at: at, data });
}
