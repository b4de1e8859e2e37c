// `npm run bench:kafka`: compares workers with Kafka Streams, with the same join on the same topics. See ../README.md.

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { reconcile } from '../../src/app/reconcile.ts';
import { RECON_TOPICS } from '../../src/kafka/topics/topic-plans.ts';
import { startBroker, startRegistry } from '../../test/cluster/harness/servers.ts';
import type { Batch } from '../batch.ts';
import { generate } from '../generate.ts';
import { type Cluster, drained, freshOutputs, freshTopic, makeCluster, PARTITIONS, produceFacts } from './cluster.ts';
import { type Finals, finalEntries } from './finals.ts';
import { type Latency, measureLatency } from './latency.ts';
import { buildStreams, endAll, type Program, type StreamsOptions, startStreams, startWorker } from './programs.ts';

const { values: options } = parseArgs({
  options: {
    keys: { type: 'string', default: '200000,1000000' },
    runs: { type: 'string', default: '1' },
    json: { type: 'string' },
  },
});
const dir = fileURLToPath(new URL('../out/kafka', import.meta.url));
const LATENCY_SECONDS = 15;
const LEDGER = 'ledger.v1';
const THEIRS = 'streams-out.v1';
const WORKERS = (count: number) => `hesabu worker x ${count}`;
/** The record cache of Kafka Streams' threads: none, and its default. The better one counts. */
const CACHES = [0, 10 * 1024 * 1024];
const STREAMS = ({ threads, cacheBytes }: StreamsOptions) =>
  `Kafka Streams, ${threads} thread${threads === 1 ? '' : 's'}, ${cacheBytes === 0 ? 'no cache' : 'cached'}`;
const LIVE = /the task is live/;
const RUNNING = /running after/;

interface Figures {
  readonly program: string;
  readonly keys: number;
  readonly facts_per_second: number;
  readonly records_per_fact: number;
  readonly peak_mib: number;
}

/** For a program with two workers or threads, at the largest number of keys. */
interface LatencyFigures {
  readonly program: string;
  readonly latency: Latency;
  readonly restore: { readonly keys: number; readonly seconds: number };
}

const print = (line: string): boolean => process.stderr.write(`${line}\n`);
const results: Figures[] = [];
const latencies: LatencyFigures[] = [];

rmSync(dir, { recursive: true, force: true });
mkdirSync(dir, { recursive: true });
const [broker, registry] = [await startBroker(), await startRegistry()];
try {
  print(`${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores, Node ${process.version}, one broker of Kafka 4.4.0`);
  await buildStreams();
  const all = options.keys.split(',').map(Number);
  for (const keys of all) await measureKeys(keys, keys === Math.max(...all));
  printTable();
} finally {
  endAll();
  await Promise.all([broker.remove(), registry.remove()]);
  rmSync(dir, { recursive: true, force: true });
}

async function measureKeys(keys: number, isLast: boolean): Promise<void> {
  const files = generate(keys, join(dir, `files-${keys}`));
  const data = join(dir, `books-${keys}`);
  const { orders, callbacks, settlements, rules, asOf } = files;
  const given = { orders: [orders], callbacks: [callbacks], settlements: [settlements], rules, asOf, data };
  await reconcile({ ...given, provider: 'mfs-africa', lang: 'en' });
  const cluster = await makeCluster(broker.address, registry.url, `bench-${keys}.`);
  const facts = await produceFacts(cluster, data);
  print(`${keys} keys, ${facts} facts in the topics`);
  const finals: Finals[] = [];
  for (let nth = 0; nth < Number(options.runs); nth++) {
    for (const count of [1, 2]) {
      finals.push(await measureWorkers(cluster, files, facts, count, nth));
      for (const cacheBytes of CACHES) {
        finals.push(await measureStreams(cluster, keys, facts, { threads: count, cacheBytes }, nth));
      }
    }
  }
  if (new Set(finals.map(({ digest }) => digest)).size > 1) {
    throw new Error(`the programs have different final entries: ${JSON.stringify(finals)}`);
  }
  print(`all have the same ${finals[0]!.count} final entries`);
  if (isLast) {
    latencies.push(await latencyOfWorkers(cluster, files));
    latencies.push(await latencyOfStreams(cluster, keys));
  }
  await cluster.admin.disconnect();
}

async function measureWorkers(cluster: Cluster, files: Batch, facts: number, count: number, nth: number) {
  await freshOutputs(cluster);
  const began = performance.now();
  const workers = Array.from({ length: count }, (_, at) => worker(cluster, files, `${count}-${at}-${nth}`));
  const { seconds, records } = await drained(cluster, [LEDGER, ...RECON_TOPICS], began, () => {
    for (const one of workers) one.requireRunning();
  });
  note(WORKERS(count), files.keys, facts, seconds, records, workers);
  await Promise.all(workers.map((one) => one.end()));
  return finalEntries(cluster, RECON_TOPICS);
}

function worker(cluster: Cluster, { rules, asOf, keys }: Batch, name: string): Program {
  return startWorker(cluster, join(dir, `worker-${keys}-${name}`), ['--rules', rules, '--as-of', asOf]);
}

async function measureStreams(cluster: Cluster, keys: number, facts: number, given: StreamsOptions, nth: number) {
  await freshTopic(cluster, THEIRS);
  const name = streamsName(keys, given, nth);
  const began = performance.now();
  const streams = startStreams(cluster, join(dir, name), given);
  const { seconds, records } = await drained(cluster, [THEIRS, `streams-${name}-keys-changelog`], began, () =>
    streams.requireRunning(),
  );
  note(STREAMS(given), keys, facts, seconds, records, [streams]);
  await streams.end();
  return finalEntries(cluster, [THEIRS]);
}

