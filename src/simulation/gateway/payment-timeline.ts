// A payment's story out of its fate: how it changes, and which webhooks are sent of it when.

import { formatMinor } from '../../domain/money.ts';
import { formatInstant, type Instant } from '../../domain/time.ts';
import type { Random } from '../random/prng.ts';
import { diceFor } from '../random/seeded-random.ts';
import type { Change, Payment, Refund } from './payment.ts';
import type { Fate } from './payment-outcome.ts';

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

export interface Story {
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

export function tellStory(seed: number, asked: Asked, fate: Fate, now: Instant): Story {
  const dice = diceFor(seed, 'story', asked.reference);
  const first = makePayment(dice, asked, now, timesOf(fate, dice, now), 1);
  const payments = [first];
  if (fate.name === 'twice') {
    const at = first.paidAt! + dice.between(5, 30) * MINUTE;
    payments.push(makePayment(dice, asked, at, { changes: [{ at, status: 'succeeded' }], paidAt: at }, 2));
  }
  if (fate.name === 'refunded' || fate.name === 'reversed') {
    const kind = fate.name === 'refunded' ? 'refund' : 'reversal';
    const at = first.paidAt! + dice.between(1, 3) * HOUR;
    first.refunds.push({ id: `RF-${first.id}`, kind, minor: first.minor, at });
  }
  const postings = payments.flatMap((payment) => postingsOf(payment, fate, dice));
  return { payments, postings: [...postings, ...forgeriesOf(first, fate)] };
}

type Times = Pick<Payment, 'changes' | 'paidAt'>;

function timesOf(fate: Fate, dice: Random, now: Instant): Times {
  const pending: Change = { at: now, status: 'pending' };
  const soon = now + dice.between(20, 240) * SECOND;
  const later = now + dice.between(60, 300) * MINUTE;
  const paid = (at: Instant): Times => ({ changes: [pending, { at, status: 'succeeded' }], paidAt: at });
  switch (fate.name) {
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
      if (fate.contradiction === 'failed-settled') {
        return { changes: [pending, { at: soon, status: 'failed' }], paidAt: soon };
      }
      return paid(soon);
  }
}

function makePayment(dice: Random, asked: Asked, createdAt: Instant, times: Times, nth: number): Payment {
  const digits = () => String(dice.below(1_000_000_000)).padStart(9, '0');
  const id = `TX${digits()}${nth}`;
  return { ...asked, id, requestId: `RQ${digits()}`, operatorId: `OP${digits()}`, createdAt, ...times, refunds: [] };
}

/** The webhooks of a payment, with what befalls them. */
function postingsOf(payment: Payment, fate: Fate, dice: Random): Posting[] {
  const { paidAt, changes } = payment;
  const end = changes.at(-1)!;
  const post = (event: string, at: Instant, occurred = at): Posting => {
    return { at: at + 2 * SECOND, event, body: bodyOf(payment, event, occurred), forged: false };
  };
  const postings: Posting[] = [];
  if (paidAt === null) postings.push(post(`payment.${end.status}`, end.at));
  else if (fate.contradiction === 'failed-settled') postings.push(post('payment.failed', paidAt));
  else if (fate.contradiction === 'failed-then-paid') {
    postings.push(post('payment.failed', paidAt), post('payment.success', paidAt + 5 * MINUTE));
  } else if (!fate.lost) postings.push(post('payment.success', paidAt));
  if (fate.late) delay(postings, dice.between(1, 5) * HOUR);
  if (fate.reordered) {
    const last = postings.at(-1)?.at ?? end.at;
    postings.push(post('payment.pending', last + 3 * MINUTE, payment.createdAt));
  }
  if (fate.repeated) postings.push(...repeats(postings, dice));
  for (const refund of payment.refunds) postings.push(refundPosting(payment, refund));
  return postings;
}

function delay(postings: Posting[], millis: number): void {
  postings.forEach((posting, at) => {
    postings[at] = { ...posting, at: posting.at + millis };
  });
}

function repeats(postings: readonly Posting[], dice: Random): Posting[] {
  return postings.flatMap((posting) =>
    Array.from({ length: dice.between(1, 4) }, () => ({ ...posting, at: posting.at + dice.below(3) * 2 * MINUTE })),
  );
}

/** Of a success that never was: for this payment, and for one that nobody asked for. */
function forgeriesOf(payment: Payment, fate: Fate): Posting[] {
  if (!fate.forged) return [];
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
