// The audit trail on the command line, read from the data directory.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openServiceDatabase } from '../../src/runtime/service-database.ts';
import { SharedCommit } from '../../src/service/tables/shared-commit.ts';
import { TrailTable } from '../../src/service/tables/trail-table.ts';
import { hesabu } from './cli-process.ts';

test('hesabu audit shows the newest requests, by person, reference and kind, and writes nothing', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'hesabu-audit-'));
  try {
    const none = await hesabu(['audit', '--data', dir]);
    expect([none.code, none.stderr]).toEqual([2, expect.stringMatching(/^HESABU_NOT_FOUND: .*service\.db/)]);
    const database = openServiceDatabase(dir);
    const trail = new TrailTable(database, new SharedCommit(database));
    const calls = [
      { person: 'p-0f3a9c51be77', route: 'GET /v1/transactions/:id', names: ['A-1'] },
      { person: 'p-0f3a9c51be77', route: 'POST /v1/orders/:ref/refunds', names: ['A-1'] },
      { person: 'Juma\u001b[31m', route: 'GET /v1/people', names: [] },
    ];
    for (const [at, call] of calls.entries()) {
      const about = { key: 'k', role: 'operator', address: '192.0.2.7', query: '', body: '' } as const;
      const outcome = { at, status: 200, code: null, replayed: false, names: [] };
      await trail.asked({ ...about, request: `r${at}`, at, ...call }, outcome);
    }
    const show = async (...args: string[]) => (await hesabu(['audit', '--data', dir, ...args])).stdout;
    // Beside the process that has the database open, and then alone.
    const shown = await show('--format', 'json');
    expect(
      shown
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).request_id),
    ).toEqual(['r2', 'r1', 'r0']);
    database.close();
    const reads = await show('--what', 'reads', '--person', 'p-0f3a9c51be77');
    expect(reads).toMatch(
      /^1970-01-01T00:00:00Z +p-0f3a9c51be77 +operator +192\.0\.2\.7 +GET \/v1\/transactions\/:id +A-1 +200/m,
    );
    expect(reads).not.toContain('refunds');
    expect(await show('--limit', '1')).not.toContain('\u001b[31m');
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});
