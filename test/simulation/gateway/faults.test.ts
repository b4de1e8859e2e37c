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
import { paymentTimeline, type ScheduledWebhook } from '../../../src/simulation/gateway/payment-timeline.ts';
import { feeOf, linesOf, reportAt } from '../../../src/simulation/gateway/settlement.ts';

const NOW = Date.parse('2026-06-01T06:00:00Z');
const HOUR = 3_600_000;
const SEED = 5;
const REFERENCES = Array.from({ length: 400 }, (_, nth) => `A-${nth}`);

interface PaymentTimeline {
  readonly outcome: PaymentOutcome;
  readonly payments: readonly Payment[];
  readonly webhooks: readonly ScheduledWebhook[];
}

function timeline(reference: string, faults: Faults, seed = SEED): PaymentTimeline {
  const outcome = paymentOutcomeOf(seed, reference, faults);
  const requested = { reference, minor: 150_000n, currency: 'KES', operator: 'airtel-ke', phone: '+254712345678' };
  return { outcome, ...paymentTimeline(seed, requested, outcome, NOW) };
}

const DATES = Array.from({ length: 40 }, (_, day) => new Date(NOW + day * 24 * HOUR).toISOString().slice(0, 10));
const LINES = Array.from({ length: 8 }, (_, nth) => ({ line_id: `L-${nth}` })) as unknown as Parameters<
  typeof reportAt
>[0];
/** The morning and the evening after a day, in Nairobi. */
const morning = (date: string) => Date.parse(`${date}T00:00:00+03:00`) + 31 * HOUR;

/** The visible effect of a fault: how many of the payments or days have it. */
const SEEN: Partial<Record<FaultName, (timelines: readonly PaymentTimeline[], faults: Faults) => number>> = {
  lost: (timelines) =>
    timelines.filter(({ payments, webhooks }) => payments.some((one) => isPaid(one) && !isReported(one, webhooks)))
      .length,
  late: (timelines) =>
    timelines.filter(({ payments, webhooks }) => webhooks.some((one) => isLate(one, payments))).length,
  repeated: (timelines) =>
    timelines.filter(({ webhooks }) => new Set(webhooks.map(({ body }) => body)).size < webhooks.length).length,
  reordered: (timelines) =>
    timelines.filter(({ webhooks }) => webhooks.some(({ event }) => event === 'payment.pending')).length,
  forged: (timelines) => timelines.filter(({ webhooks }) => webhooks.some(({ forged }) => forged)).length,
  contradicting: (timelines) =>
    timelines.filter(
      ({ payments, webhooks }) => isPaid(payments[0]!) && webhooks.some(({ event }) => event === 'payment.failed'),
    ).length,
  fees: (timelines, faults) =>
    linesOfAll(timelines, faults).filter(({ fee_deduction: fee, type }) => type === 'payment' && fee !== '22.50')
      .length,
  lines: (timelines, faults) => {
    const lines = linesOfAll(timelines, faults).filter(({ type }) => type === 'payment');
    const paid = timelines.flatMap(({ payments }) => payments.filter(isPaid));
    const missing = paid.filter(({ id }) => !lines.some(({ transaction_id: other }) => other === id)).length;
    const doubled = lines.length - new Set(lines.map(({ transaction_id: id }) => id)).size;
    const wrong = lines.filter(({ amount_received: amount }) => amount !== '1500.00').length;
    return Math.min(missing, doubled, wrong);
  },
  delayed: (_timelines, faults) =>
    DATES.filter((date) => reportAt(LINES, date, morning(date), SEED, faults) === undefined).length,
  grown: (_timelines, faults) =>
    DATES.filter((date) => (reportAt(LINES, date, morning(date), SEED, faults)?.length ?? LINES.length) < LINES.length)
      .length,
};

const isPaid = ({ paidAt }: Payment) => paidAt !== null;
const isReported = ({ id }: Payment, webhooks: readonly ScheduledWebhook[]) =>
  webhooks.some(({ body, forged, event }) => !forged && event === 'payment.success' && body.includes(`"${id}"`));
function isLate({ at, forged, event, body }: ScheduledWebhook, payments: readonly Payment[]): boolean {
  const paid = payments.find(({ id }) => body.includes(`"${id}"`))?.paidAt ?? null;
  return !forged && event === 'payment.success' && paid !== null && at >= paid + HOUR;
}

function linesOfAll(timelines: readonly PaymentTimeline[], faults: Faults) {
  const payments = timelines.flatMap((one) => one.payments);
  return ['2026-06-01', '2026-06-02'].flatMap((date) => linesOf(payments, date, SEED, faults));
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
