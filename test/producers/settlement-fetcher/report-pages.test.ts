// A report that comes in pages: each is read as it comes, and the position is kept over limits, faults and stops.
import { describe, expect, test } from 'vitest';
import { HesabuError } from '../../../src/domain/errors.ts';
import { GatewayLimited } from '../../../src/domain/gateway-errors.ts';
import type { BodyPage } from '../../../src/producers/gateway.ts';
import { DAY, HOUR, World } from './world.ts';

const REPORT = '2026-05-31';
const page = (text: string, next: string | null): BodyPage => {
  return { exchange: 'x1', bodies: [{ kind: 'settlement', text }], next };
};

function given(answer: (cursor: string | null) => BodyPage | null) {
  const world = new World();
  const asked: (string | null)[] = [];
  const taken: string[] = [];
  const settlement = async (date: string, cursor: string | null) => {
    if (date !== REPORT) return null;
    asked.push(cursor);
    return answer(cursor);
  };
  const time = { at: '06:30', zone: 'Africa/Nairobi', days_back: 1, retry: HOUR / 2, alert_after: 6 * HOUR };
  const start = () =>
    world.fetcher(
      {},
      {
        accounts: [
          { gateway: { provider: 'mfs-africa', account: 'main', settlement }, settlement: time, reading: {} as never },
        ],
        takePage: async (_, { bodies }) => {
          taken.push(...bodies.map(({ text }) => text));
          const { text } = bodies[0]!;
          return { facts: 10, rejected: text === 'b' ? 2 : 0, sha256: text };
        },
      },
    );
  const report = (fetcher: ReturnType<typeof start>) => fetcher.status().find(({ date }) => date === REPORT);
  return { world, asked, taken, start, report };
}

describe('a report in pages', () => {
  test('is read to its last page, and its rows and rejects are counted', async () => {
    const { world, asked, taken, start, report } = given((cursor) =>
      cursor === null ? page('a', '2') : page('b', null),
    );
    const fetcher = start();
    await world.clock.settle();
    await fetcher.stop();
    expect([asked, taken]).toEqual([
      [null, '2'],
      ['a', 'b'],
    ]);
    expect(report(fetcher)).toMatchObject({ status: 'taken', rows: 20, rejected: 2 });
  });

  test('goes on after a limit, a fault and a stop where it was', async () => {
    const limits: Error[] = [];
    const { world, taken, start, report } = given((cursor) => {
      const nth = Number(cursor ?? 0);
      const fault = nth > 0 ? limits.shift() : undefined;
      if (fault !== undefined) throw fault;
      return page(`${nth}`, nth === 3 ? null : `${nth + 1}`);
    });
    limits.push(new GatewayLimited({}, world.clock.now() + HOUR), new HesabuError('HESABU_GATEWAY_FAILED'));
    const first = start();
    await world.clock.settle();
    expect(report(first)).toMatchObject({ status: 'waiting', rows: 10 });
    await first.stop();
    const second = start();
    await world.clock.advance(2 * HOUR);
    await second.stop();
    expect(taken).toEqual(['0', '1', '2', '3']);
    expect(report(second)).toMatchObject({ status: 'taken', rows: 40 });
  });

  test('is not there while a page comes again instead of the rest', async () => {
    let isMended = false;
    const { world, taken, start, report } = given((cursor) => {
      const nth = Number(cursor ?? 0);
      return isMended && nth === 2 ? page('2', null) : page(`${nth % 2}`, `${nth + 1}`);
    });
    const fetcher = start();
    await world.clock.settle();
    expect(taken).toEqual(['0', '1', '0']);
    expect(report(fetcher)).toMatchObject({ status: 'waiting', tries: 1 });
    isMended = true;
    await world.clock.advance(HOUR);
    await fetcher.stop();
    expect(report(fetcher)).toMatchObject({ status: 'taken', rows: 30 });
  });

  test('is fetched again on later days, for lines that come late', async () => {
    const { world, taken, start, report } = given(() => page('a', null));
    const fetcher = start();
    await world.clock.advance(3 * DAY);
    await fetcher.stop();
    expect(taken).toEqual(['a', 'a', 'a', 'a']);
    expect(report(fetcher)).toMatchObject({ status: 'done', rows: 10 });
  });

  test('of which the rest is not there yet begins again later', async () => {
    let isWhole = false;
    const { world, taken, start, report } = given((cursor) => {
      if (cursor === null) return page('a', '2');
      return isWhole ? page('b', null) : null;
    });
    const fetcher = start();
    await world.clock.settle();
    expect(report(fetcher)).toMatchObject({ status: 'waiting' });
    isWhole = true;
    await world.clock.advance(HOUR);
    await fetcher.stop();
    expect(taken).toEqual(['a', 'a', 'b']);
    expect(report(fetcher)).toMatchObject({ status: 'taken', rows: 20 });
  });

  test('of which the rest is not there after a limit begins again as well', async () => {
    const limits: Error[] = [];
    let isWhole = false;
    const { world, asked, start, report } = given((cursor) => {
      if (cursor === null) return page('a', '2');
      const fault = limits.shift();
      if (fault !== undefined) throw fault;
      return isWhole ? page('b', null) : null;
    });
    limits.push(new GatewayLimited({}, world.clock.now() + HOUR));
    const fetcher = start();
    await world.clock.advance(HOUR);
    expect(asked).toEqual([null, '2', '2']);
    expect(report(fetcher)).toMatchObject({ status: 'waiting' });
    isWhole = true;
    await world.clock.advance(HOUR);
    await fetcher.stop();
    expect(asked).toEqual([null, '2', '2', null, '2']);
    expect(report(fetcher)).toMatchObject({ status: 'taken', rows: 20 });
  });

  test('that is not there yet is asked for later', async () => {
    const { world, asked, start, report } = given(() => null);
    const fetcher = start();
    await world.clock.advance(HOUR);
    await fetcher.stop();
    expect(asked.length).toBeGreaterThan(1);
    expect(report(fetcher)).toMatchObject({ status: 'waiting' });
  });
});
