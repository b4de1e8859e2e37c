// What became of proposed refunds, as service.db has it over a restart.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openServiceDatabase } from '../../../src/runtime/service-database.ts';
import { RefundProposalTable } from '../../../src/service/tables/refund-proposal-table.ts';

const proposal = (id: string) => ({ id, key: `k-${id}`, reference: 'A-1', merchant: 'shop-1', at: 1_000 });

test('a refund stays as it is however often it is proposed, and each that failed has one number', () => {
  const dir = mkdtempSync(join(tmpdir(), 'hesabu-refunds-'));
  try {
    const first = openServiceDatabase(dir);
    const table = new RefundProposalTable(first);
    for (const id of ['a', 'b', 'c']) table.add(proposal(id));
    table.set('a', { state: 'sent', at: 2_000 });
    table.add(proposal('a'));
    table.set('b', { state: 'failed', code: 'HESABU_GATEWAY_REFUSED', at: 3_000 });
    table.set('b', { next_at: 0 });
    table.set('c', { next_at: 5_000, calls: 1 });
    table.set('unknown', { state: 'sent' });
    first.close();
    const second = openServiceDatabase(dir);
    const again = new RefundProposalTable(second);
    expect(again.of('A-1').map(({ id, state, calls }) => [id, state, calls])).toEqual([
      ['c', 'waiting', 1],
      ['a', 'sent', 0],
      ['b', 'failed', 0],
    ]);
    expect([again.due(4_999), again.due(5_000).map(({ id }) => id), again.hasOpen]).toEqual([[], ['c'], true]);
    again.set('c', { state: 'failed', code: 'HESABU_AMOUNT_RANGE' });
    expect(again.failedAfter(0, 10).map(({ id, fault }) => [id, fault])).toEqual([
      ['b', 1],
      ['c', 2],
    ]);
    expect([again.failedAfter(1, 10).length, again.lastFault, again.hasOpen]).toEqual([1, 2, false]);
    expect(again.ofKey('k-b')?.code).toBe('HESABU_GATEWAY_REFUSED');
    second.close();
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});
