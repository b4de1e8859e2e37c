// `npm run bench:people`: the list of cases, decisions, work on many of them, and workbooks, on a service with very
// many keys, ten thousand open cases, and ten times as many that people resolved. See ../README.md.

import { appendFileSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
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
import { makeSite, pinClient, quiet, type Server, startService } from '../serve/server.ts';
import { Client, type Json } from './client.ts';
import { resolvedParts, reviewRules, workedSales } from './sales.ts';
import { besideWatchers, WATCHING_KEYS } from './watchers.ts';

const { values: options } = parseArgs({
  options: {
    keys: { type: 'string', default: '1000000' },
    open: { type: 'string', default: '10000' },
    resolved: { type: 'string', default: '100000' },
    json: { type: 'string' },
  },
});
const [keys, openCases, resolvedCases] = [Number(options.keys), Number(options.open), Number(options.resolved)];
const dir = fileURLToPath(new URL('../out/people', import.meta.url));
const entry = fileURLToPath(new URL('../../bin/hesabu.js', import.meta.url));
const print = (line: string): boolean => process.stderr.write(`${line}\n`);

const LISTS = 50;
const DECISIONS = 50;
const PROPOSED = 1_000;
/** Cases of one workbook and one bulk. */
const SELECTED_MAX = 11_000;
/** What one request may name. */
const NAMED_MAX = 500;
/** Callbacks that come beside some lists. */
const BESIDE = { perSecond: 2_000, seconds: 5, connections: 64 };
/** So many times as long as without them. */
const LOOKED_ON = 1.1;
const DAY = '2026-06-03';
const DAYS = 10;
const DRILLED = ['received', 'settled', 'closing', 'pending', 'SETTLEMENT_MISSING', 'total:settled'];

interface Figure {
  readonly what: string;
  readonly value: number;
  /** Milliseconds of the service's processors, of all its requests. */
  readonly cpu: number;
  readonly wanted: number;
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
  const batch = generate(keys, join(dir, 'files'), workedSales(keys, openCases, resolvedCases));
  appendFileSync(batch.rules, reviewRules());
  await made.reconcile(batch);
  const site = makeSite(dir, batch.rules);
  const data = join(dir, 'books');
  rmSync(data, { recursive: true });
  renameSync(made.data, data);
  const about = { role: 'operator', merchants: ['*'], label: 'bench', person: 'Bench', expiresAt: null } as const;
  const store = new KeyStore(data);
  const apiKeys = Array.from({ length: WATCHING_KEYS }, () => store.create(about, Date.now()).text);
  const began = performance.now();
  const service = await startService(site, isPinned);
  print(`the service listens after ${Math.round(performance.now() - began)} ms`);
  try {
    const client = new Client(service.url, apiKeys[0]!);
    const figures = await measured(service, client);
    for (const { what, value, cpu, wanted } of figures) {
      print(`${what}: ${Math.round(value)} ms (wanted: ${wanted}), ${Math.round(cpu)} ms of the service's processors`);
    }
    const { alone, watched, heard } = await besideWatchers(service.url, client, apiKeys);
    print(`${Math.round(heard / 1024)} KiB came at the streams of those who look on`);
    const beside = { what: 'callback p99 beside those who look on', value: watched, cpu: 0, wanted: alone * LOOKED_ON };
    print(`${beside.what}: ${watched.toFixed(1)} ms, alone ${alone.toFixed(1)} ms (wanted: ${LOOKED_ON} times that)`);
    figures.push(beside);
    if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(figures, null, 2)}\n`);
    if (figures.some(({ value, wanted }) => value > wanted)) process.exitCode = 1;
  } finally {
    await service.stop();
  }
}

async function measured(service: Server, client: Client): Promise<Figure[]> {
  const cpu = () => service.cpu() ?? Number.NaN;
  const timed = <Result>(work: () => Promise<Result>) => timedOf(cpu, work);
  const facets = await worked(service, client);
  const filters = Object.entries<Json>(facets).flatMap(([facet, values]) => {
    const named = values.filter(({ value }: Json) => value !== '').slice(0, 3);
    return named.map(({ value }: Json) => `${facet}=${encodeURIComponent(value)}`);
  });
  await quiet(service);
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
  const book = await timed(() => client.ask(`/v1/cases.xlsx?sort=reference${query}`));
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
  const beside = await timed(() =>
    besideCallbacks(service.url, () => times(LISTS, (at) => client.ask(listOf(filters, at)))),
  );
  printMemory(service);
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

function printMemory(service: Server): void {
  const rss = service.rss();
  if (rss !== null) print(`the service has ${Math.round(rss / 1024 ** 2)} MiB`);
}

/** As people do before the figures: in batches, each previewed. Returns how many were done. */
async function resolveAll(client: Client): Promise<number> {
  let done = 0;
  for (const q of resolvedParts(keys)) {
    const { counts } = await client.bulk({ act: { act: 'propose', kind: 'explain', cause: 'timing' }, filter: { q } });
    done += counts.done;
  }
  return done;
}

/** How long it took, and of the processors that `cpu` counts. */
async function timedOf<Result>(cpu: () => number, work: () => Promise<Result>): Promise<Timed<Result>> {
  const [started, before] = [performance.now(), cpu()];
  const result = await work();
  return { result, ms: performance.now() - started, cpu: cpu() - before };
}

/** All before the figures: what a new service makes, and what people resolved. Returns the facets of the open cases. */
async function worked(service: Server, client: Client): Promise<Json> {
  const told = async (what: string, work: () => Promise<unknown>) => {
    const { result, ms } = await timedOf(() => 0, work);
    print(`${what.replace('%', String(result))} took ${Math.round(ms)} ms`);
  };
  const total = async () => (await client.patient('/v1/cases?limit=1')).total;
  const statement = () => client.patient(`/v1/statements/${DAY}`);
  await told('new rules and the first statement, which prepares the sums of all days,', statement);
  await told('the first list, of % cases, which makes the rows,', total);
  printMemory(service);
  await told('% proposals that hold, in batches,', () => resolveAll(client));
  await told('the first statement after them', statement);
  const { total: open, facets } = await client.json('/v1/cases?limit=1');
  print(`now there are ${open} open cases, and by their states ${JSON.stringify(facets.status)}`);
  printMemory(service);
  return facets;
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
