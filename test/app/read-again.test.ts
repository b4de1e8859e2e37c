// What a ledger keeps of its files, read into an empty directory: the same outcome, in one run or in as many as before.
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { listImports } from '../../src/app/imports.ts';
import { type ReconcileOptions, reconcile } from '../../src/app/reconcile.ts';
import { replayLedger } from '../../src/app/replay.ts';
import { readArchive } from '../../src/archive/imports/import-archive.ts';
import { verifyDirectory } from '../../src/engine/verification/directory.ts';
import { freshDirectory } from '../cli/commands/given-ledger.ts';
import { givenPayments } from '../cli/commands/given-payments.ts';

const AS_OF = '2026-06-02T20:00:00Z';

test('kept files give the same root in an empty ledger, at once, in turn, and backwards (R20)', async () => {
  const given = await givenPayments();
  const files = freshDirectory();
  mkdirSync(files, { recursive: true });
  const kept = (await listImports({ data: given.data })).map(({ id, kind, file, stated_at }) => {
    const path = join(files, `${id}-${file.split('/').at(-1)}`);
    writeFileSync(path, readArchive(given.data, id)!);
    utimesSync(path, new Date(stated_at), new Date(stated_at));
    return { kind: kind as 'orders', path };
  });
  expect(kept.map(({ kind }) => kind)).toEqual(['orders', 'callbacks', 'callbacks', 'polls', 'settlements']);
  const options = { provider: 'mfs-africa', rules: join(given.dir, 'rules.yaml'), asOf: AS_OF, lang: 'en' } as const;
  const rootOf = async (runs: readonly (typeof kept)[]) => {
    const data = join(freshDirectory(), 'books');
    let root = '';
    for (const run of runs) {
      const named: Record<string, string[]> = {};
      for (const { kind, path } of run) named[kind] = [...(named[kind] ?? []), path];
      const { summary } = await reconcile({ ...options, data, ...(named as Partial<ReconcileOptions>) });
      root = summary.outcome_root;
    }
    const { faults } = await verifyDirectory({ data });
    expect([faults, (await replayLedger({ data })).outcome_root]).toEqual([[], root]);
    return root;
  };
  const before = given.summaries.at(-1)!.outcome_root;
  const each = kept.map((one) => [one]);
  const roots = [await rootOf([kept]), await rootOf(each), await rootOf(each.toReversed())];
  expect(roots).toEqual([before, before, before]);
});
