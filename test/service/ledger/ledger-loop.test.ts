// When the rounds of a live ledger begin. Nothing here measures time: rounds of their own come once an hour.

import { expect, test, vi } from 'vitest';
import { EmbeddedLedger } from '../../../src/engine/embedded-ledger.ts';
import { NOON, order, type Running, withLiveLedger } from './given-live-ledger.ts';

const HOUR = 3_600_000;

/** A ledger that has begun, with the number of its rounds from then on. */
const counted = (work: (running: Running, rounds: () => number) => Promise<void>) =>
  withLiveLedger(
    async (running) => {
      const { ledger } = running;
      await ledger.writer.append([order('A-0')]);
      await ledger.loop.catchUp('at once');
      const advanced = vi.spyOn(ledger.reconciler.ledger, 'advance');
      await work(running, () => advanced.mock.calls.length);
    },
    { reconcileEveryMillis: () => HOUR },
  );

test('who waits for what was read already waits for no round', () =>
  counted(async ({ ledger }, rounds) => {
    await ledger.loop.catchUp();
    await ledger.loop.catchUp('at once');
    expect(rounds()).toBe(0);
  }));

test('a round at once reads for all who wait, and what was written past the writer', () =>
  counted(async ({ ledger }, rounds) => {
    await ledger.writer.append([order('A-1')]);
    const patient = ledger.loop.catchUp();
    await ledger.writer.append([order('A-2')]);
    await ledger.loop.catchUp('at once');
    await patient;
    expect(rounds()).toBe(1);
    expect(await ledger.reader.findKey('A-2')).toBeDefined();
  }));

test('time that has passed is a reason for a round', () =>
  counted(async ({ ledger, clock }, rounds) => {
    clock.at = NOON + 48 * HOUR;
    await ledger.loop.catchUp('at once');
    expect(rounds()).toBe(1);
    const [entry] = (await ledger.reader.entriesAfter(null, 10)).entries;
    expect([entry?.key, entry?.finding.reason]).toEqual(['A-0', 'ORDER_EXPIRED']);
  }));

test('who asks while a round takes new rules over waits for one that began after', () =>
  counted(async ({ ledger }, rounds) => {
    const [begun, goOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const { ledger: inner } = ledger.reconciler;
    const advance = EmbeddedLedger.prototype.advance.bind(inner);
    vi.mocked(inner.advance).mockImplementation(async (asOf, rules) => {
      begun.resolve();
      await goOn.promise;
      await advance(asOf, rules);
    });
    ledger.loop.rules = { ...ledger.loop.rules, grace: { ...ledger.loop.rules.grace, order: 'PT1H' } };
    const first = ledger.loop.catchUp('at once');
    await begun.promise;
    const waited = vi.fn();
    const second = ledger.loop.catchUp('at once').then(waited);
    await new Promise((resolve) => setImmediate(resolve));
    const isEarly = waited.mock.calls.length > 0;
    goOn.resolve();
    expect(isEarly).toBe(false);
    await Promise.all([first, second]);
    expect(rounds()).toBe(2);
  }));
