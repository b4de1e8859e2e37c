// Reads one file in one way, in a process of its own: `reader.ts WAY FILE` prints its rows, sum and time as JSON.

import { DuckDBInstance } from '@duckdb/node-api';
import { readFile } from '../../src/producers/files/import-file.ts';
import type { Mapping } from '../../src/producers/files/mapping.ts';
import { parseMappings } from '../../src/producers/files/mapping-file.ts';
import { findSheet, Workbook } from '../../src/producers/files/workbook.ts';
import { CANONICAL_FORMATS } from '../../src/producers/formats/formats.ts';
import { PORTAL_HEADER } from './files.ts';

export interface Read {
  readonly rows: number;
  /** The sum of all amounts, in hundredths. */
  readonly minor: number;
  readonly elapsed_ms: number;
  /** Of all threads: what a busy machine does not change. */
  readonly cpu_ms: number;
}

type Counted = Pick<Read, 'rows' | 'minor'>;

/** What the portal's files need: semicolons, a decimal comma, thousands and local times. */
const PORTAL_MAPPING = `orders:
  zone: Africa/Nairobi
  dates: ["dd/MM/yyyy HH:mm:ss"]
  columns: { merchant: Shop, transaction_reference: Order No., amount: Total, currency: Cur, placed_at: Placed,
    status: State, status_at: Since }`;
const PORTAL_CSV = `${PORTAL_MAPPING}
  separator: ";"
  decimal: ","
  thousands: ["."]`;

/** What each way counts; the header is no row. */
const WAYS: Readonly<Record<string, (path: string) => Promise<Counted>>> = {
  plain: (path) => readFacts(path),
  portal: (path) => readFacts(path, parseMappings(PORTAL_CSV, 'portal').orders),
  workbook: (path) => readFacts(path, parseMappings(PORTAL_MAPPING, 'workbook').orders),
  rows: readWorkbook,
  excelts: readByExcelts,
  duckdb: readByDuckDb,
};

/** As an import reads it: each row becomes a fact, encoded for the log. */
async function readFacts(path: string, mapping?: Mapping): Promise<Counted> {
  const [kind, statedAt] = ['orders', Date.UTC(2026, 6, 1)] as const;
  const about = { provider: 'mfs-africa', account: null, importId: 1, partitions: 8, receivedAt: statedAt, statedAt };
  const job = { path, kind, format: CANONICAL_FORMATS[kind], mapping, ...about, pseudonym: (text: string) => text };
  const sink = { append: () => {}, reject: ({ message }: { message: string }) => fail(message) };
  const { rows, sums } = await readFile(job, sink);
  return { rows, minor: Math.round(Number(sums.KES) * 100) };
}

async function readWorkbook(path: string): Promise<Counted> {
  const workbook = await Workbook.open(path);
  let [rows, minor] = [-1, 0];
  const record = (cells: readonly string[]) => {
    if (++rows > 0) minor += Math.round(Number(cells[2]) * 100);
  };
  const sheet = await findSheet(workbook, undefined, (cells) => cells.includes(PORTAL_HEADER[1]));
  await workbook.rows(sheet, { record, fault: (line) => fail(`row ${line}`) });
  await workbook.close();
  return { rows, minor };
}

async function readByExcelts(path: string): Promise<Counted> {
  const { WorkbookReader } = await import('@cj-tech-master/excelts');
  let [rows, minor] = [-1, 0];
  const options = { worksheets: 'emit', sharedStrings: 'cache', styles: 'cache', hyperlinks: 'ignore' } as const;
  for await (const sheet of new WorkbookReader(path, { ...options, entries: 'ignore' })) {
    for await (const row of sheet) if (++rows > 0) minor += Math.round(Number(row.getCell(3).value) * 100);
  }
  return { rows, minor };
}

async function readByDuckDb(path: string): Promise<Counted> {
  const connection = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect();
  const types = ['VARCHAR', 'VARCHAR', 'DECIMAL(18,2)', 'VARCHAR', 'TIMESTAMP', 'VARCHAR', 'TIMESTAMP'];
  const columns = `columns = { ${types.map((type, at) => `${'abcdefg'[at]}: '${type}'`).join(', ')} }`;
  const from = `read_csv('${path.replaceAll("'", "''")}', header = true, delim = ',', ${columns})`;
  // Each column is used, so that none is passed over.
  const all = 'count(a || b || d || f) AS used, max(e) AS latest, max(g) AS since';
  const result = await connection.runAndReadAll(
    `SELECT count(*)::INTEGER, (sum(c) * 100)::DOUBLE, ${all} FROM ${from}`,
  );
  const [rows, minor] = result.getRows()[0] as [number, number];
  return { rows, minor };
}

function fail(what: string): never {
  throw new Error(`not read: ${what}`);
}

const [way = '', path = ''] = process.argv.slice(2);
const started = performance.now();
const before = process.cpuUsage();
const counted = await (WAYS[way] ?? fail(way))(path);
const { user, system } = process.cpuUsage(before);
const elapsed_ms = Math.round(performance.now() - started);
const read: Read = { ...counted, elapsed_ms, cpu_ms: Math.round((user + system) / 1000) };
process.stdout.write(JSON.stringify(read));
