// Reports written as workbooks and read back by another library, for tests.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { Workbook, type Worksheet } from '@cj-tech-master/excelts';
import { installChartSupport } from '@cj-tech-master/excelts/chart';
import { openPromise } from 'yauzl';
import type { GroupRow } from '../../../src/app/reports/groups.ts';
import { type WorkbookContent, writeWorkbook } from '../../../src/app/reports/workbook.ts';
import { aBreak, aSummary } from './examples.ts';

export const directory = () => mkdtempSync(join(tmpdir(), 'hesabu-xlsx-'));
/** The value of an empty cell. */
export const NONE = undefined;
export const english = { lang: 'en', zone: 'Asia/Shanghai' } as const;

const shop: GroupRow = {
  name: 'shop-1',
  keys: 1_010,
  standing: aSummary.standing,
  breaks: 1_234,
  money: aSummary.money,
};
export const content: WorkbookContent = {
  summary: aSummary,
  breaks: [aBreak],
  payouts: [],
  shares: [],
  rejects: [],
  risk: [],
  groups: { merchants: [shop], providers: [{ ...shop, name: 'mfs-africa', money: {} }] },
};

export async function readBack(
  given: WorkbookContent,
  options: Parameters<typeof writeWorkbook>[2],
): Promise<Workbook> {
  const path = join(directory(), 'report.xlsx');
  await writeWorkbook(path, given, options);
  return openWorkbook(path);
}

/** Another library opens it, charts included. */
export async function openWorkbook(path: string): Promise<Workbook> {
  installChartSupport();
  const workbook = new Workbook();
  await workbook.xlsx.readFile(path);
  return workbook;
}

/** The cells of a row; the library counts from 1, so its first value is dropped. */
export function rowOf(sheet: Worksheet, row: number): unknown[] {
  return (sheet.getRow(row).values as unknown[]).slice(1);
}

/** The parts of a workbook whose names fit, as texts, in the order of their names. */
export async function partsIn(path: string, name: RegExp): Promise<[string, string][]> {
  const parts: [string, string][] = [];
  const zip = await openPromise(path, { autoClose: false });
  for await (const entry of zip.eachEntry()) {
    if (!name.test(entry.fileName)) continue;
    parts.push([entry.fileName, await textOf(await zip.openReadStreamPromise(entry))]);
  }
  zip.close();
  return parts.sort(([left], [right]) => (left < right ? -1 : 1));
}
