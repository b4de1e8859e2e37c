// Writes one list of orders in several dialects: as our own CSV, as the CSV of a portal with semicolons, decimal commas
// and local times, and as a workbook. All hold the same orders, so each reading must come to the same sum.

import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { WorkbookWriter } from '@cj-tech-master/excelts';

export interface DialectFiles {
  readonly plain: string;
  readonly portal: string;
  readonly workbook: string;
  readonly rows: number;
}

interface Order {
  readonly reference: string;
  readonly minor: number;
  /** Seconds since the first order, in Nairobi. */
  readonly at: number;
}

const FIRST_SERIAL = 46_175;
const FIRST = Date.UTC(2026, 5, 2);
const NAIROBI_MS = 3 * 3_600_000;
const OWN_HEADER = ['merchant', 'transaction_reference', 'amount', 'currency', 'placed_at', 'status', 'status_at'];
export const PORTAL_HEADER = ['Shop', 'Order No.', 'Total', 'Cur', 'Placed', 'State', 'Since'] as const;

/** Writes `rows` orders in each dialect into `dir`. */
export async function writeDialects(rows: number, dir: string): Promise<DialectFiles> {
  mkdirSync(dir, { recursive: true });
  const [plain, portal, workbook] = ['plain.csv', 'portal.csv', 'portal.xlsx'].map((name) => join(dir, name));
  await writeText(plain!, rows, OWN_HEADER.join(','), plainRow);
  await writeText(portal!, rows, PORTAL_HEADER.join(';'), portalRow);
  await writeWorkbook(workbook!, rows);
  return { plain: plain!, portal: portal!, workbook: workbook!, rows };
}

function orderOf(row: number): Order {
  return {
    reference: `ORD-${1_000_000 + row}`,
    minor: 10_000 + ((row * 7919) % 5_000_000),
    at: (row * 13) % 2_592_000,
  };
}

function plainRow({ reference, minor, at }: Order): string {
  const time = new Date(FIRST + at * 1000 - NAIROBI_MS).toISOString().replace('.000Z', 'Z');
  return `shop-1,${reference},${(minor / 100).toFixed(2)},KES,${time},paid,${time}`;
}

function portalRow({ reference, minor, at }: Order): string {
  const [date, time] = new Date(FIRST + at * 1000).toISOString().slice(0, 19).split('T') as [string, string];
  const local = `${date.split('-').reverse().join('/')} ${time}`;
  const [whole, decimals] = (minor / 100).toFixed(2).split('.') as [string, string];
  return `shop-1;${reference};${whole.replace(/\B(?=(\d{3})+$)/g, '.')},${decimals};KES;${local};paid;${local}`;
}

const ROWS_PER_WRITE = 5000;

async function writeText(path: string, rows: number, header: string, text: (order: Order) => string): Promise<void> {
  const output = createWriteStream(path);
  output.write(`${header}\n`);
  for (let from = 0; from < rows; from += ROWS_PER_WRITE) {
    const count = Math.min(ROWS_PER_WRITE, rows - from);
    const lines = Array.from({ length: count }, (_, at) => `${text(orderOf(from + at))}\n`);
    if (!output.write(lines.join(''))) await new Promise<void>((resolve) => output.once('drain', () => resolve()));
  }
  output.end();
  await finished(output);
}

/** With shared texts and cells of dates, as Excel writes them. */
async function writeWorkbook(path: string, rows: number): Promise<void> {
  const workbook = new WorkbookWriter({ filename: path, useSharedStrings: true, useStyles: true });
  const sheet = workbook.addWorksheet('Orders');
  const day = { numFmt: 'dd/mm/yyyy hh:mm:ss' };
  sheet.addRow(PORTAL_HEADER).commit();
  for (let row = 0; row < rows; row++) {
    const { reference, minor, at } = orderOf(row);
    const serial = FIRST_SERIAL + at / 86_400;
    const cells = sheet.addRow(['shop-1', reference, minor / 100, 'KES', serial, 'paid', serial]);
    cells.getCell(5).style = day;
    cells.getCell(7).style = day;
    cells.commit();
    if (row % ROWS_PER_WRITE === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  sheet.commit();
  await workbook.commit();
}
