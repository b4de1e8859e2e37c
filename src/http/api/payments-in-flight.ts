// Whether another payment of an order may still succeed: then a new one could make the customer pay twice.

import { HesabuError } from '../../domain/errors.ts';
import { OPEN_STATUSES, type PaymentStatus } from '../../domain/fact.ts';
import { idOfName } from '../../domain/key.ts';
import { formatInstant, type Instant, latest } from '../../domain/time.ts';
import { isUnsigned } from '../../matching/evidence.ts';
import type { Payment } from '../../matching/payments.ts';
import type { AskedPayment } from './asked-money.ts';
import type { KnownOrder } from './known-order.ts';

/** Longer than a prompt waits on a phone, and longer than the first polls take to learn its result. */
const OPEN_MILLIS = 10 * 60_000;

/** Statuses that only another status ends, however long it takes. */
const LASTING: ReadonlySet<PaymentStatus | null> = new Set(['inconclusive', 'authorised']);

interface UnderWay {
  readonly found: string;
  /** When it no longer blocks a new payment; infinite if only a final status ends it. */
  readonly until: Instant;
}

/**
 * Throws HESABU_PAYMENT_UNDER_WAY if `most` attempts under other keys are in flight. `asked` has all attempts of the
 * order. The gateway treats a repeated request under this key as the same attempt.
 */
export function demandFewerUnderWay(
  most: number,
  { reference, about }: KnownOrder,
  asked: readonly AskedPayment[],
  key: string,
  now: Instant,
): void {
  const own = asked.find((payment) => payment.key === key);
  if (own !== undefined && own.transaction_id !== null) return;
  const others = asked.filter((payment) => payment.key !== key);
  const isOthers = ({ ids }: Payment) =>
    ids.some((name) => others.some(({ transaction_id: id }) => id === idOfName(name)));
  const underWay = [
    ...about.payments.filter((payment) => own === undefined || isOthers(payment)).map((one) => inFlight(one, now)),
    ...others.filter(({ transaction_id: id }) => id === null).map(unanswered),
  ];
  const blocking = underWay
    .filter((one): one is UnderWay => one !== null && one.until > now)
    .sort((left, right) => left.until - right.until);
  // Once this one has ended, fewer than `most` are left.
  const last = blocking.at(-most);
  if (blocking.length < most || last === undefined) return;
  const wait = Number.isFinite(last.until) ? `, or a wait until ${formatInstant(last.until)}` : '';
  const detail =
    most === 1
      ? { expected: `the end of the earlier payment${wait}`, found: last.found }
      : {
          expected: `fewer than ${most} payments in progress, which is limits.prompts${wait}`,
          found: `${blocking.length} payments in progress`,
          remedy: 'Wait for the end of one of them: each is a prompt on the phone of the customer.',
        };
  throw new HesabuError('HESABU_PAYMENT_UNDER_WAY', { where: reference, ...detail });
}

function inFlight({ name, reportedStatus, succeeded, observations }: Payment, now: Instant): UnderWay | null {
  // An unknown status may also still bring money.
  if (succeeded || (reportedStatus !== null && !OPEN_STATUSES.has(reportedStatus))) return null;
  const since = latest(observations.map(({ occurred_at }) => occurred_at));
  // What nobody signed about a payment that we did not begin may be a stranger's: it stops nobody for long.
  const isLasting = (LASTING.has(reportedStatus) && !observations.every(isUnsigned)) || since === null;
  // A gateway's clock may be ahead of ours.
  const until = isLasting ? Number.POSITIVE_INFINITY : Math.min(since, now) + OPEN_MILLIS;
  return { found: `${name}, with the status ${reportedStatus ?? 'unknown'}`, until };
}

function unanswered({ at }: AskedPayment): UnderWay {
  return { found: 'a payment without an answer yet', until: at + OPEN_MILLIS };
}
