// What the service keeps of a file holds no personal data in clear, whatever the file came in; and its rows are found
// by their numbers.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { readArchive } from '../../src/archive/imports/import-archive.ts';
import { Reconciler } from '../../src/engine/reconciler.ts';
import { rowTexts } from '../../src/producers/files/raw-rows.ts';
import { partsOf, zip } from '../producers/files/workbook-parts.ts';
import { zipOf } from '../producers/files/zips.ts';

const root = mkdtempSync(join(tmpdir(), 'hesabu-kept-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const HEADER = 'merchant,transaction_reference,amount,currency,placed_at,msisdn,customer name';
const ROW = 'shop,R1,10.00,KES,2026-01-31T09:00:00Z,254712345678,Wanjiku Kamau';
const TITLE = 'Made by,Njoroge Otieno,,,,,';
const CSV = `${TITLE}\n\n${HEADER}\n${ROW}\n`;
const xml = [TITLE, HEADER, ROW].map((line, at) => {
  const cells = line.split(',').map((cell) => `<c t="inlineStr"><is><t>${cell}</t></is></c>`);
  return `<row r="${at === 0 ? 1 : at + 2}">${cells.join('')}</row>`;
});
const BOOK = zip(partsOf({ sheets: { Orders: xml.join('') } }));

test.each<[string, Buffer]>([
  ['a CSV', Buffer.from(CSV)],
  ['UTF-16', Buffer.from(`\ufeff${CSV}`, 'utf16le')],
  ['a gzip', gzipSync(CSV)],
  ['a zip', zipOf([{ name: 'orders.csv', bytes: Buffer.from(CSV) }])],
  ['a workbook', BOOK],
  ['a workbook in a gzip', gzipSync(BOOK)],
])('of %s', async (_, bytes) => {
  const dir = mkdtempSync(join(root, 'books-'));
  const path = join(dir, 'orders');
  writeFileSync(path, bytes);
  const reconciler = await Reconciler.open(join(dir, 'data'), { isOfService: true });
  try {
    const [imported] = await reconciler.importer.importFiles([{ path, kind: 'orders' }], {
      provider: 'mfs-africa',
      mappings: {},
      receivedAt: 0,
      reject: () => {},
    });
    expect(imported).toMatchObject({ record: { status: 'done', rows: 1, header: { line: 3, separator: ',' } } });
    const kept = readArchive(join(dir, 'data'), 1)!;
    expect(kept.toString()).not.toMatch(/254712345678|Wanjiku|Njoroge|W\0a\0n\0/);
    const rows = rowTexts(kept, false, new Set([3, 4]));
    expect(rows.get(3)).toBe(HEADER);
    expect(rows.get(4)).toMatch(/^shop,R1,10.00,KES,2026-01-31T09:00:00Z,#[^,]+,#[^,]+$/);
  } finally {
    await reconciler.close();
  }
});
