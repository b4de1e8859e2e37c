// Each fault of the sandbox alone does what its sentence says; without faults none of it happens.
import { describe, expect, test } from 'vitest';
import {
  FAULT_NAMES,
  type FaultName,
  type Faults,
  faultSentence,
  parseFaults,
} from '../../../src/simulation/gateway/faults.ts';
import type { Payment } from '../../../src/simulation/gateway/payment.ts';
import { type PaymentOutcome, paymentOutcomeOf } from '../../../src/simulation/gateway/payment-outcome.ts';
import { paymentTimeline, type ScheduledEvent } from '../../../src/simulation/gateway/payment-timeline.ts';
import { feeOf, linesOf, reportAt } from '../../../src/simulation/gateway/settlement.ts';

const NOW = Date.parse('2026-06-01T06:00:00Z');
const HOUR = 3_600_000;
const SEED = 5;
const REFERENCES = Array.from({ length: 400 }, (_, nth) => `A-${nth}`);

interface PaymentTimeline {
  readonly outcome: PaymentOutcome;
  readonly payments: readonly Payment[];
  readonly events: readonly ScheduledEvent[];
}

function timeline(reference: string, faults: Faults, seed = SEED): PaymentTimeline {
  const outcome = paymentOutcomeOf(seed, reference, faults);
  const requested = { reference, minor: 150_000n, currency: 'KES', operator: 'airtel-ke', phone: '+254712345678' };
  return { outcome, ...paymentTimeline(seed, requested, outcome, NOW) };
}

const DATES = Array.from({ length: 40 }, (_, day) => new Date(NOW + day * 24 * HOUR).toISOString().slice(0, 10));
const LINES = Array.from({ length: 8 }, (_, nth) => ({ id: `L-${nth}` })) as unknown as Parameters<typeof reportAt>[0];
/** The morning and the evening after a day, in Nairobi. */
const morning = (date: string) => Date.parse(`${date}T00:00:00+03:00`) + 31 * HOUR;

/** The visible effect of a fault: how many of the payments or days have it. */
const SEEN: Partial<Record<FaultName, (timelines: readonly PaymentTimeline[], faults: Faults) => number>> = {
  lost: (timelines) =>
    timelines.filter(({ payments, events }) => payments.some((one) => isPaid(one) && !isReported(one, events))).length,
  late: (timelines) => timelines.filter(({ events }) => events.some(isLate)).length,
  repeated: (timelines) => timelines.filter(({ events }) => new Set(events.map(nameOf)).size < events.length).length,
  reordered: (timelines) => timelines.filter(({ events }) => events.some(({ kind }) => kind === 'pending')).length,
  forged: (timelines) => timelines.filter(({ events }) => events.some(({ forged }) => forged)).length,
  contradicting: (timelines) =>
    timelines.filter(({ payments, events }) => isPaid(payments[0]!) && events.some(({ kind }) => kind === 'failed'))
      .length,
  fees: (timelines, faults) =>
    linesOfAll(timelines, faults).filter(({ fee, refund }) => refund === null && fee !== 2_250n).length,
  lines: (timelines, faults) => {
    const lines = linesOfAll(timelines, faults).filter(({ refund }) => refund === null);
    const paid = timelines.flatMap(({ payments }) => payments.filter(isPaid));
    const missing = paid.filter(({ id }) => !lines.some(({ payment }) => payment.id === id)).length;
    const doubled = lines.length - new Set(lines.map(({ payment }) => payment.id)).size;
    const wrong = lines.filter(({ gross }) => gross !== 150_000n).length;
    return Math.min(missing, doubled, wrong);
  },
  delayed: (_timelines, faults) =>
    DATES.filter((date) => reportAt(LINES, date, morning(date), SEED, faults) === undefined).length,
  grown: (_timelines, faults) =>
    DATES.filter((date) => (reportAt(LINES, date, morning(date), SEED, faults)?.length ?? LINES.length) < LINES.length)
      .length,
};

