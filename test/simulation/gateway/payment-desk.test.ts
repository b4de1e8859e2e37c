// What a network does behind its interface, whichever network it is.

import { describe, expect, test } from 'vitest';
import { parseFaults } from '../../../src/simulation/gateway/faults.ts';
import { PaymentDesk } from '../../../src/simulation/gateway/payment-desk.ts';
import { paymentOutcomeOf, type ToldOtherwise } from '../../../src/simulation/gateway/payment-outcome.ts';
import type { ScheduledEvent } from '../../../src/simulation/gateway/payment-timeline.ts';
import { sandboxRules, truthOf } from '../../../src/simulation/gateway/truth.ts';
import { ManualClock } from '../../producers/poller/manual-clock.ts';

const NOW = Date.parse('2026-06-01T06:00:00Z');
const SEED = 5;
const HOUR = 3_600_000;
const FAULTS = parseFaults('all');
const outcomeOf = (reference: string) => paymentOutcomeOf(SEED, reference, FAULTS);
const REFERENCES = Array.from({ length: 300 }, (_, nth) => `A-${nth}`);

function givenDesk() {
  const clock = new ManualClock(NOW);
  const told: ScheduledEvent[] = [];
  const desk = new PaymentDesk({
    ...{ clock, seed: SEED, faults: FAULTS, outcomeOf, secret: () => '' },
    onEvents: (events) => told.push(...events),
    onMessage: () => {},
  });
  const start = (reference: string) =>
    desk.start({ reference, minor: 150_000n, currency: 'KES', operator: 'stk', phone: '+254712345678' });
  return { clock, desk, told, start };
}

const rules = sandboxRules({ name: 'p', currencies: ['KES'] });

describe('a payer whom a network asks a second time for one payment', () => {
  test.each(['paid', 'twice', 'failed'])('declines, where the first ends as %s, and the truth stays', (name) => {
    const { clock, desk, told, start } = givenDesk();
    const reference = REFERENCES.find((one) => outcomeOf(one).name === name)!;
    const first = start(reference);
    const before = desk.references.get(reference)!.map(({ id }) => id);
    const truth = () =>
      truthOf(desk.references, {
        ...{ seed: SEED, faults: FAULTS, outcomeOf, rules, now: clock.now() },
      }).references[reference]!.expected;
    const expected = truth();
    clock.advance(60_000);
    const second = start(reference);
    const third = start(reference);
    expect(new Set([...before, second.id, third.id]).size).toBe(before.length + 2);
    expect(new Set([first.requestId, second.requestId, third.requestId]).size).toBe(3);
    for (const declined of [second, third]) {
      expect([declined.paidAt, declined.changes.at(-1)!.status]).toEqual([null, 'failed']);
      expect(told.filter(({ payment }) => payment === declined).map(({ kind }) => kind)).toEqual(['failed']);
      expect(declined.changes.at(-1)!.at).toBeLessThan(clock.now() + HOUR);
    }
    expect(truth()).toEqual(expected);
  });
});

describe('a fault that a network tells of in another way', () => {
  const expectedOf = (toldOtherwise?: ToldOtherwise) => {
    const { desk, clock, start } = givenDesk();
    for (const reference of REFERENCES) start(reference);
    const now = clock.now();
    const context = { seed: SEED, faults: FAULTS, outcomeOf, rules, now };
    const { references } = truthOf(desk.references, { ...context, toldOtherwise });
    return (fits: (reference: string) => boolean) =>
      new Set(REFERENCES.filter(fits).map((one) => references[one]!.expected.reasons.join()));
  };
  const isDoubled = (reference: string) => outcomeOf(reference).line === 'doubled';
  const isSettled = (reference: string) => outcomeOf(reference).contradiction === 'failed-settled';

  test('ends with the break that is told there, or with none; the others as everywhere', () => {
    const usual = expectedOf();
    expect([usual(isDoubled), usual(isSettled)]).toEqual([
      new Set(['DUPLICATE_SETTLEMENT']),
      new Set(['SETTLED_NOT_PAID']),
    ]);
    const otherwise = expectedOf({ doubled: 'DUPLICATE_PAYMENT', 'failed-settled': null });
    expect([otherwise(isDoubled), otherwise(isSettled)]).toEqual([new Set(['DUPLICATE_PAYMENT']), new Set([''])]);
    const others = (reference: string) => !isDoubled(reference) && !isSettled(reference);
    expect(otherwise(others)).toEqual(usual(others));
  });
});
