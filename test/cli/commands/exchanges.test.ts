// `hesabu exchanges` as a person uses it, also while the archive is being written.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Exchange } from '../../../src/archive/exchanges/exchange.ts';
import type { ExchangeArchive } from '../../../src/archive/exchanges/exchange-archive.ts';
import { exchange, message, NOON, openArchive, pseudonym } from '../../archive/exchanges/given.ts';
import { freshDirectory } from '../../log/files.ts';
import { hesabu } from '../cli-process.ts';

let dir: string;
let archive: ExchangeArchive;
let given: Exchange[];

beforeAll(async () => {
  dir = freshDirectory();
  archive = await openArchive(dir);
  const request = message('{"msisdn":"254712345678"}', { authorization: 'Bearer abc' });
  const refused = { status: 401, fault: 'HESABU_SIGNATURE_INVALID', request, response: null };
  given = [exchange({ names: ['ORDER-1', 'ALL'] }), exchange({ ...refused, at: NOON + 1, names: ['ORDER-2', 'ALL'] })];
  for (const each of given) await archive.add(each);
});

afterAll(() => archive.close());

const run = (...args: string[]) => hesabu(['exchanges', '--data', dir, ...args]);

describe('hesabu exchanges', () => {
  it('shows several in a table, the newest first', async () => {
    const { code, stdout, stderr } = await run('--name', 'ALL');
    expect([code, stderr]).toEqual([0, '']);
    const [head, ...rows] = stdout.trimEnd().split('\n');
    expect(head).toMatch(/^Exchange +At \(UTC\) +Direction +Account +Request +Status +Elapsed +About$/);
    expect(rows.map((row) => row.split(/ {2,}/))).toEqual([
      [
        given[1]!.id,
        '2026-06-01T12:00:00.001Z',
        'in',
        'mfs-africa/main',
        'POST /webhooks/mfs-africa/main',
        '401',
        '3 ms',
        'ORDER-2, ALL',
      ],
      [
        given[0]!.id,
        '2026-06-01T12:00:00Z',
        'in',
        'mfs-africa/main',
        'POST /webhooks/mfs-africa/main',
        '200',
        '3 ms',
        'ORDER-1, ALL',
      ],
    ]);
  });

  it('shows one in full', async () => {
    const { stdout } = await run('--id', given[1]!.id);
    expect(stdout).toBe(
      `${given[1]!.id}  2026-06-01T12:00:00.001Z  in  mfs-africa/main
About: ORDER-2, ALL
Error: HESABU_SIGNATURE_INVALID

Request: POST /webhooks/mfs-africa/main
  authorization: (redacted)

  {"msisdn":"#${pseudonym('254712345678')}"}

Response: 401 (3 ms)
`,
    );
  });

  it('prints JSON, one exchange on each line', async () => {
    const { stdout } = await run('--status', '200', '--format', 'json');
    const { id, at, request } = JSON.parse(stdout);
    expect([id, at]).toEqual([given[0]!.id, '2026-06-01T12:00:00Z']);
    expect(request).toEqual({
      headers: { 'content-type': 'application/json' },
      body: '{"transaction_reference":"ORDER-1","amount":"1500.00"}',
      original: null,
    });
  });

  it('finds by time, and says if there are more', async () => {
    const times = ['--from', '2026-06-01T12:00:00Z', '--to', '2026-06-01T20:00:00.001+08:00'];
    expect((await run(...times, '--format', 'json')).stdout.trim().split('\n')).toHaveLength(1);
    const { stdout } = await run('--limit', '2', '--lang', 'zh-CN');
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('以上为最新的 2 条；用 --limit 查看更多。');
  });

  it.each([
    [['--name', 'ORDER-9'], 'HESABU_NOT_FOUND: ORDER-9: '],
    [['--from', 'yesterday'], 'HESABU_USAGE: --from: '],
    [['--limit', '0'], 'HESABU_USAGE: --limit: '],
  ])('refuses %j', async (args, expected) => {
    const { code, stderr } = await run(...args);
    expect([code, stderr.slice(0, expected.length)]).toEqual([2, expected]);
  });
});
