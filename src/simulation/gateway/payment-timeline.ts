// A payment's story out of its fate: how it changes, and which webhooks are sent of it when.

import { formatMinor } from '../../domain/money.ts';
import { formatInstant, type Instant } from '../../domain/time.ts';
import type { Random } from '../random/prng.ts';
import { randomFor } from '../random/seeded-random.ts';
import type { Change, Payment, Refund } from './payment.ts';
import type { PaymentOutcome } from './payment-outcome.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** A webhook that is to be sent. One that is forged is signed with a secret that nobody shares. */
export interface Posting {
  readonly at: Instant;
  readonly event: string;
  readonly body: string;
  readonly forged: boolean;
}

export interface Timeline {
  /** The payment that was asked for, and another where the customer paid again. */
  readonly payments: readonly Payment[];
  readonly postings: readonly Posting[];
}

export interface Asked {
  readonly reference: string;
  readonly minor: bigint;
  readonly currency: string;
  readonly operator: string;
  readonly phone: string;
}

export function tellStory(seed: number, asked: Asked, outcome: PaymentOutcome, now: Instant): Timeline {
  const random = randomFor(seed, 'story', asked.reference);
  const first = makePayment(random, asked, now, timesOf(outcome, random, now), 1);
  const payments = [first];
  if (outcome.name === 'twice') {
    const at = first.paidAt! + random.between(5, 30) * MINUTE;
    payments.push(makePayment(random, asked, at, { changes: [{ at, status: 'succeeded' }], paidAt: at }, 2));
  }
  if (outcome.name === 'refunded' || outcome.name === 'reversed') {
    const kind = outcome.name === 'refunded' ? 'refund' : 'reversal';
    const at = first.paidAt! + random.between(1, 3) * HOUR;
    first.refunds.push({ id: `RF-${first.id}`, kind, minor: first.minor, at });
  }
  const postings = payments.flatMap((payment) => postingsOf(payment, outcome, random));
  return { payments, postings: [...postings, ...forgeriesOf(first, outcome)] };
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
      // The gateway's own books say that it failed, and yet it is settled.
      if (outcome.contradiction === 'failed-settled') {
        return { changes: [pending, { at: soon, status: 'failed' }], paidAt: soon };
      }
      return paid(soon);
  }
}

function makePayment(random: Random, asked: Asked, createdAt: Instant, times: Times, nth: number): Payment {
  const digits = () => String(random.below(1_000_000_000)).padStart(9, '0');
  const id = `TX${digits()}${nth}`;
  return { ...asked, id, requestId: `RQ${digits()}`, operatorId: `OP${digits()}`, createdAt, ...times, refunds: [] };
}

/** The webhooks of a payment, with what befalls them. */
function postingsOf(payment: Payment, outcome: PaymentOutcome, random: Random): Posting[] {
  const { paidAt, changes } = payment;
  const end = changes.at(-1)!;
  const post = (event: string, at: Instant, occurred = at): Posting => {
    return { at: at + 2 * SECOND, event, body: bodyOf(payment, event, occurred), forged: false };
  };
  const postings: Posting[] = [];
  if (paidAt === null) postings.push(post(`payment.${end.status}`, end.at));
  else if (outcome.contradiction === 'failed-settled') postings.push(post('payment.failed', paidAt));
  else if (outcome.contradiction === 'failed-then-paid') {
    postings.push(post('payment.failed', paidAt), post('payment.success', paidAt + 5 * MINUTE));
  } else if (!outcome.lost) postings.push(post('payment.success', paidAt));
  if (outcome.late) delay(postings, random.between(1, 5) * HOUR);
  if (outcome.reordered) {
    const last = postings.at(-1)?.at ?? end.at;
    postings.push(post('payment.pending', last + 3 * MINUTE, payment.createdAt));
  }
  if (outcome.repeated) postings.push(...repeats(postings, random));
  for (const refund of payment.refunds) postings.push(refundPosting(payment, refund));
  return postings;
}

function delay(postings: Posting[], millis: number): void {
  postings.forEach((posting, at) => {
    postings[at] = { ...posting, at: posting.at + millis };
  });
}

function repeats(postings: readonly Posting[], random: Random): Posting[] {
  return postings.flatMap((posting) =>
    Array.from({ length: random.between(1, 4) }, () => ({ ...posting, at: posting.at + random.below(3) * 2 * MINUTE })),
  );
}

/** Of a success that never was: for this payment, and for one that nobody asked for. */
function forgeriesOf(payment: Payment, outcome: PaymentOutcome): Posting[] {
  if (!outcome.forged) return [];
  const at = payment.createdAt + 10 * SECOND;
  return [payment, { ...payment, reference: `FORGED-${payment.reference}`, id: `FORGED-${payment.id}` }].map((one) => {
    const body = bodyOf({ ...one, id: `X${one.id}` }, 'payment.success', at);
    return { at, event: 'payment.success', body, forged: true };
  });
}

export function refundPosting(payment: Payment, refund: Refund): Posting {
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
