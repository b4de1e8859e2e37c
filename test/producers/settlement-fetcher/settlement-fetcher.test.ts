// The fetcher on a manual clock: reports in time, late, missing, after a stop, and changed.
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { HesabuError } from '../../../src/domain/errors.ts';
import { GatewayLimited } from '../../../src/domain/gateway-errors.ts';
import { csv } from './reports.ts';
import { DAY, HOUR, lines, World } from './world.ts';

describe('a report in time', () => {
  test('is fetched at the local hour of the next day, fetched again for three days, and then no more', async () => {
    const world = new World();
    world.reports.set('2026-06-01', csv('2026-06-01', lines('A', 'B')));
    const fetcher = world.fetcher({ days_back: 1 });
    await world.clock.advance(8 * DAY);
    expect(world.asked.filter((line) => line.endsWith(' 2026-06-01'))).toEqual([
      '06-02T03:30 2026-06-01',
      '06-03T03:30 2026-06-01',
      '06-04T03:30 2026-06-01',
      '06-05T03:30 2026-06-01',
    ]);
    expect(world.imported).toEqual(['mfs-africa-main-2026-06-01.csv done']);
    expect(world.storedFiles).toEqual([]);
    expect(world.outcomes.filter((outcome) => outcome !== 'not_ready')).toEqual([
      'taken',
      ...Array(3).fill('unchanged'),
    ]);
    await fetcher.stop();
  });

  test('is recognised after a crash between its import and the record of it', async () => {
    const world = new World();
    world.reports.set('2026-06-01', csv('2026-06-01', lines('A')));
    const first = world.fetcher({ days_back: 1 });
    await world.clock.advance(DAY);
    await first.stop();
    expect(world.storedFiles.length).toBe(1);
    world.database = new DatabaseSync(':memory:');
    const second = world.fetcher({ days_back: 1 });
    await world.clock.advance(HOUR);
    expect(world.imported).toEqual(['mfs-africa-main-2026-06-01.csv done', 'mfs-africa-main-2026-06-01.csv refused']);
    expect(second.status().map(({ date, status, rows }) => [date, status, rows])).toEqual([
      ['2026-06-01', 'taken', null],
      ['2026-06-02', 'waiting', null],
    ]);
    expect(world.sent).toEqual([]);
    await second.stop();
  });
});

describe('rows of a report that cannot be read', () => {
  test('are counted with it under the number of its import', async () => {
    const world = new World();
    world.rejected = 3;
    world.reports.set('2026-06-01', csv('2026-06-01', lines('A', 'B')));
    const fetcher = world.fetcher({ days_back: 1 });
    await world.clock.advance(DAY);
    const [report] = fetcher.status().filter(({ date }) => date === '2026-06-01');
    expect(report).toMatchObject({ status: 'taken', rows: 2, rejected: 3, import: 1 });
    await fetcher.stop();
  });
});

describe('a service that was stopped', () => {
  test('for longer than days_back fetches every missed day, oldest first', async () => {
    const world = new World();
    world.answer = (date) => csv(date, lines(`S-${date}`));
    const first = world.fetcher({ days_back: 5 });
    await world.clock.advance(HOUR);
    await first.stop();
    world.asked.length = 0;
    world.clock.skip(7 * DAY);
    const second = world.fetcher({ days_back: 5 });
    await world.clock.advance(HOUR);
    const days = ['2026-06-02', '2026-06-03', '2026-06-04', '2026-06-05', '2026-06-06', '2026-06-07'];
    expect(world.asked.map((line) => line.slice(12)).filter((date) => date > '2026-06-01')).toEqual(days);
    expect(world.sent).toEqual([]);
    await second.stop();
  });
});

