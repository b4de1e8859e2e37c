// The raw archive: every added exchange is found, by every name, whatever happened to the files.

import { appendFileSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exchangesFolder } from '../../../src/archive/exchanges/day-scan.ts';
import { exchangeTime, newExchangeId } from '../../../src/archive/exchanges/exchange-id.ts';
import { ExchangeReader } from '../../../src/archive/exchanges/exchange-reader.ts';
import { freshDirectory } from '../../log/files.ts';
import { archiveOf, DAY, data, exchange, idsOf, index, message, NOON, openArchive, ten } from './given.ts';

describe('ids', () => {
  it('are unique, sorted by time, and contain their time', () => {
    const times = [0, 1, 1, 1, NOON, NOON, NOON + 1, Date.parse('2999-12-31T23:59:59Z')];
    const ids = times.map((at) => newExchangeId(at));
    expect([...ids].sort()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.map(exchangeTime)).toEqual(times);
    expect(ids.every((id) => /^[0-9a-z]{28}$/.test(id))).toBe(true);
  });

  it('of another form contain no time', () => {
    expect(['', 'abc', 'U'.repeat(28), '1'.repeat(27)].map(exchangeTime)).toEqual(Array(4).fill(undefined));
  });
});

describe('an added exchange', () => {
  it('is read back unchanged, except for hidden parts', async () => {
    const dir = freshDirectory();
    const given = exchange({
      direction: 'out',
      url: 'https://pay.example/payments/initiate?x=1',
      request: message('{"amount":"1.00","message":"é \\" \u2028"}', {
        authorization: 'Bearer x',
        'x-event-id': 'ü"\\',
        'x-note': 'a',
      }),
      status: null,
      response: null,
      fault: 'HESABU_GATEWAY_FAILED no "answer"',
      names: ['ORDER-"1"', 'Ω'],
    });
    await archiveOf(dir, [given]);
    const request = {
      ...given.request,
      headers: { authorization: '(redacted)', 'x-event-id': 'ü"\\' },
      original: null,
    };
    expect(await new ExchangeReader(dir).get(given.id)).toEqual({ ...given, request });
  });

  it('is found by id, by each name, by time, account and status, newest first', async () => {
    const dir = freshDirectory();
    const given = [
      ...ten(),
      exchange({ at: NOON + DAY, names: ['ALL'], account: 'mfs-africa/other', status: 401 }),
      exchange({ at: NOON - DAY, names: ['ALL'], status: null }),
    ];
    const archive = await openArchive(dir);
    await Promise.all(given.map((each) => archive.add(each)));
    const found = async (query: object) => idsOf(await archive.find({ limit: 100, ...query }));
    const newest = [...given].sort((a, b) => b.at - a.at);
    expect(await found({})).toEqual(idsOf(newest));
    expect(await found({ name: 'ALL' })).toEqual(idsOf(newest));
    expect(await found({ name: 'ALL', limit: 3 })).toEqual(idsOf(newest.slice(0, 3)));
    for (const each of given.slice(0, 10)) {
      expect(await found({ name: each.names[0] })).toEqual([each.id]);
      expect(await found({ id: each.id })).toEqual([each.id]);
      expect(await found({ name: each.id })).toEqual([each.id]);
      expect((await archive.get(each.id))?.names).toEqual(each.names);
    }
    expect(await found({ from: NOON + 3, to: NOON + 5 })).toEqual([given[4]!.id, given[3]!.id]);
    expect(await found({ account: 'mfs-africa/other' })).toEqual([given[10]!.id]);
    expect(await found({ status: 401, name: 'ALL' })).toEqual([given[10]!.id]);
    expect(await found({ name: 'ORDER' })).toEqual([]);
    expect(await archive.get('nothing')).toBeUndefined();
    expect(await archive.days()).toEqual(['2026-05-31', '2026-06-01', '2026-06-02']);
    const size = archive.bytes;
    await archive.close();
    const folder = exchangesFolder(dir);
    const sizes = readdirSync(folder).map((name) => statSync(join(folder, name)).size);
    expect(size).toBe(sizes.reduce((sum, each) => sum + each));
    expect((await openArchive(dir)).bytes).toBe(size);
  });

  it('is found by an id from another time than the exchange', async () => {
    const dir = freshDirectory();
    const given = exchange({ id: newExchangeId(NOON + 5 * DAY) });
    await archiveOf(dir, [given]);
    expect((await new ExchangeReader(dir).get(given.id))?.at).toBe(NOON);
  });

  it('is for the owner only', async () => {
    const dir = join(freshDirectory(), 'data');
    await archiveOf(dir, ten());
    const modes = [exchangesFolder(dir), data(dir), index(dir)].map((path) => statSync(path).mode & 0o777);
    expect(modes).toEqual([0o700, 0o600, 0o600]);
  });

  it('is added and found concurrently, in large groups and with large bodies', async () => {
    const dir = freshDirectory();
    const archive = await openArchive(dir);
    let added = 0;
    const add = async (worker: number) => {
      for (let n = 0; n < 100; n++) {
        const body = n % 50 === 0 ? `{"filler":"${'x'.repeat(400_000)}"}` : '{}';
        await archive.add(exchange({ at: NOON + n, names: [`${worker}/${n}`], request: message(body) }));
        added++;
        if (n % 20 === 0) expect(await archive.find({ name: `${worker}/${n}`, limit: 2 })).toHaveLength(1);
      }
    };
    await Promise.all(Array.from({ length: 16 }, (_, worker) => add(worker)));
    expect(added).toBe(1600);
    expect(await archive.find({ limit: 2_000 })).toHaveLength(1600);
    expect(await new ExchangeReader(dir).find({ name: '7/99', limit: 2 })).toHaveLength(1);
    await archive.close();
    await expect(archive.add(exchange())).rejects.toThrow('closed');
  });

  it('is not found in a directory without an archive', async () => {
    expect(await new ExchangeReader(freshDirectory()).find({ limit: 1 })).toEqual([]);
  });
});

