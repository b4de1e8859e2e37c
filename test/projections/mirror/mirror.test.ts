// A ledger is mirrored completely and once: however often it restarts, wherever it was interrupted.
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { entryId } from '../../../src/domain/entry.ts';
import { type LogReader, openReader } from '../../../src/log/log-reader.ts';
import { eventIdOf, Mirror, type MirrorOptions, streamOf } from '../../../src/projections/mirror/mirror.ts';
import type { MirrorEvent } from '../../../src/projections/mirror/mirror-store.ts';
import type { LiveLedger as LedgerPort } from '../../../src/service/ledger/live-ledger.ts';
import { order, paid, withLiveLedger } from '../../service/ledger/given-live-ledger.ts';
import { MemoryMirrorStore } from './memory-store.ts';

/** Fails after this many writes, which are kept: like a process that is killed there. */
class BrokenOff extends MemoryMirrorStore {
  left = Number.POSITIVE_INFINITY;
  forgets = false;

  override async append(stream: string, revision: bigint, events: readonly MirrorEvent[]): Promise<void> {
    if (this.left-- <= 0) throw new Error('broken off');
    await super.append(stream, revision, events);
  }

  override async loadPosition(name: string): Promise<string | undefined> {
    return this.forgets ? undefined : super.loadPosition(name);
  }

  override async savePosition(name: string, place: string): Promise<void> {
    if (this.left-- <= 0) throw new Error('broken off');
    await super.savePosition(name, place);
  }
}

const withLedger = (work: (given: { ledger: LedgerPort; log: LogReader }) => Promise<void>) =>
  withLiveLedger(async ({ ledger, dir }) => {
    const log = openReader(dir);
    await work({ ledger, log }).finally(() => log.close());
  });

async function fill(ledger: LedgerPort, round: number): Promise<void> {
  const names = Array.from({ length: 8 }, (_, at) => `A-${round}-${at}`);
  await ledger.writer.append(names.map((name) => paid(name)));
  await ledger.loop.catchUp();
  // A payment without an order has no merchant yet; now it gets one, and its entries another stream.
  await ledger.writer.append(names.map((name) => order(name)));
  await ledger.loop.catchUp();
}

const mirrorLedger = (given: MirrorOptions) => new Mirror(given).catchUp();

const idsIn = (store: MemoryMirrorStore) =>
  [...store.streams].map(([stream, events]) => [stream, events.map(({ id }) => id)] as const).sort();

