// What webhooks that never came would have said: asked at a start and at intervals, by pages, with the position kept.
import { DatabaseSync } from 'node:sqlite';
import pino from 'pino';
import { describe, expect, test } from 'vitest';
import { HesabuError } from '../../../src/domain/errors.ts';
import type { Fact } from '../../../src/domain/fact.ts';
import { GatewayLimited, GatewayRefused } from '../../../src/domain/gateway-errors.ts';
import { type BodyReaders, unread } from '../../../src/producers/bodies/body.ts';
import { GapFiller } from '../../../src/producers/gap-filler/gap-filler.ts';
import type { BodyPage, TimeSpan } from '../../../src/producers/gateway.ts';
import { PageReader } from '../../../src/producers/pages/page-reader.ts';
import type { UnreadReceipt } from '../../../src/producers/webhooks/unread-webhooks.ts';
import { NO_METER } from '../../../src/runtime/meter.ts';
import { ManualClock } from '../poller/manual-clock.ts';
import { HOUR, MINUTE, NOON, observed } from '../poller/world.ts';

const DAY = 24 * HOUR;

class World {
  readonly clock = new ManualClock(NOON);
  readonly database = new DatabaseSync(':memory:');
  readonly asked: (TimeSpan & { cursor: string | null; at: number })[] = [];
  readonly facts: Fact[] = [];
  readonly listed: UnreadReceipt[] = [];
  readonly faults: string[] = [];
  answer: (cursor: string | null) => BodyPage = () => page([]);
  disk: () => Promise<void> = async () => {};

  start(): GapFiller {
    const gaps = async (span: TimeSpan, cursor: string | null) => {
      this.asked.push({ ...span, cursor, at: this.clock.now() });
      return this.answer(cursor);
    };
    const readers: BodyReaders = {
      poll: ({ text, readAt, raw }) => {
        if (text === 'nonsense') return unread('a payment', 'nonsense');
        return { facts: [{ ...observed(text, readAt), raw }], rejects: [], ignored: [], unread: null };
      },
    };
    const append = async (facts: readonly Fact[]) => {
      await this.disk();
      this.facts.push(...facts);
    };
    const { clock, database } = this;
    const pages = new PageReader({
      known: { isTaken: async () => false, holdersOf: async () => [] },
      merchants: () => ['*'],
      ...{ clock, sink: { append }, readers: () => readers },
      unread: { add: (one) => void this.listed.push(one) },
    });
    const filler = new GapFiller({
      accounts: [{ gateway: { provider: 'shop', account: 'main', gaps }, gaps: { every: HOUR, back: 2 * DAY } }],
      ...{ database, pages, clock, meter: NO_METER },
      logger: pino({ level: 'error' }, { write: (line: string) => void this.faults.push(JSON.parse(line).code) }),
    });
    filler.start();
    return filler;
  }

  spans(): [number, number, string | null][] {
    return this.asked.map(({ since, until, cursor }) => [(since - NOON) / MINUTE, (until - NOON) / MINUTE, cursor]);
  }

  get references(): string[] {
    return this.facts.map(({ transaction_reference }) => transaction_reference);
  }
}

function page(texts: readonly string[], next: string | null = null, kind: 'poll' | 'order' = 'poll'): BodyPage {
  return { exchange: 'x1', bodies: texts.map((text) => ({ kind, text })), next };
}