const isPaid = ({ paidAt }: Payment) => paidAt !== null;
const nameOf = ({ kind, payment, refund }: ScheduledEvent) => `${kind} ${payment.id} ${refund?.id}`;
const isReported = ({ id }: Payment, events: readonly ScheduledEvent[]) =>
  events.some(({ payment, forged, kind }) => !forged && kind === 'succeeded' && payment.id === id);
function isLate({ toldAt, forged, kind, payment: { paidAt } }: ScheduledEvent): boolean {
  return !forged && kind === 'succeeded' && paidAt !== null && toldAt >= paidAt + HOUR;
}

function linesOfAll(timelines: readonly PaymentTimeline[], faults: Faults) {
  const payments = timelines.flatMap((one) => one.payments);
  return ['2026-06-01', '2026-06-02'].flatMap((date) =>
    linesOf(payments, date, (name) => paymentOutcomeOf(SEED, name, faults)),
  );
}

describe('a fault alone', () => {
  const plain = REFERENCES.map((reference) => timeline(reference, new Set()));
  test.each(Object.entries(SEEN))('%s is seen, and is not without it', (name, count) => {
    const faults = parseFaults(name);
    const timelines = REFERENCES.map((reference) => timeline(reference, faults));
    expect(count(plain, new Set())).toBe(0);
    expect(count(timelines, faults)).toBeGreaterThan(0);
    for (const [other, countOther] of Object.entries(SEEN)) {
      // A payment that failed first and was paid later is reported later than others.
      if (other !== name && !(name === 'contradicting' && other === 'lost'))
        expect([other, countOther(timelines, faults)]).toEqual([other, 0]);
    }
  });

  test('changes no other payment', () => {
    for (const name of FAULT_NAMES) {
      const faults = parseFaults(name);
      for (const { outcome } of plain) expect(outcome).toEqual({ ...outcome, lost: false, line: null });
      const names = REFERENCES.map((reference) => paymentOutcomeOf(SEED, reference, faults).name);
      expect(names).toEqual(plain.map(({ outcome }) => outcome.name));
    }
  });

  test('has a sentence in both languages', () => {
    for (const name of FAULT_NAMES) {
      expect(faultSentence(name, 'en').length).toBeGreaterThan(10);
      expect(faultSentence(name, 'zh-CN')).toMatch(/\p{Script=Han}/u);
    }
  });
});

describe('the same seed', () => {
  test('gives the same timeline, and another seed another one', () => {
    const all = new Set(FAULT_NAMES);
    const timelinesOf = (seed: number) => REFERENCES.map((reference) => timeline(reference, all, seed));
    expect(timelinesOf(1)).toEqual(timelinesOf(1));
    expect(timelinesOf(1)).not.toEqual(timelinesOf(2));
  });

  test('gives every outcome to some payment', () => {
    const names = new Set(REFERENCES.map((reference) => paymentOutcomeOf(SEED, reference, new Set()).name));
    expect([...names].sort()).toEqual(
      ['abandoned', 'failed', 'hours', 'paid', 'refunded', 'reversed', 'twice', 'unclear'].sort(),
    );
  });
});

describe('a payment', () => {
  test('has at most one fault that a reconciliation must find', () => {
    const all = new Set(FAULT_NAMES);
    for (let nth = 0; nth < 3_000; nth++) {
      const { name, contradiction, wrongFee, line } = paymentOutcomeOf(SEED, `B-${nth}`, all);
      const found = [name === 'twice', contradiction !== null, wrongFee, line !== null];
      expect(found.filter(Boolean).length).toBeLessThanOrEqual(1);
    }
  });

  test.each([
    [150_000n, 'KES', 2_250n],
    [100n, 'UGX', 2n],
    [33n, 'UGX', 0n],
    [34n, 'UGX', 1n],
    [1n, 'KES', 0n],
    [10_001n, 'TND', 150n],
  ])('of %i minor units of %s costs %i, rounded half up', (minor, currency, fee) => {
    expect(feeOf(minor, currency)).toBe(fee);
  });
});
