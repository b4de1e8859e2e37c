// The payments of a key that has very many, in parts. What was worked out about a part holds until one of its payments
// changes or a deadline passes, so one fact more costs the work on one part, and not on all payments.

import type { Stage } from '../domain/reasons.ts';
import { earlier, type Instant } from '../domain/time.ts';
import { isFinal } from './evidence.ts';
import type { Findings } from './findings.ts';
import { type Gross, grossByCurrency, type Payment } from './payments.ts';

/** From so many payments on, a key's payments are in parts. */
const PAYMENTS_MIN = 500;
/** How many a part has at first, and the most that it grows to. */
const PART_PAYMENTS = 256;
const PART_MAX = 2 * PART_PAYMENTS;

/** What payments say together. */
export interface Sight {
  /** How many brought money, the earliest time that says so, and how much. */
  readonly succeeded: number;
  readonly firstSight: Instant | null;
  readonly gross: readonly Gross[];
  /** Whether a callback or poll reported any of them, and any without its end. */
  readonly isReported: boolean;
  readonly isOpen: boolean;
}

export function sightOf(payments: readonly Payment[]): Sight {
  const money = payments.filter((payment) => payment.succeeded);
  let firstSight: Instant | null = null;
  for (const { seenAt } of money) firstSight = earlier(firstSight, seenAt);
  const attempts = payments.filter((payment) => payment.reportedStatus !== null);
  return {
    succeeded: money.length,
    firstSight,
    gross: grossByCurrency(money),
    isReported: attempts.length > 0,
    isOpen: attempts.some(({ reportedStatus }) => reportedStatus !== null && !isFinal(reportedStatus)),
  };
}

/** What all parts say together. */
export function sightOfParts(parts: readonly PaymentPart[]): Sight {
  const sights = parts.map(({ sight }) => sight);
  const gross: { currency: string; gross: bigint }[] = [];
  for (const sum of sights.flatMap((sight) => sight.gross)) {
    const known = gross.find(({ currency }) => currency === sum.currency);
    if (known === undefined) gross.push({ ...sum });
    else known.gross += sum.gross;
  }
  return {
    succeeded: sights.reduce((count, { succeeded }) => count + succeeded, 0),
    firstSight: sights.reduce<Instant | null>((first, sight) => earlier(first, sight.firstSight), null),
    gross,
    isReported: sights.some((sight) => sight.isReported),
    isOpen: sights.some((sight) => sight.isOpen),
  };
}

/** What settled payments add up to, in the currency of the first. */
export interface LineSums {
  readonly currency: string | null;
  readonly expected: bigint;
  readonly observed: bigint;
  readonly openedAt: Instant | null;
  /** Whether one of them has another currency, or none. */
  readonly isMixed: boolean;
}

type Check = (found: Findings, payment: Payment) => void;

export class PaymentPart {
  readonly payments: readonly Payment[];
  private seen: Sight | undefined;
  private settled: LineSums | null | undefined;
  private readonly known: Partial<Record<Stage, { readonly isPaid: boolean; readonly findings: Findings }>> = {};

  constructor(payments: readonly Payment[]) {
    this.payments = payments;
  }

  get sight(): Sight {
    this.seen ??= sightOf(this.payments);
    return this.seen;
  }

  /** What is settled of the payments, which depends on them alone. */
  lineSums(sum: (payments: readonly Payment[]) => LineSums | null): LineSums | null {
    if (this.settled === undefined) this.settled = sum(this.payments);
    return this.settled;
  }

  /** Adds what a stage's check finds about the payments, which depends on them, on the time and on `isPaid`. */
  check(found: Findings, stage: Stage, isPaid: boolean, check: Check): void {
    const known = this.known[stage];
    const before = known?.isPaid === isPaid ? known.findings : undefined;
    const findings = found.include(before, (own) => {
      for (const payment of this.payments) check(own, payment);
    });
    this.known[stage] = { isPaid, findings };
  }
}

/** The parts of very many payments; null for usual keys. */
export function partsOf(payments: readonly Payment[]): PaymentPart[] | null {
  if (payments.length < PAYMENTS_MIN) return null;
  const parts: PaymentPart[] = [];
  for (let from = 0; from < payments.length; from += PART_PAYMENTS) {
    parts.push(new PaymentPart(payments.slice(from, from + PART_PAYMENTS)));
  }
  return parts;
}

/** The parts with one payment less: the one at this place among all. */
export function withoutPlace(parts: readonly PaymentPart[], place: number): PaymentPart[] {
  const { at, from } = partAt(parts, place);
  const payments = parts[at]!.payments.toSpliced(place - from, 1);
  return parts.toSpliced(at, 1, ...(payments.length === 0 ? [] : [new PaymentPart(payments)]));
}

/** The parts with one payment more, at this place among all. */
export function withPayment(parts: readonly PaymentPart[], place: number, payment: Payment): PaymentPart[] {
  if (parts.length === 0) return [new PaymentPart([payment])];
  const { at, from } = partAt(parts, place);
  const payments = parts[at]!.payments.toSpliced(place - from, 0, payment);
  if (payments.length <= PART_MAX) return parts.with(at, new PaymentPart(payments));
  const [left, right] = [payments.slice(0, PART_PAYMENTS), payments.slice(PART_PAYMENTS)];
  return parts.toSpliced(at, 1, new PaymentPart(left), new PaymentPart(right));
}

/** The part with a place, and how many payments come before it. The place after the last is in the last part. */
function partAt(parts: readonly PaymentPart[], place: number): { readonly at: number; readonly from: number } {
  let from = 0;
  let at = 0;
  for (; at < parts.length - 1 && place >= from + parts[at]!.payments.length; at++) from += parts[at]!.payments.length;
  return { at, from };
}