describe('a report that is not available', () => {
  test('stays missing until it comes, however long that takes, and is fetched once a day', async () => {
    const world = new World();
    world.answer = (date) => (date === '2026-06-01' ? null : csv(date, lines(`S-${date}`)));
    const fetcher = world.fetcher({ days_back: 1 });
    await world.clock.advance(30 * DAY);
    const missing = () => fetcher.status().filter(({ isMissing }) => isMissing);
    expect(missing().map(({ date }) => date)).toEqual(['2026-06-01']);
    const late = world.asked.filter((line) => line > '06-05' && line.endsWith(' 2026-06-01'));
    expect(late.length).toBe(27);
    world.answer = (date) => csv(date, lines(`S-${date}`));
    await world.clock.advance(DAY);
    expect(missing()).toEqual([]);
    await world.clock.advance(10 * DAY);
    // Once it was taken, it is kept as long as any other.
    expect(fetcher.status().map(({ date }) => date)).not.toContain('2026-06-01');
    await fetcher.stop();
  });

  test('is fetched again and again, and sends one event when it is missing and one when it arrives', async () => {
    const world = new World();
    const fetcher = world.fetcher({ retry: 2 * HOUR, alert_after: 5 * HOUR, days_back: 1 });
    await world.clock.advance(DAY + HOUR);
    expect(world.sent).toEqual([['missing', 'mfs-africa/main', '2026-06-01']]);
    expect(fetcher.status().filter(({ isMissing }) => isMissing)).toMatchObject([{ date: '2026-06-01', tries: 4 }]);
    world.reports.set('2026-06-01', csv('2026-06-01', lines('A')));
    await world.clock.advance(2 * HOUR);
    expect(world.sent).toEqual([
      ['missing', 'mfs-africa/main', '2026-06-01'],
      ['arrived', 'mfs-africa/main', '2026-06-01'],
    ]);
    expect(world.asked.filter((line) => line.endsWith(' 2026-06-01'))).toEqual([
      '06-02T03:30 2026-06-01',
      '06-02T05:30 2026-06-01',
      '06-02T07:30 2026-06-01',
      // The moment when it becomes missing.
      '06-02T08:30 2026-06-01',
      '06-02T10:30 2026-06-01',
    ]);
    await fetcher.stop();
  });

  test('is reported again by a service that starts again, and so is its arrival', async () => {
    const world = new World();
    const first = world.fetcher({ days_back: 1 });
    await world.clock.advance(DAY + HOUR);
    await first.stop();
    const second = world.fetcher({ days_back: 1 });
    await world.clock.advance(HOUR);
    await second.stop();
    world.reports.set('2026-06-01', csv('2026-06-01', lines('A')));
    const third = world.fetcher({ days_back: 1 });
    await world.clock.advance(HOUR);
    expect(world.sent).toEqual([
      ['missing', 'mfs-africa/main', '2026-06-01'],
      ['missing', 'mfs-africa/main', '2026-06-01'],
      ['arrived', 'mfs-africa/main', '2026-06-01'],
    ]);
    await third.stop();
  });

  test('of a day before the account existed is fetched, but not missed', async () => {
    const world = new World();
    const fetcher = world.fetcher({ days_back: 3 });
    await world.clock.advance(8 * HOUR);
    expect(new Set(world.asked.map((line) => line.slice(12)))).toEqual(
      new Set(['2026-05-29', '2026-05-30', '2026-05-31']),
    );
    expect(world.sent).toEqual([]);
    await fetcher.stop();
  });
});

describe('a report that was taken before', () => {
  async function second(after: Buffer | null) {
    const world = new World();
    world.reports.set('2026-06-01', csv('2026-06-01', lines('A', 'B')));
    const fetcher = world.fetcher({ days_back: 1 });
    await world.clock.advance(DAY);
    if (after === null) world.reports.clear();
    else world.reports.set('2026-06-01', after);
    await world.clock.advance(DAY);
    const changes = fetcher.changes();
    const outcomes = world.outcomes.filter((outcome) => outcome !== 'not_ready').slice(1);
    await fetcher.stop();
    return { world, changes, outcomes };
  }

  test('and lost lines is a finding that can be shown later', async () => {
    const { world, changes, outcomes } = await second(csv('2026-06-01', lines('A')));
    expect(outcomes).toEqual(['changed']);
    const counts = { vanished: 1, added: 0, changed: 0 };
    expect(world.sent).toEqual([['changed', 'mfs-africa/main', '2026-06-01', counts]]);
    expect(changes).toMatchObject([
      { account: 'mfs-africa/main', date: '2026-06-01', counts, vanished: [{ line: 'LB', gross: '100.00' }] },
    ]);
    expect(changes[0]?.at).toBe(Date.parse('2026-06-03T03:30:00Z'));
    expect(world.imported.length).toBe(2);
  });

  test('and changed a line is a finding', async () => {
    const { world, changes, outcomes } = await second(
      csv('2026-06-01', [{ reference: 'A', lineId: 'LA', amount: '90.00' }, ...lines('B', 'C')]),
    );
    expect(outcomes).toEqual(['changed']);
    const counts = { vanished: 0, added: 1, changed: 1 };
    expect(world.sent).toEqual([['changed', 'mfs-africa/main', '2026-06-01', counts]]);
    expect(changes).toMatchObject([{ changed: [{ before: { gross: '100.00' }, after: { gross: '90.00' } }] }]);
  });

  test('and gained lines is imported again, without a finding', async () => {
    const { world, changes, outcomes } = await second(csv('2026-06-01', lines('A', 'B', 'C')));
    expect([outcomes, changes, world.sent]).toEqual([['grown'], [], []]);
    expect(world.imported).toEqual(Array(2).fill('mfs-africa-main-2026-06-01.csv done'));
    expect(world.storedFiles.length).toBe(1);
  });

  test('and is the same is not imported again', async () => {
    const { world, changes, outcomes } = await second(csv('2026-06-01', lines('A', 'B')));
    expect([outcomes, changes, world.imported.length]).toEqual([['unchanged'], [], 1]);
  });

  test('and is gone is a finding that is sent once: all its lines vanished', async () => {
    const { world, changes, outcomes } = await second(null);
    const counts = { vanished: 2, added: 0, changed: 0 };
    expect([outcomes, world.imported.length, world.storedFiles]).toEqual([['withdrawn'], 1, []]);
    expect(changes).toMatchObject([{ date: '2026-06-01', counts, vanished: [{ line: 'LA' }, { line: 'LB' }] }]);
    expect(world.sent).toEqual([['changed', 'mfs-africa/main', '2026-06-01', counts]]);
    const next = world.fetcher({ days_back: 1 });
    await world.clock.advance(DAY);
    expect(next.changes().length).toBe(1);
    await next.stop();
  });

  test('and cannot be read keeps its last version', async () => {
    const broken = await second(Buffer.from('broken\n'));
    expect([broken.outcomes, broken.changes, broken.world.storedFiles.length]).toEqual([['unreadable'], [], 1]);
    expect(broken.world.faults).toEqual(['HESABU_HEADER_INVALID']);
  });

  test('is sent again if the recipient failed, also after a stop', async () => {
    const world = new World();
    world.reports.set('2026-06-01', csv('2026-06-01', lines('A', 'B')));
    const refusing = { missing: () => {}, arrived: () => {}, changed: () => Promise.reject(new Error('no')) };
    const first = world.fetcher({ days_back: 1 }, { events: refusing });
    await world.clock.advance(DAY);
    world.reports.set('2026-06-01', csv('2026-06-01', lines('A')));
    await world.clock.advance(DAY);
    await first.stop();
    expect(new Set(world.faults)).toEqual(new Set(['HESABU_INTERNAL']));
    const next = world.fetcher({ days_back: 1 });
    await world.clock.settle();
    const counts = { vanished: 1, added: 0, changed: 0 };
    expect(world.sent).toEqual([['changed', 'mfs-africa/main', '2026-06-01', counts]]);
    await next.stop();
  });
});