describe('torn and lost files', () => {
  it('wherever the file is cut, whole frames are found, and more are accepted', async () => {
    const dir = freshDirectory();
    const given = ten();
    await archiveOf(dir, given);
    const [whole, indexed] = [readFileSync(data(dir)), readFileSync(index(dir))];
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length), fc.nat(indexed.length), async (cut, indexCut) => {
        writeFileSync(data(dir), whole.subarray(0, cut));
        writeFileSync(index(dir), indexed.subarray(0, indexCut));
        const reader = new ExchangeReader(dir);
        const before = idsOf(await reader.find({ name: 'ALL', limit: 20 })).reverse();
        expect(before).toEqual(idsOf(given.slice(0, before.length)));
        const more = exchange({ at: NOON + 50, names: ['ALL', 'MORE'] });
        await archiveOf(dir, [more]);
        expect(idsOf(await reader.find({ name: 'ALL', limit: 20 })).reverse()).toEqual([...before, more.id]);
        expect(idsOf(await reader.find({ name: 'MORE', limit: 20 }))).toEqual([more.id]);
      }),
      { numRuns: 60 },
    );
  });

  it('a cut loses only the frame at the cut', async () => {
    const dir = freshDirectory();
    await archiveOf(dir, ten());
    truncateSync(data(dir), statSync(data(dir)).size - 1);
    expect(await new ExchangeReader(dir).find({ name: 'ALL', limit: 20 })).toHaveLength(9);
  });

  it('garbage at the end is cut off at the next open', async () => {
    const dir = freshDirectory();
    await archiveOf(dir, ten());
    const before = readFileSync(data(dir));
    appendFileSync(data(dir), Buffer.alloc(5_000, 0x5b));
    await (await openArchive(dir)).close();
    expect(readFileSync(data(dir))).toEqual(before);
  });

  it('a lost index is built again, identical', async () => {
    const dir = freshDirectory();
    await archiveOf(dir, ten(NOON - DAY));
    await archiveOf(dir, ten());
    const before = [readFileSync(index(dir)), readFileSync(index(dir, '2026-05-31'))];
    rmSync(index(dir));
    rmSync(index(dir, '2026-05-31'));
    expect(await new ExchangeReader(dir).find({ name: 'ORDER-4', limit: 5 })).toHaveLength(2);
    await (await openArchive(dir)).close();
    expect([readFileSync(index(dir)), readFileSync(index(dir, '2026-05-31'))]).toEqual(before);
  });

  it('the index of another file is not used', async () => {
    const [dir, other] = [freshDirectory(), freshDirectory()];
    await archiveOf(dir, ten());
    await archiveOf(other, ten().slice(3));
    writeFileSync(index(dir), readFileSync(index(other)));
    expect(await new ExchangeReader(dir).find({ name: 'ORDER-1', limit: 5 })).toHaveLength(1);
  });

  it.each([true, false])('a damaged frame loses only itself, and is reported; with the index: %s', async (hasIndex) => {
    const dir = freshDirectory();
    const given = ten();
    await archiveOf(dir, given);
    const bytes = readFileSync(data(dir));
    // Within the data of a frame, after zstd's magic number.
    const middle = bytes.indexOf(Buffer.from([0x28, 0xb5, 0x2f, 0xfd]), bytes.length / 2) + 20;
    bytes[middle] = bytes[middle]! ^ 1;
    writeFileSync(data(dir), bytes);
    if (!hasIndex) rmSync(index(dir));
    const damaged: string[] = [];
    const found = await new ExchangeReader(dir, (where) => damaged.push(where)).find({ name: 'ALL', limit: 20 });
    expect(found).toHaveLength(9);
    expect(damaged).toEqual([data(dir)]);
  });
});
