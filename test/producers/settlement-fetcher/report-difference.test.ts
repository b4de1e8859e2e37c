// The comparison of two versions of a report.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { CANONICAL_FORMATS } from '../../../src/producers/formats/formats.ts';
import { compareReports } from '../../../src/producers/settlement-fetcher/report-difference.ts';
import { csv, json, type Line } from './reports.ts';

const DATE = '2026-06-01';
const dir = mkdtempSync(join(tmpdir(), 'hesabu-compare-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function compare(before: Buffer, after: Buffer) {
  const paths = [join(dir, 'before'), join(dir, 'after')] as const;
  writeFileSync(paths[0], before);
  writeFileSync(paths[1], after);
  return compareReports(...paths, { provider: 'mfs-africa', account: null, format: CANONICAL_FORMATS.settlements });
}

const shown = ({ reference, amount = '100.00', lineId }: Line) => ({
  line: lineId ?? null,
  transaction_reference: reference,
  line_type: 'payment',
  gross: amount,
  currency: 'KES',
  fee: '1.50',
  settlement_date: DATE,
});

const NOTHING = { counts: { vanished: 0, added: 0, changed: 0 }, vanished: [], added: [], changed: [] };
const [A, B, C]: Line[] = [
  { reference: 'SHOP-A', lineId: 'L1' },
  { reference: 'SHOP-B', lineId: 'L2' },
  { reference: 'SHOP-C', lineId: 'L3' },
] as const;

describe('two versions of a report', () => {
  test('do not differ if the same lines have another order, notation or format', async () => {
    expect(await compare(csv(DATE, [A!, B!]), csv(DATE, [B!, A!]))).toEqual(NOTHING);
    expect(await compare(csv(DATE, [A!, B!]), json(DATE, [A!, B!]))).toEqual(NOTHING);
    const crlf = Buffer.from(`\ufeff${csv(DATE, [A!, B!]).toString().replaceAll('\n', '\r\n')}`);
    expect(await compare(csv(DATE, [A!, B!]), crlf)).toEqual(NOTHING);
  });

  test('show vanished, added and changed lines', async () => {
    const after = { ...A!, amount: '90.00' };
    expect(await compare(csv(DATE, [A!, B!]), csv(DATE, [after, C!]))).toEqual({
      counts: { vanished: 1, added: 1, changed: 1 },
      vanished: [shown(B!)],
      added: [shown(C!)],
      changed: [{ before: shown(A!), after: shown(after) }],
    });
  });

  test('identify a line without an id by its content: another amount is another line', async () => {
    const [before, after] = [{ reference: 'SHOP-A' }, { reference: 'SHOP-A', amount: '90.00' }];
    expect(await compare(csv(DATE, [before, before]), csv(DATE, [before, after]))).toEqual({
      counts: { vanished: 1, added: 1, changed: 0 },
      vanished: [shown(before)],
      added: [shown(after)],
      changed: [],
    });
  });

  test('have complete counts, and a thousand lines if more vanished', async () => {
    const lines = Array.from({ length: 1_500 }, (_, at) => ({ reference: `SHOP-${at}`, lineId: `L${at}` }));
    const { counts, vanished } = await compare(csv(DATE, lines), csv(DATE, lines.slice(0, 1)));
    expect(counts).toEqual({ vanished: 1_499, added: 0, changed: 0 });
    expect(vanished).toEqual(lines.slice(1, 1_001).map(shown));
  });
});