describe('a gateway with faults', () => {
  test('that limits us is called when it allows it, and one that fails at the next attempt', async () => {
    const world = new World();
    const until = Date.parse('2026-06-02T03:47:00Z');
    world.answer = (date) => {
      if (date !== '2026-06-01') return null;
      if (world.clock.now() < until) throw new GatewayLimited({}, until);
      if (world.clock.now() < until + HOUR) throw new HesabuError('HESABU_GATEWAY_FAILED', { found: '502' });
      return csv(date, lines('A'));
    };
    const fetcher = world.fetcher({ days_back: 1 });
    await world.clock.advance(DAY);
    const own = world.asked.filter((line) => line.endsWith(' 2026-06-01'));
    expect(own.map((line) => line.slice(6, 11))).toEqual(['03:30', '03:47', '04:17', '04:47']);
    expect(world.faults).toEqual(['HESABU_GATEWAY_FAILED', 'HESABU_GATEWAY_FAILED']);
    expect(world.imported).toEqual(['mfs-africa-main-2026-06-01.csv done']);
    await fetcher.stop();
  });

  test('that limits us while another call is under way lets that call end, on a fast clock', async () => {
    const world = new World();
    let [calls, hasEnded] = [0, false];
    world.answer = () => {
      if (calls++ === 0) setImmediate(() => (hasEnded = true));
      if (hasEnded || calls > 500) return null;
      // By the time that it is said, the wait is over.
      const until = world.clock.now() + 60_000;
      world.clock.skip(120_000);
      throw new GatewayLimited({}, until);
    };
    const fetcher = world.fetcher({ days_back: 1 });
    await world.clock.settle();
    expect([hasEnded, calls < 20]).toEqual([true, true]);
    await fetcher.stop();
  });

  test('that sends an unreadable report has it imported once, and is called again until it corrects it', async () => {
    const world = new World();
    world.reports.set('2026-06-01', Buffer.from('broken\n'));
    const fetcher = world.fetcher({ days_back: 1, retry: HOUR });
    await world.clock.advance(21 * HOUR);
    world.reports.set('2026-06-01', csv('2026-06-01', lines('A')));
    await world.clock.advance(2 * HOUR);
    expect(world.imported).toEqual(['mfs-africa-main-2026-06-01.csv broken', 'mfs-africa-main-2026-06-01.csv done']);
    expect(fetcher.status()[0]).toMatchObject({ date: '2026-05-31', status: 'waiting' });
    expect(fetcher.status()[1]).toMatchObject({ date: '2026-06-01', status: 'taken', rows: 1 });
    await fetcher.stop();
  });
});
