// The fetcher with a running ledger: a report's lines are in the ledger, and later versions are compared with them.
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import type { SettlementFetcherOptions } from '../../../src/producers/settlement-fetcher/fetcher-options.ts';
import { withLiveLedger } from '../../service/ledger/given-live-ledger.ts';
import { csv } from './reports.ts';
import { DAY, lines, World } from './world.ts';

test('a report is imported once, and a changed one leaves conflicting evidence', async () => {
  await withLiveLedger(async ({ ledger }) => {
    const world = new World();
    world.reports.set('2026-06-01', csv('2026-06-01', lines('A', 'B')));
    const taken: string[] = [];
    const importFile: SettlementFetcherOptions['importFile'] = async (file, source) => {
      const result = await ledger.writer.importFile(file, source, () => {});
      taken.push(`${result.record.file} ${result.record.status} ${result.record.rows}`);
      return result;
    };
    const first = world.fetcher({ days_back: 1 }, { importFile });
    await world.clock.advance(DAY);
    await first.stop();
    // As if service.db were lost: the same file is imported again, and the ledger recognises it.
    world.database = new DatabaseSync(':memory:');
    const second = world.fetcher({ days_back: 1 }, { importFile });
    await world.clock.settle();
    world.reports.set('2026-06-01', csv('2026-06-01', [{ reference: 'A', lineId: 'LA', amount: '90.00' }]));
    await world.clock.advance(DAY);
    await second.stop();
    const name = 'mfs-africa-main-2026-06-01.csv';
    expect(taken).toEqual([`${name} done 2`, `${name} refused 0`, `${name} done 1`]);
    expect(second.changes()).toMatchObject([{ counts: { vanished: 1, added: 0, changed: 1 } }]);
    const reasons = (await ledger.reader.overview()).findings.map(({ finding }) => finding.reason);
    expect(reasons).toContain('CONFLICTING_EVIDENCE');
    const key = await ledger.reader.findKey('A');
    expect(key?.claims.length).toBe(2);
  });
}, 20_000);
