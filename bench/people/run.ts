// `npm run bench:people`: the list of cases, decisions, work on many of them, and workbooks, on a service with very
// many keys and some ten thousand open breaks. See ../README.md.

import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Workbook } from '@cj-tech-master/excelts';
import { SHEET_COLUMN_WORDS } from '../../src/domain/decision-words.ts';
import { KeyStore } from '../../src/http/access/key-store.ts';
import { Commands } from '../commands.ts';
import { generate } from '../generate.ts';
import { callbacks, sendSteadily } from '../serve/load.ts';
import { makeSite, pinClient, startService } from '../serve/server.ts';

const { values: options } = parseArgs({
  options: { keys: { type: 'string', default: '350000' }, json: { type: 'string' } },
});
const dir = fileURLToPath(new URL('../out/people', import.meta.url));
const entry = fileURLToPath(new URL('../../bin/hesabu.js', import.meta.url));
const print = (line: string): boolean => process.stderr.write(`${line}\n`);

const LISTS = 50;
const DECISIONS = 50;
const PROPOSED = 1_000;
const TRIES = 30;
/** A service that took less than this of each of so many seconds has nothing of its own to do. */
const CALM_MILLIS = 400;
const CALM_SECONDS = 4;
/** Cases of one workbook and one bulk. */
const SELECTED_MAX = 11_000;
/** What one request may name. */
const NAMED_MAX = 500;
/** Callbacks that come beside some lists. */
const BESIDE = { perSecond: 2_000, seconds: 5, connections: 64 };
const DAY = '2026-06-03';
const DAYS = 10;
const DRILLED = ['received', 'settled', 'closing', 'pending', 'SETTLEMENT_MISSING', 'total:settled'];

// biome-ignore lint/suspicious/noExplicitAny: a program of measurements reads what it needs of each answer.
type Json = any;

interface Figure {
  readonly what: string;
  readonly value: number;
  /** Milliseconds of the service's processors, of all its requests. */
  readonly cpu: number;
  readonly wanted: number;
}

class Client {
  private readonly url: string;
  private readonly key: string;
  private sent = 0;

  constructor(url: string, key: string) {
    this.url = url;
    this.key = key;
  }

  async ask(path: string, body?: string | Buffer): Promise<Buffer> {
    const headers = {
      ...{ authorization: `Bearer ${this.key}`, 'idempotency-key': `bench-${process.pid}-${this.sent++}` },
      'content-type': typeof body === 'string' ? 'application/json' : 'application/octet-stream',
    };
    const request = body === undefined ? { headers } : { method: 'POST', headers, body };
    const send = () => fetch(this.url + path, request as RequestInit);
    // The service ends a connection that was idle while this program worked at a workbook.
    const answer = await send().catch(send);
    const bytes = Buffer.from(await answer.arrayBuffer());
    if (!answer.ok) throw new Error(`${path} was answered ${answer.status}: ${bytes.subarray(0, 500)}`);
    return bytes;
  }

  async json(path: string, body?: object): Promise<Json> {
    return JSON.parse(String(await this.ask(path, body === undefined ? undefined : JSON.stringify(body))));
  }

  /** Asks again while the ledger reads every key, as it does when it takes new rules. */
  async patient(path: string): Promise<Json> {
    for (let at = 0; ; at++) {
      try {
        return await this.json(path);
      } catch (error) {
        if (at === TRIES || !String(error).includes('HESABU_OVERLOADED')) throw error;
      }
    }
  }