describe('a gap', () => {
  test('is asked about at the start, and again at intervals from where the last question ended', async () => {
    const world = new World();
    world.answer = () => page(['A-1']);
    const filler = world.start();
    await world.clock.advance(HOUR);
    await filler.stop();
    expect(world.spans()).toEqual([
      [-2 * 1440, 0, null],
      [-5, 60, null],
    ]);
    expect(world.facts[0]).toMatchObject({ transaction_reference: 'A-1', raw: 'x1' });
  });

  test('while the service was away is asked about whole, up to how far back it may', async () => {
    const world = new World();
    await world.start().stop();
    world.clock.skip(5 * HOUR);
    await world.start().stop();
    world.clock.skip(9 * DAY);
    await world.start().stop();
    expect(world.spans()).toEqual([
      [-2 * 1440, 0, null],
      [-5, 300, null],
      [300 + 7 * 1440, 300 + 9 * 1440, null],
    ]);
  });

  test('is read page by page, and goes on after a limit, a fault and a stop where it was', async () => {
    const world = new World();
    const faults = [new GatewayLimited({}, NOON + 10 * MINUTE), new HesabuError('HESABU_GATEWAY_FAILED')];
    world.answer = (cursor) => {
      const nth = Number(cursor ?? 0);
      if (nth > 0 && faults.length > 0) throw faults.shift();
      return page([`A-${nth}`], nth === 3 ? null : `${nth + 1}`);
    };
    const first = world.start();
    await world.clock.settle();
    await first.stop();
    const second = world.start();
    await world.clock.advance(20 * MINUTE);
    await second.stop();
    expect(world.references).toEqual(['A-0', 'A-1', 'A-2', 'A-3']);
    expect(new Set(world.spans().map(([since, until]) => `${since} ${until}`)).size).toBe(1);
    expect(world.faults).toEqual(['HESABU_GATEWAY_FAILED']);
  });

  test('begins again where its position is not valid any more', async () => {
    const world = new World();
    let isStale = true;
    world.answer = (cursor) => {
      if (cursor === 'two' && isStale) {
        isStale = false;
        throw new GatewayRefused({}, 400);
      }
      return page([cursor ?? 'one'], cursor === null ? 'two' : null);
    };
    const filler = world.start();
    await world.clock.advance(10 * MINUTE);
    await filler.stop();
    expect(world.spans().map(([, , cursor]) => cursor)).toEqual([null, 'two', null, 'two']);
    expect(world.references).toEqual(['one', 'one', 'two']);
  });

  test('is not done with a page before its facts are on disk', async () => {
    const world = new World();
    let isFull = true;
    world.disk = async () => {
      if (isFull) throw new HesabuError('HESABU_DISK_FULL');
    };
    world.answer = () => page(['A-1']);
    const filler = world.start();
    await world.clock.settle();
    isFull = false;
    await world.clock.advance(10 * MINUTE);
    await filler.stop();
    expect([world.references, world.asked.length]).toEqual([['A-1'], 2]);
  });

  test('keeps what cannot be read for people, and reads the rest', async () => {
    const world = new World();
    world.answer = () => page(['nonsense', 'A-1']);
    await world.start().stop();
    expect(world.references).toEqual(['A-1']);
    expect(world.listed).toMatchObject([{ exchange: 'x1', provider: 'shop', account: 'main' }]);
    expect(world.listed[0]!.fault).toContain('expected a payment, found nonsense');
  });

  test('of bodies that the provider does not read is kept for people too', async () => {
    const world = new World();
    world.answer = () => page(['A-1'], null, 'order');
    await world.start().stop();
    expect([world.references, world.listed.length]).toEqual([[], 1]);
  });

  test('with a list that points at itself ends', async () => {
    const world = new World();
    world.answer = () => page(['A-1'], 'same');
    const filler = world.start();
    await world.clock.advance(HOUR / 2);
    await filler.stop();
    expect(world.asked).toHaveLength(2);
  });
});

describe('a network that lies', () => {
  test('about further pages, which are those before, is asked for no more of them', async () => {
    const world = new World();
    world.answer = (cursor) => page([`A-${Number(cursor ?? 0) % 2}`], `${Number(cursor ?? 0) + 1}`);
    const filler = world.start();
    await world.clock.advance(HOUR / 2);
    await filler.stop();
    expect(world.asked.map(({ cursor }) => cursor)).toEqual([null, '1', '2']);
  });

  test('may say nothing on several pages', async () => {
    const world = new World();
    world.answer = (cursor) =>
      page(cursor === '3' ? ['A-1'] : [], cursor === '3' ? null : `${Number(cursor ?? 0) + 1}`);
    const filler = world.start();
    await world.clock.settle();
    await filler.stop();
    expect(world.references).toEqual(['A-1']);
  });
});

test('after a clock that was ahead, it is asked as far back as it may', async () => {
  const world = new World();
  world.clock.skip(DAY);
  await world.start().stop();
  world.clock.skip(-DAY + HOUR);
  await world.start().stop();
  world.clock.skip(HOUR);
  await world.start().stop();
  expect(world.spans().slice(1)).toEqual([
    [60 - 2 * 1440, 60, null],
    [55, 120, null],
  ]);
});

describe('a time that nobody tells of any more', () => {
  test('is lost, where the service was away for longer than it may ask back', async () => {
    const world = new World();
    const first = world.start();
    await first.stop();
    expect(first.lost()).toEqual(new Map());
    world.clock.skip(3 * DAY);
    const second = world.start();
    await second.stop();
    expect(second.lost()).toEqual(new Map([['shop/main', DAY]]));
    expect(world.faults).toHaveLength(1);
    world.clock.skip(HOUR);
    const third = world.start();
    await third.stop();
    expect(third.lost()).toEqual(new Map([['shop/main', DAY]]));
    world.clock.skip(8 * DAY);
    expect(third.lost()).toEqual(new Map());
  });

  test('is lost, where the network says that it begins later, on any page', async () => {
    const world = new World();
    await world.start().stop();
    world.clock.skip(DAY);
    world.answer = (cursor) => {
      const one = page(['A-1'], cursor === null ? 'two' : null);
      return cursor === null ? { ...one, since: NOON + 10 * HOUR } : one;
    };
    const filler = world.start();
    await world.clock.settle();
    await filler.stop();
    expect(filler.lost()).toEqual(new Map([['shop/main', 10 * HOUR]]));
  });

  test('is none at the first question, or where spans meet', async () => {
    const world = new World();
    world.answer = () => ({ ...page(['A-1']), since: NOON - HOUR });
    await world.start().stop();
    world.clock.skip(5 * HOUR);
    world.answer = () => ({ ...page(['A-1']), since: NOON });
    const filler = world.start();
    await filler.stop();
    expect(filler.lost()).toEqual(new Map());
  });
});