describe('a mirror', () => {
  test('that follows asks the store for the position once, and again after an outage', () =>
    withLedger(async ({ ledger, log }) => {
      const store = new BrokenOff();
      const asked = vi.spyOn(store, 'loadPosition');
      const mirror = new Mirror({ log, store });
      await fill(ledger, 1);
      await mirror.catchUp();
      expect(await mirror.catchUp()).toBe(0);
      await fill(ledger, 2);
      expect(await mirror.catchUp()).toBeGreaterThan(0);
      expect(asked).toHaveBeenCalledTimes(1);
      await fill(ledger, 3);
      store.left = 3;
      await expect(mirror.catchUp()).rejects.toThrowError('broken off');
      store.left = Number.POSITIVE_INFINITY;
      await mirror.catchUp();
      expect(asked).toHaveBeenCalledTimes(2);
      const whole = new MemoryMirrorStore();
      await mirrorLedger({ log, store: whole });
      expect(idsIn(store)).toEqual(idsIn(whole));
    }));

  test('has each entry once, in the stream of its payment, in the order of versions', () =>
    withLedger(async ({ ledger, log }) => {
      await fill(ledger, 1);
      const store = new MemoryMirrorStore();
      const { entries } = await ledger.reader.entriesAfter(null, 1_000);
      expect(await mirrorLedger({ log, store })).toBe(entries.length);
      const expected = new Map<string, string[]>();
      for (const entry of entries) {
        const stream = streamOf(entry);
        const id = eventIdOf(entryId(entry.partition, entry.height, entry.index));
        expected.set(stream, [...(expected.get(stream) ?? []), id]);
      }
      expect(idsIn(store)).toEqual([...expected].sort());
      expect(expected.size).toBe(16);
    }));

  test('is the same after any interruption, and after a repeat from the beginning', () =>
    withLedger(async ({ ledger, log }) => {
      await fill(ledger, 1);
      const whole = new MemoryMirrorStore();
      await mirrorLedger({ log, store: whole });
      await fc.assert(
        fc.asyncProperty(fc.array(fc.nat(30), { maxLength: 6 }), async (breaks) => {
          const store = new BrokenOff();
          for (const left of breaks) {
            store.left = left;
            await mirrorLedger({ log, store }).catch((error) => expect(error.message).toBe('broken off'));
          }
          store.left = Number.POSITIVE_INFINITY;
          await mirrorLedger({ log, store });
          expect(idsIn(store)).toEqual(idsIn(whole));
          store.forgets = true;
          await mirrorLedger({ log, store });
          expect(idsIn(store)).toEqual(idsIn(whole));
        }),
        { numRuns: 40 },
      );
    }));

  test('continues with new entries', () =>
    withLedger(async ({ ledger, log }) => {
      const store = new MemoryMirrorStore();
      await fill(ledger, 1);
      const first = await mirrorLedger({ log, store });
      expect(await mirrorLedger({ log, store })).toBe(0);
      await fill(ledger, 2);
      expect(await mirrorLedger({ log, store })).toBe(first);
    }));

  test('of another ledger is refused', () =>
    withLedger(async (one) =>
      withLedger(async (two) => {
        const store = new MemoryMirrorStore();
        await fill(one.ledger, 1);
        await fill(two.ledger, 2);
        await mirrorLedger({ log: one.log, store });
        const other = mirrorLedger({ log: two.log, store });
        await expect(other).rejects.toMatchObject({ code: 'HESABU_MIRROR_CONFLICT' });
      }),
    ));

  test('of a ledger with other partitions is refused', () =>
    withLedger(async ({ ledger, log }) => {
      const store = new MemoryMirrorStore();
      await fill(ledger, 1);
      await store.savePosition('hesabu-mirror', JSON.stringify({ cursor: '0.0', blocks: [null] }));
      await expect(mirrorLedger({ log, store })).rejects.toMatchObject({ code: 'HESABU_MIRROR_CONFLICT' });
    }));

  test('whose stream has a foreign event is refused', () =>
    withLedger(async ({ ledger, log }) => {
      const store = new MemoryMirrorStore();
      await fill(ledger, 1);
      const [entry] = (await ledger.reader.entriesAfter(null, 1)).entries;
      const event = { id: '00000000-0000-4000-8000-000000000000', type: 'other', data: { version: entry!.version } };
      await store.append(streamOf(entry!), -1n, [event]);
      await expect(mirrorLedger({ log, store })).rejects.toMatchObject({ code: 'HESABU_MIRROR_CONFLICT' });
    }));
});

test('two payments never share a stream', () => {
  const text = fc.string({ minLength: 0, maxLength: 12, unit: fc.constantFrom('a', '-', '%', '2', 'D', '/', '商') });
  fc.assert(
    fc.property(text, text, text, text, (merchant, key, merchant2, key2) => {
      const isSame = merchant === merchant2 && key === key2;
      expect(streamOf({ merchant, key }) === streamOf({ merchant: merchant2, key: key2 })).toBe(isSame);
    }),
  );
});

test('the id of an event is a UUID of version 5, and always the same', () => {
  expect(eventIdOf('0-0-0')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(eventIdOf('0-0-0')).toBe(eventIdOf('0-0-0'));
  expect(eventIdOf('0-0-1')).not.toBe(eventIdOf('0-0-0'));
});