/** The same workers continue from their state; then one of them starts without its directory. */
async function latencyOfWorkers(cluster: Cluster, files: Batch): Promise<LatencyFigures> {
  const last = Number(options.runs) - 1;
  const workers = [`2-0-${last}`, `2-1-${last}`].map((name) => worker(cluster, files, name));
  while (liveTasks(workers) < PARTITIONS) await sleep(20);
  const latency = await measureLatency(cluster, RECON_TOPICS, tenthOf(WORKERS(2)), LATENCY_SECONDS);
  await Promise.all(workers.map((one) => one.end()));
  const began = performance.now();
  const fresh = worker(cluster, files, 'fresh');
  await fresh.hasPrinted(LIVE, PARTITIONS);
  const seconds = (performance.now() - began) / 1000;
  await fresh.end();
  return { program: 'hesabu worker', latency, restore: { keys: files.keys, seconds } };
}

async function latencyOfStreams(cluster: Cluster, keys: number): Promise<LatencyFigures> {
  // With the cache that was faster.
  const both = CACHES.map((cacheBytes) => ({ threads: 2, cacheBytes }));
  const [given] = both.toSorted((left, right) => rateOf(STREAMS(right)) - rateOf(STREAMS(left)));
  const state = join(dir, streamsName(keys, given!, Number(options.runs) - 1));
  const warm = startStreams(cluster, state, given!);
  await warm.hasPrinted(RUNNING);
  const latency = await measureLatency(cluster, [THEIRS], tenthOf(STREAMS(given!)), LATENCY_SECONDS);
  await warm.end();
  rmSync(state, { recursive: true });
  const began = performance.now();
  const fresh = startStreams(cluster, state, given!);
  await fresh.hasPrinted(RUNNING);
  const seconds = (performance.now() - began) / 1000;
  await fresh.end();
  return { program: 'Kafka Streams', latency, restore: { keys, seconds } };
}

function liveTasks(workers: readonly Program[]): number {
  return workers.reduce((sum, one) => sum + (one.output().match(new RegExp(LIVE, 'g'))?.length ?? 0), 0);
}

function streamsName(keys: number, { threads, cacheBytes }: StreamsOptions, nth: number): string {
  return `streams-${keys}-${threads}-${cacheBytes}-${nth}`;
}

function tenthOf(program: string): number {
  return Math.round(rateOf(program) / 10);
}

/** Of the last run. */
function rateOf(program: string): number {
  return results.findLast((one) => one.program === program)!.facts_per_second;
}

function note(program: string, keys: number, facts: number, seconds: number, records: number, all: readonly Program[]) {
  const peak_mib = all.reduce((sum, one) => sum + one.peakMiB(), 0);
  const rate = Math.round(facts / seconds);
  results.push({ program, keys, facts_per_second: rate, records_per_fact: records / facts, peak_mib });
  print(`${program}: ${rate} facts/s, ${(records / facts).toFixed(2)} records a fact, ${peak_mib} MiB`);
}

/** Of all runs of one program with the same number of keys, the run with the median rate. */
function medians(): Figures[] {
  const groups = Map.groupBy(results, ({ program, keys }) => `${keys} ${program}`);
  return [...groups.values()].map((group) => {
    const sorted = group.toSorted((left, right) => left.facts_per_second - right.facts_per_second);
    return sorted[Math.floor((sorted.length - 1) / 2)]!;
  });
}

function printTable(): void {
  const out = [
    '| program | keys | facts a second | records a fact | peak memory |',
    '|---|---:|---:|---:|---:|',
    ...medians().map(({ program, keys, facts_per_second, records_per_fact, peak_mib }) => {
      const numbers = [keys, facts_per_second].map((number) => number.toLocaleString('en'));
      return `| ${[program, ...numbers, records_per_fact.toFixed(2), `${peak_mib} MiB`].join(' | ')} |`;
    }),
  ];
  for (const keys of new Set(results.map((one) => one.keys))) {
    const of = (program: string) => medians().find((one) => one.keys === keys && one.program === program)!;
    for (const threads of [1, 2]) {
      const [ours, ...theirs] = [WORKERS(threads), ...CACHES.map((cacheBytes) => STREAMS({ threads, cacheBytes }))].map(
        of,
      );
      const best = theirs.toSorted((left, right) => right.facts_per_second - left.facts_per_second)[0]!;
      const [rate, peak] = [ours!.facts_per_second / best.facts_per_second, ours!.peak_mib / best.peak_mib];
      out.push(
        '',
        `${keys} keys, ${ours!.program}: ${rate.toFixed(2)} times ${best.program}, ${peak.toFixed(2)} of its memory`,
      );
    }
  }
  for (const { program, latency, restore } of latencies) {
    const { rate, p50, p99, facts } = latency;
    const seconds = restore.seconds.toFixed(1);
    out.push('', `${program}, two of them, at ${rate} facts/s: from a fact to its entry at a subscriber`);
    out.push(
      `p50 ${p50} ms, p99 ${p99} ms (${facts} facts). Without its directory, ${restore.keys} keys: ${seconds} s.`,
    );
  }
  process.stdout.write(`${out.join('\n')}\n`);
  if (options.json !== undefined) writeFileSync(options.json, JSON.stringify({ results, latencies }, null, 2));
}
