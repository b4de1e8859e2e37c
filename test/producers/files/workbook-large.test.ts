// A large workbook: every row is read, and memory does not grow with their number.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Workbook } from '../../../src/producers/files/workbook.ts';
import { partsOf, save, zip } from './workbook-parts.ts';

const ROWS = Number(process.env.HESABU_TEST_WORKBOOK_ROWS ?? 20_000);
const MIB = 1024 * 1024;

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'hesabu-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** As Excel writes a list of payouts: shared texts, each row with two of its own, and cells of dates. */
function payouts(rows: number): Buffer {
  const shared: string[] = ['<si><t>KES</t></si><si><t>payment</t></si>'];
  const lines: string[] = [];
  for (let row = 1; row <= rows; row++) {
    shared.push(`<si><t>ORD-${row}</t></si><si><t>MPX${row}Q</t></si>`);
    const cells = [
      ...[`<c r="A${row}" t="s"><v>${2 * row}</v></c>`, `<c r="B${row}" t="s"><v>${2 * row + 1}</v></c>`],
      ...[`<c r="C${row}" t="s"><v>1</v></c>`, `<c r="D${row}"><v>${row}.25</v></c>`],
      ...[`<c r="E${row}" t="s"><v>0</v></c>`, `<c r="F${row}" s="1"><v>${46_000 + (row % 300)}</v></c>`],
    ];
    lines.push(`<row r="${row}" spans="1:6">${cells.join('')}</row>`);
  }
  return zip(partsOf({ strings: shared.join(''), sheets: { Payouts: lines.join('') }, formats: ['yyyy-mm-dd'] }));
}

test('of many rows is read whole, in memory that its shared texts explain', { timeout: 600_000 }, async () => {
  const path = save(dir, payouts(ROWS));
  globalThis.gc?.();
  const before = process.memoryUsage().rss;
  let [rows, minor, peak] = [0, 0n, 0];
  const workbook = await Workbook.open(path);
  await workbook.rows(
    workbook.sheets[0]!,
    {
      record: (cells, line) => {
        if (line !== ++rows || cells[0] !== `ORD-${line}`) throw new Error(`row ${line}: ${cells.join()}`);
        minor += BigInt(cells[3]!.replace('.', ''));
      },
      fault: (line) => {
        throw new Error(`row ${line}`);
      },
    },
    () => {
      peak = Math.max(peak, process.memoryUsage().rss);
    },
  );
  await workbook.close();
  const count = BigInt(ROWS);
  expect([rows, minor]).toEqual([ROWS, (100n * count * (count + 1n)) / 2n + 25n * count]);
  // Some 30 bytes of shared texts a row, which are kept; the rest is the same for any number of rows.
  expect((peak - before) / MIB).toBeLessThan(250 + (ROWS * 100) / MIB);
});