  /** Counts, begins, and waits for the last row. */
  async bulk(body: object): Promise<Json> {
    const { token } = await this.json('/v1/cases/bulk/preview', body);
    const { id } = await this.json('/v1/cases/bulk', { token });
    for (;;) {
      const batch = await this.json(`/v1/batches/${id}?limit=1`);
      if (batch.finished_at !== null) return batch;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}

interface Timed<Result> {
  readonly result: Result;
  readonly ms: number;
  readonly cpu: number;
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!;
const p95 = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.ceil(values.length * 0.95) - 1]!;

const isPinned = pinClient();
rmSync(dir, { recursive: true, force: true });
mkdirSync(dir, { recursive: true });
try {
  await main();
} finally {
  rmSync(dir, { recursive: true, force: true });
}

async function main(): Promise<void> {
  print(`${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores, Node ${process.version}`);
  const made = Commands.fresh(entry, join(dir, 'made'));
  await made.reconcile(generate(Number(options.keys), join(dir, 'files')));
  const site = makeSite(dir);
  const data = join(dir, 'books');
  rmSync(data, { recursive: true });
  renameSync(made.data, data);
  const about = { role: 'operator', merchants: ['*'], label: 'bench', person: 'Bench', expiresAt: null } as const;
  const { text: key } = new KeyStore(data).create(about, Date.now());
  const service = await startService(site, isPinned);
  try {
    const figures = await measured(service.url, new Client(service.url, key), () => service.cpu() ?? Number.NaN);
    for (const { what, value, cpu, wanted } of figures) {
      print(`${what}: ${Math.round(value)} ms (wanted: ${wanted}), ${Math.round(cpu)} ms of the service's processors`);
    }
    if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(figures, null, 2)}\n`);
    if (figures.some(({ value, wanted }) => value > wanted)) process.exitCode = 1;
  } finally {
    await service.stop();
  }
}

/** A new service first makes the reports of past days, which reads every key. */
async function quiet(cpu: () => number): Promise<void> {
  if (Number.isNaN(cpu())) return;
  for (let calm = 0; calm < CALM_SECONDS; ) {
    const before = cpu();
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    calm = cpu() - before < CALM_MILLIS ? calm + 1 : 0;
  }
}

async function measured(url: string, client: Client, cpu: () => number): Promise<Figure[]> {
  const timed = async <Result>(work: () => Promise<Result>): Promise<Timed<Result>> => {
    const [started, before] = [performance.now(), cpu()];
    const result = await work();
    return { result, ms: performance.now() - started, cpu: cpu() - before };
  };
  const prepared = await timed(() => client.patient(`/v1/statements/${DAY}`));
  print(`new rules and the first statement, which prepares the sums of all days, took ${Math.round(prepared.ms)} ms`);
  const first = await timed(() => client.patient('/v1/cases?limit=1'));
  const { total, facets } = first.result;
  print(`${total} cases; the first list, which makes the rows, took ${Math.round(first.ms)} ms`);
  const filters = Object.entries<Json>(facets).flatMap(([facet, values]) => {
    const named = values.filter(({ value }: Json) => value !== '').slice(0, 3);
    return named.map(({ value }: Json) => `${facet}=${encodeURIComponent(value)}`);
  });
  await quiet(cpu);
  const lists = await timed(() => times(LISTS, (at) => client.ask(listOf(filters, at))));
  const { cases } = await client.json(`/v1/cases?limit=${PROPOSED}&sort=reference`);
  const decisions = await timed(() =>
    times(DECISIONS, (at) => {
      const { id, finding } = cases[at];
      return client.json(`/v1/cases/${id}/proposals`, { finding, kind: 'explain', cause: 'timing' });
    }),
  );
  const { reasons, count } = largeSelection(facets.reason);
  const query = reasons.map((reason) => `&reason=${reason}`).join('');
  const book = await timed(() => client.ask(`/v1/cases.xlsx?status=all&sort=reference${query}`));
  print(`a workbook of ${count} cases has ${Math.round(book.result.length / 1024)} KiB`);
  const filled = await decided(book.result);
  const dry = await timed(async () => JSON.parse(String(await client.ask('/v1/cases.xlsx', filled))));
  print(`of ${PROPOSED} rows of a workbook ${dry.result.count} would be done`);
  const assigned = await timed(() =>
    client.bulk({ act: { act: 'assign', owner: 'team-a' }, filter: { reason: reasons } }),
  );
  print(`assigned: ${JSON.stringify(assigned.result.counts)}`);
  const ids = (await client.json(`/v1/cases?limit=${PROPOSED}&sort=reference`)).cases.map(({ id }: Json) => id);
  const proposed = await timed(() => proposeAll(client, ids));
  const days = await timed(() => times(DAYS, (at) => client.ask(`/v1/statements/${dayAt(at)}`)));
  const drills = await timed(() =>
    times(DRILLED.length, (at) => client.ask(`/v1/statements/${DAY}/lines?line=${DRILLED[at]}`)),
  );
  const beside = await timed(() => besideCallbacks(url, () => times(LISTS, (at) => client.ask(listOf(filters, at)))));
  return [
    {
      what: `list of cases with its facets, half of ${LISTS}`,
      value: median(lists.result),
      cpu: lists.cpu,
      wanted: 50,
    },
    { what: `list of cases with its facets, 95 % of ${LISTS}`, value: p95(lists.result), cpu: lists.cpu, wanted: 50 },
    { what: 'the same beside callbacks, 95 %', value: p95(beside.result), cpu: beside.cpu, wanted: 120 },
    { what: `proposal, half of ${DECISIONS}`, value: median(decisions.result), cpu: decisions.cpu, wanted: 150 },
    { what: `proposal, 95 % of ${DECISIONS}`, value: p95(decisions.result), cpu: decisions.cpu, wanted: 150 },
    { what: `${count} cases assigned`, value: assigned.ms, cpu: assigned.cpu, wanted: 5_000 },
    { what: `${PROPOSED} proposals, in two batches`, value: proposed.ms, cpu: proposed.cpu, wanted: 2_000 },
    { what: `workbook of ${count} cases out`, value: book.ms, cpu: book.cpu, wanted: 5_000 },
    { what: `workbook with ${PROPOSED} decisions back, dry`, value: dry.ms, cpu: dry.cpu, wanted: 5_000 },
    { what: `statement of a day, the slowest of ${DAYS}`, value: Math.max(...days.result), cpu: days.cpu, wanted: 300 },
    ...DRILLED.map((line, at) => {
      return { what: `first page of ${line}`, value: drills.result[at]!, cpu: drills.cpu, wanted: 1_500 };
    }),
  ];
}

/** Reasons that have some ten thousand cases together: no workbook and no bulk has more than twice as many. */
function largeSelection(values: readonly { readonly value: string; readonly count: number }[]) {
  const reasons: string[] = [];
  let sum = 0;
  for (const { value, count } of values) {
    if (sum + count > SELECTED_MAX) continue;
    reasons.push(value);
    sum += count;
  }
  return { reasons, count: sum };
}

async function besideCallbacks<Result>(url: string, work: () => Promise<Result>): Promise<Result> {
  const { perSecond, seconds, connections } = BESIDE;
  const load = sendSteadily(url, callbacks('people', 0, perSecond * seconds), connections, perSecond);
  const result = await work();
  print(`${Math.round((await load).perSecond)} callbacks a second were answered beside the lists`);
  return result;
}

function dayAt(at: number): string {
  return `2026-06-${String(1 + at).padStart(2, '0')}`;
}

/** How long each took. */
async function times(count: number, work: (at: number) => Promise<unknown>): Promise<number[]> {
  const each: number[] = [];
  for (let at = 0; at < count; at++) {
    const started = performance.now();
    await work(at);
    each.push(performance.now() - started);
  }
  return each;
}

function listOf(filters: readonly string[], at: number): string {
  return `/v1/cases?sort=${['oldest', 'value', 'due'][at % 3]}&${filters[at % filters.length]}`;
}

async function proposeAll(client: Client, ids: readonly string[]): Promise<void> {
  const act = { act: 'propose', kind: 'explain', cause: 'other' };
  for (let from = 0; from < ids.length; from += NAMED_MAX) {
    const { counts } = await client.bulk({ act, cases: ids.slice(from, from + NAMED_MAX) });
    print(`proposed: ${JSON.stringify(counts)}`);
  }
}

/** The workbook as a spreadsheet would save it, with a decision in its first rows. */
async function decided(bytes: Buffer): Promise<Buffer> {
  const path = join(dir, 'cases.xlsx');
  writeFileSync(path, bytes);
  const book = new Workbook();
  await book.xlsx.readFile(path);
  const sheet = book.worksheets[0]!;
  const titles = (sheet.getRow(1).values as (string | undefined)[]).slice(1);
  const { act, cause } = SHEET_COLUMN_WORDS.en;
  for (let row = 2; row <= PROPOSED + 1; row++) {
    sheet.getRow(row).getCell(titles.indexOf(act) + 1).value = 'explain';
    sheet.getRow(row).getCell(titles.indexOf(cause) + 1).value = 'other';
  }
  return Buffer.from(await book.xlsx.writeBuffer({ validate: false }));
}
