// Expired exchanges are removed unless they are needed; a full disk refuses new ones, and nothing else fails.

import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exchangesFolder } from '../../../src/archive/exchanges/day-scan.ts';
import { ExchangeArchive } from '../../../src/archive/exchanges/exchange-archive.ts';
import { newExchangeId } from '../../../src/archive/exchanges/exchange-id.ts';
import { ExchangeReader } from '../../../src/archive/exchanges/exchange-reader.ts';
import { freshDirectory, smallDisk } from '../../log/files.ts';
import { archiveOf, DAY, data, exchange, idsOf, message, NOON, openArchive, pseudonym, ten } from './given.ts';

describe('pruning', () => {
  const late = NOON + 181 * DAY;

  it('removes expired days, except for needed exchanges', async () => {
    const dir = freshDirectory();
    const [needed, byName, ...others] = ten();
    await archiveOf(dir, [needed!, byName!, ...others]);
    await archiveOf(dir, ten(NOON - DAY));
    await archiveOf(dir, ten(NOON + DAY));
    const archive = await openArchive(dir);
    const before = archive.bytes;
    const isNeeded = (names: readonly string[], id: string) => {
      return id === needed!.id || (names.includes('ORDER-1') && id === byName!.id);
    };
    const report = await archive.prune(late, isNeeded);
    expect(report).toEqual({
      ...{ days_removed: ['2026-05-31'], days_thinned: ['2026-06-01'] },
      ...{ exchanges_removed: 18, exchanges_kept: 2, bytes_freed: before - archive.bytes },
    });
    expect(report.bytes_freed).toBeGreaterThan(0);
    expect(idsOf(await archive.find({ limit: 50, to: NOON + DAY }))).toEqual([byName!.id, needed!.id]);
    expect((await archive.get(needed!.id))?.names).toEqual(needed!.names);
    expect(await archive.find({ limit: 50 })).toHaveLength(12);
    // A second time it changes nothing, and late exchanges are still accepted.
    expect((await archive.prune(late, isNeeded)).exchanges_removed).toBe(0);
    await archive.add(exchange({ names: ['LATE'] }));
    expect(await archive.find({ name: 'LATE', limit: 2 })).toHaveLength(1);
    expect((await archive.prune(late, () => false)).days_removed).toEqual(['2026-06-01']);
    expect(await archive.days()).toEqual(['2026-06-02']);
    await archive.close();
    expect(readdirSync(exchangesFolder(dir)).sort()).toEqual(['2026-06-02.idx', '2026-06-02.zst']);
  });

  it('keeps a day until its last hour has expired', async () => {
    const dir = freshDirectory();
    await archiveOf(dir, ten());
    const archive = await openArchive(dir);
    const end = Date.parse('2026-06-02T00:00:00Z') + 180 * DAY;
    expect((await archive.prune(end - 1, () => false)).days_removed).toEqual([]);
    expect((await archive.prune(end, () => false)).days_removed).toEqual(['2026-06-01']);
    await archive.close();
  });

  it('that was interrupted leaves the day unchanged', async () => {
    const dir = freshDirectory();
    await archiveOf(dir, ten());
    writeFileSync(`${data(dir)}.tmp`, 'half');
    const archive = await openArchive(dir);
    expect(existsSync(`${data(dir)}.tmp`)).toBe(false);
    expect(await archive.find({ limit: 50 })).toHaveLength(10);
    await archive.close();
  });

  it.each([179, 0, Number.NaN])('refuses a retention of %s days', async (retentionDays) => {
    await expect(ExchangeArchive.open(freshDirectory(), { pseudonym, retentionDays })).rejects.toThrow(RangeError);
  });
});

const disk = smallDisk(1);

describe.skipIf(disk === undefined)('a full disk', () => {
  it('refuses, keeps accepted exchanges, and continues once there is room', async () => {
    writeFileSync(join(disk!, 'ballast'), Buffer.alloc(512 * 1024));
    const archive = await openArchive(join(disk!, 'data'));
    const taken: string[] = [];
    const given = (n: number) => {
      const noise = Array.from({ length: 400 }, () => newExchangeId(n)).join('');
      return exchange({ at: NOON + n, names: ['ALL'], request: message(noise) });
    };
    let refusal: unknown;
    for (let n = 0; refusal === undefined && n < 200; n++) {
      const each = given(n);
      await archive.add(each).then(
        () => taken.push(each.id),
        (error) => {
          refusal = error;
        },
      );
    }
    expect(refusal).toMatchObject({ code: 'HESABU_DISK_FULL' });
    expect(taken.length).toBeGreaterThan(5);
    expect(idsOf(await archive.find({ name: 'ALL', limit: 500 })).reverse()).toEqual(taken);
    rmSync(join(disk!, 'ballast'));
    const more = given(500);
    await archive.add(more);
    expect(idsOf(await archive.find({ name: 'ALL', limit: 500 })).reverse()).toEqual([...taken, more.id]);
    await archive.close();
    const damaged: string[] = [];
    const reader = new ExchangeReader(join(disk!, 'data'), (where) => damaged.push(where));
    expect(await reader.find({ limit: 500 })).toHaveLength(taken.length + 1);
    expect(damaged).toEqual([]);
  });
});
