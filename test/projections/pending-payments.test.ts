// Which keys are worth asking the gateway about.
import { describe, expect, test } from 'vitest';
import type { Fact, PaymentStatus } from '../../src/domain/fact.ts';
import { compileRules, DEFAULT_RULES } from '../../src/matching/rules.ts';
import { isAwaited as awaitedOf } from '../../src/projections/pending-payments.ts';
import { factOf, order, paid } from '../service/ledger/given-live-ledger.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const PLACED = Date.parse('2026-06-01T11:00:00Z');
const rules = compileRules(DEFAULT_RULES);

const polled = (status: PaymentStatus | string, more: object = {}): Fact =>
  factOf('polls', {
    transaction_reference: 'SHOP-1',
    transaction_id: 'P-SHOP-1',
    status,
    amount: '1000.00',
    currency: 'KES',
    updated_at: '2026-06-01T11:05:00Z',
    ...more,
  });

const failed = (): Fact =>
  factOf('callbacks', {
    id: 'ev-failed',
    event: 'payment.failed',
    created_at: '2026-06-01T11:06:00Z',
    data: { transaction_reference: 'SHOP-1', transaction_id: 'P-SHOP-1', completed_at: '2026-06-01T11:06:00Z' },
  });

const line = (): Fact =>
  factOf('settlements', {
    transaction_reference: 'SHOP-1',
    transaction_id: 'P-SHOP-1',
    type: 'payment',
    amount_received: '1000.00',
    currency: 'KES',
    settlement_date: '2026-06-02',
  });

/** Checked once, a minute after the order was placed, unless stated otherwise. */
const isAwaited = (facts: readonly Fact[], age = HOUR, askedAt: number | null = MINUTE) =>
  awaitedOf(facts, rules, PLACED + age, askedAt === null ? null : PLACED + askedAt).isAwaited;

describe('a payment is awaited', () => {
  test.each<[string, Fact[], number]>([
    ['while its open order has no report', [order('SHOP-1')], HOUR],
    ['while it is only initiated', [order('SHOP-1'), polled('initiated')], HOUR],
    ['while it is pending', [order('SHOP-1'), polled('pending')], HOUR],
    ['while it is inconclusive, whatever the age', [order('SHOP-1'), polled('MR102')], 1000 * HOUR],
    ['while an attempt is open, though the order expired', [order('SHOP-1'), polled('pending')], 30 * HOUR],
    ['while an attempt without an order is open', [polled('pending')], HOUR],
    ['while the shop counts it as paid and no money came', [order('SHOP-1', { status: 'paid' })], 90 * HOUR],
    ['while the shop counts it as paid and it failed', [order('SHOP-1', { status: 'fulfilled' }), failed()], HOUR],
    [
      'while a second attempt is open beside one that succeeded',
      [order('SHOP-1'), paid('SHOP-1'), polled('pending', { transaction_id: 'P-2' })],
      HOUR,
    ],
  ])('%s', (_, facts, age) => {
    expect(isAwaited(facts, age)).toBe(true);
  });
});

describe('a payment is not awaited', () => {
  test.each<[string, Fact[], number]>([
    ['if nothing is known', [], HOUR],
    ['once it succeeded', [order('SHOP-1'), polled('initiated'), paid('SHOP-1')], HOUR],
    ['once it failed', [order('SHOP-1'), polled('initiated'), failed()], HOUR],
    ['once it was settled', [order('SHOP-1', { status: 'paid' }), line()], HOUR],
    ['of a part, which is paid as a whole', [order('SHOP-1', { parent: 'W-1' })], HOUR],
    ['once it was reversed', [order('SHOP-1'), polled('reversed')], HOUR],
    [
      'once its order was cancelled without an attempt to pay',
      [order('SHOP-1', { status: 'cancelled', status_at: '2026-06-01T11:01:00Z' })],
      HOUR,
    ],
  ])('%s', (_, facts, age) => {
    expect(isAwaited(facts, age)).toBe(false);
  });
});

describe('an order that expired without money', () => {
  const lastLook = PLACED + 24 * HOUR + MINUTE;

  test.each<[string, Fact[]]>([
    ['without any report', [order('SHOP-1')]],
    ['whose attempts failed', [order('SHOP-1'), failed()]],
  ])('%s is checked once more, a minute later', (_, facts) => {
    expect(awaitedOf(facts, rules, PLACED + HOUR, null).lastLook).toBe(lastLook);
    expect(isAwaited(facts, 24 * HOUR)).toBe(false);
    expect(isAwaited(facts, 24 * HOUR + MINUTE)).toBe(true);
    expect(isAwaited(facts, 90 * HOUR, null)).toBe(true);
    expect(isAwaited(facts, 90 * HOUR, 24 * HOUR + MINUTE)).toBe(false);
  });

  test.each<[string, Fact[]]>([
    ['money came', [order('SHOP-1'), paid('SHOP-1')]],
    ['it never expires', [order('SHOP-1', { status: 'paid' })]],
    ['it was cancelled', [order('SHOP-1', { status: 'cancelled', status_at: '2026-06-01T11:01:00Z' })]],
    ['there is none', [polled('pending')]],
  ])('is not awaited if %s', (_, facts) => {
    expect(awaitedOf(facts, rules, PLACED + HOUR, null).lastLook).toBe(null);
  });
});
