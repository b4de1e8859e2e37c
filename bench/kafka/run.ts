// `npm run bench:kafka`: workers on a broker, beside Kafka Streams doing the same join on the same topics. See
// ../README.md.

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { reconcile } from '../../src/cli/commands/reconcile.ts';
import { RECON_TOPICS } from '../../src/log/kafka/topics.ts';
import { startBroker, startRegistry } from '../../test/kafka/harness/servers.ts';
import { type Batch, generate } from '../generate.ts';
import { type Cluster, drained, freshOutputs, makeCluster, PARTITIONS, produceFacts } from './cluster.ts';
import { type Latency, measureLatency } from './latency.ts';
import { buildStreams, type Program, startStreams, startWorker } from './programs.ts';

const { values: options } = parseArgs({
  options: {
    keys: { type: 'string', default: '200000,1000000' },
    json: { type: 'string' },
  },
});
const dir = fileURLToPath(new URL('../out/kafka', import.meta.url));
const LATENCY_SECONDS = 15;
const OURS = ['ledger.v1', ...RECON_TOPICS];
const THEIRS = ['streams-out.v1'];

interface Figures {
  readonly program: string;
  readonly keys: number;
  readonly facts_per_second: number;
  readonly records_per_fact: number;
  readonly peak_mib: number;
}

const tell = (line: string): boolean => process.stderr.write(`${line}\n`);
const results: Figures[] = [];
const more: { latency?: Latency; restore?: { keys: number; seconds: number } } = {};

rmSync(dir, { recursive: true, force: true });
mkdirSync(dir, { recursive: true });
const [broker, registry] = [await startBroker(), await startRegistry()];
try {
  tell(`${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores, Node ${process.version}, one broker of Kafka 4.4.0`);
  const hasStreams = await buildStreams();
  if (!hasStreams) tell('Kafka Streams could not be built: its figures are left out.');
  for (const keys of options.keys.split(',').map(Number)) await measureKeys(keys, hasStreams);
  print();
} finally {
  await Promise.all([broker.remove(), registry.remove()]);
  rmSync(dir, { recursive: true, force: true });
}

async function measureKeys(keys: number, hasStreams: boolean): Promise<void> {
  const files = generate(keys, join(dir, `files-${keys}`));
  const data = join(dir, `books-${keys}`);
  const { orders, callbacks, settlements, rules, asOf } = files;
  const given = { orders: [orders], callbacks: [callbacks], settlements: [settlements], rules, asOf, data };
  await reconcile({ ...given, provider: 'mfs-africa', lang: 'en' });
  const cluster = await makeCluster(broker.address, registry.url, `bench-${keys}.`);
  const facts = await produceFacts(cluster, data);
  tell(`${keys} keys, ${facts} facts in the topics`);
  for (const count of [1, 2]) await measureWorkers(cluster, files, facts, count, count === 2 && keys === largest());
  if (hasStreams) for (const threads of [1, 2]) await measureStreams(cluster, keys, facts, threads);
  await cluster.admin.disconnect();
}

const largest = () => Math.max(...options.keys.split(',').map(Number));

async function measureWorkers(cluster: Cluster, files: Batch, facts: number, count: number, isLast: boolean) {
  const { rules, asOf, keys } = files;
  await freshOutputs(cluster);
  const args = ['--rules', rules, '--as-of', asOf];
  const start = (at: number) => startWorker(cluster, join(dir, `worker-${keys}-${count}-${at}`), args);
  const began = performance.now();
  const workers = Array.from({ length: count }, (_, at) => start(at));
  const { seconds, records } = await drained(cluster, OURS, began);
  note(`hesabu worker x ${count}`, keys, facts, seconds, records, workers);
  if (isLast) {
    const rate = Math.round(results.at(-1)!.facts_per_second / 10);
    more.latency = await measureLatency(cluster, rate, LATENCY_SECONDS);
    await Promise.all(workers.map((worker) => worker.end()));
    const from = performance.now();
    const worker = start(99);
    await worker.heard(/the task is live/, PARTITIONS);
    more.restore = { keys, seconds: (performance.now() - from) / 1000 };
    await worker.end();
    return;
  }
  await Promise.all(workers.map((worker) => worker.end()));
}

async function measureStreams(cluster: Cluster, keys: number, facts: number, threads: number): Promise<void> {
  const { admin, settings } = cluster;
  const topic = `${settings.prefix}streams-out.v1`;
  // The application's own topics and group are named after its prefix and threads: another run is another application.
  if ((await admin.listTopics()).includes(topic)) await admin.deleteTopics({ topics: [topic] });
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  await admin.createTopics({ topics: [{ topic, numPartitions: PARTITIONS, replicationFactor: 1 }] });
  const began = performance.now();
  const streams = startStreams(cluster, join(dir, `streams-${keys}-${threads}`), threads);
  const { seconds, records } = await drained(cluster, THEIRS, began);
  note(`Kafka Streams, ${threads} threads`, keys, facts, seconds, records, [streams]);
  await streams.end();
}

function note(program: string, keys: number, facts: number, seconds: number, records: number, all: readonly Program[]) {
  const peak_mib = all.reduce((sum, one) => sum + one.peakMiB(), 0);
  const rate = Math.round(facts / seconds);
  results.push({ program, keys, facts_per_second: rate, records_per_fact: records / facts, peak_mib });
  tell(`${program}: ${rate} facts/s, ${(records / facts).toFixed(2)} records a fact, ${peak_mib} MiB`);
}

function print(): void {
  const out = [
    '| program | keys | facts a second | records a fact | peak memory |',
    '|---|---:|---:|---:|---:|',
    ...results.map(({ program, keys, facts_per_second, records_per_fact, peak_mib }) => {
      const numbers = [keys, facts_per_second].map((number) => number.toLocaleString('en'));
      return `| ${[program, ...numbers, records_per_fact.toFixed(2), `${peak_mib} MiB`].join(' | ')} |`;
    }),
  ];
  const { latency, restore } = more;
  if (latency !== undefined) {
    const { rate, p50, p99, facts } = latency;
    out.push(
      '',
      `From a fact to its entry at a subscriber, at ${rate} facts/s: p50 ${p50} ms, p99 ${p99} ms (${facts}).`,
    );
  }
  if (restore !== undefined) {
    out.push(`A worker without its directory has ${restore.keys} keys again after ${restore.seconds.toFixed(1)} s.`);
  }
  process.stdout.write(`${out.join('\n')}\n`);
  if (options.json !== undefined) writeFileSync(options.json, JSON.stringify({ results, ...more }, null, 2));
}
