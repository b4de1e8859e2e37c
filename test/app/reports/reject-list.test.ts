// The list of rejects: the same whether it fits into memory or not, with nothing left on disk.

import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { RejectList } from '../../../src/app/reports/reject-list.ts';
import type { Reject } from '../../../src/domain/errors.ts';

const reject = (file: string, line: number | null): Reject => {
  return { file, line, field: 'amount', code: 'HESABU_AMOUNT_INVALID', message: 'no "amount",\nbut 两行' };
};
/** Two files whose lines come interleaved, each in the order of its lines, and one refused file. */
const GIVEN = [
  ...Array.from({ length: 40 }, (_, at) => reject(at % 3 === 0 ? 'b.csv' : 'a.csv', at + 2)),
  reject('0.csv', null),
];
const IN_ORDER = ['0.csv', 'a.csv', 'b.csv'].flatMap((name) => GIVEN.filter(({ file }) => file === name));

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('a list of rejects', () => {
  it.each([1, 3, 7, 100])('with room for %i in memory returns all in order, more than once', async (memoryMax) => {
    const folder = mkdtempSync(join(tmpdir(), 'hesabu rejects-'));
    vi.stubEnv('TMPDIR', folder);
    const list = new RejectList(memoryMax);
    for (const one of GIVEN) list.add(one);
    expect(list.length).toBe(GIVEN.length);
    expect((await Array.fromAsync(list)).flat()).toEqual(IN_ORDER);
    expect((await Array.fromAsync(list)).flat()).toEqual(IN_ORDER);
    expect(readdirSync(folder)).toHaveLength(memoryMax < GIVEN.length ? 1 : 0);
    list.close();
    expect(readdirSync(folder)).toEqual([]);
    rmSync(folder, { recursive: true });
  });

  it.each([1, 100])('with room for %i knows the columns of the rows as they came, file by file', (memoryMax) => {
    const list = new RejectList(memoryMax);
    const of = (file: string, ...names: string[]) => {
      list.add({ ...reject(file, 2), original: names.map((name) => [name, 'x'] as const) });
    };
    of('b.csv', 'amount', 'row');
    of('a.csv', 'reference', 'amount');
    list.add(reject('c.csv', null));
    of('a.csv', 'reference', 'column 3');
    expect(list.columns).toEqual(['reference', 'amount', 'column 3', 'row']);
    list.close();
  });

  it('that could not be stored throws when it is read', async () => {
    vi.stubEnv('TMPDIR', '/proc/hesabu');
    const list = new RejectList(1);
    for (const one of GIVEN) list.add(one);
    await expect(Array.fromAsync(list)).rejects.toThrow(/^HESABU_DATA_UNWRITABLE: /);
    list.close();
  });
});
