// The audit trail as a command checks it: a time in a row does not say what may be gone.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openServiceDatabase } from '../../src/runtime/service-database.ts';
import { SharedCommit } from '../../src/service/tables/shared-commit.ts';
import { TrailTable } from '../../src/service/tables/trail-table.ts';
import { checkTrail } from '../../src/service/trail-reader.ts';

const IN_2100 = Date.parse('2100-01-01T00:00:00Z');

test('given a row of a time to come, when a young one was removed round the triggers, then it is missed', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'hesabu-trail-'));
  const database = openServiceDatabase(dir);
  try {
    const trail = new TrailTable(database, new SharedCommit(database));
    const about = { key: 'k', person: 'Asha', role: 'operator', address: '192.0.2.7', query: '', body: '' } as const;
    for (const at of [Date.now(), IN_2100]) {
      await trail.asked({ ...about, request: `r${at}`, at, route: 'POST /v1/orders', names: [] }, null);
    }
    expect(checkTrail(dir)).toMatchObject({ links: 2, unlinked: 0 });
    database.exec('DROP TRIGGER audit_asked_removal; DELETE FROM audit_asked WHERE id = 1');
    expect(() => checkTrail(dir)).toThrow(expect.objectContaining({ code: 'HESABU_TRAIL_TAMPERED' }));
  } finally {
    database.close();
    rmSync(dir, { recursive: true, force: true });
  }
});
