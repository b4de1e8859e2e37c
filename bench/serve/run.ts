// `npm run bench:serve`: callbacks acknowledged durably, compared with a bare route that only verifies. See
// ../README.md.

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { callbacks, type Load, sendAll, sendSteadily } from './load.ts';
import { makeSite, pinClient, type Server, startBare, startService } from './server.ts';
import { type StreamLatency, streamLatency } from './stream.ts';

const { values: options } = parseArgs({
  options: {
    runs: { type: 'string', default: '3' },
    events: { type: 'string', default: '1000000' },
    json: { type: 'string' },
  },
});
const runCount = Number(options.runs);
const eventCount = Number(options.events);
const dir = fileURLToPath(new URL('../out/serve', import.meta.url));

/** The number of callbacks for each number of connections. */
const COUNTS: readonly (readonly [connections: number, callbacks: number])[] = [
  [1, 3_000],
  [16, 30_000],
  [256, 80_000],
];
const MANY = 256;
/** The number of payments in the long run. */
const PAYMENTS = 200_000;
const SLICE = 50_000;
const STEADY_SECONDS = 10;

const print = (line: string): boolean => process.stderr.write(`${line}\n`);
const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!;
const rate = (value: number) => Math.round(value).toLocaleString('en');
const millis = (value: number) => value.toFixed(1);

interface Figures {
  readonly bare: Load;
  readonly serve: Load;
}

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
  if (!isPinned) print('No taskset here: service and client share all cores.');
  const site = makeSite(dir);
  const bare = await startBare(isPinned);
  const serve = await startService(site, isPinned);
  try {
    const figures = new Map<number, Figures[]>();
    // A first load is not counted: it lets both programs be compiled.
    for (const server of [bare, serve]) await measured(server, 'warm', MANY, 20_000);
    for (let run = 0; run < runCount; run++) {
      for (const [connections, count] of COUNTS) {
        const pair = {
          bare: await measured(bare, `run-${run}-${connections}`, connections, count),
          serve: await measured(serve, `run-${run}-${connections}`, connections, count),
        };
        figures.set(connections, [...(figures.get(connections) ?? []), pair]);
      }
    }
    const maximum = median(figures.get(MANY)!.map(({ serve: load }) => load.perSecond));
    const half = await steady(serve, maximum / 2);
    const stream = await streamLatency(serve.url, site.key, maximum / 4);
    showFigures(figures, half, stream, maximum);
    const memory = eventCount === 0 ? [] : await watchMemory(serve, eventCount);
    if (options.json !== undefined) {
      writeFileSync(options.json, `${JSON.stringify({ runs: [...figures], half, stream, memory })}\n`);
    }
  } finally {
    await Promise.all([bare.stop(), serve.stop()]);
  }
}

async function measured({ url }: Server, run: string, connections: number, count: number): Promise<Load> {
  const load = await sendAll(url, callbacks(run, 0, count), connections);
  const { 200: accepted = 0 } = load.statuses;
  if (accepted !== count) throw new Error(`of ${count} callbacks ${JSON.stringify(load.statuses)}`);
  return load;
}

function steady({ url }: Server, perSecond: number): Promise<Load> {
  return sendSteadily(url, callbacks('half', 0, Math.round(perSecond * STEADY_SECONDS)), MANY, perSecond);
}

function showFigures(figures: Map<number, Figures[]>, half: Load, stream: StreamLatency, maximum: number): void {
  print('\ncallbacks a second, medians        serve     p50 ms   p99 ms   bare route   of it');
  for (const [connections, pairs] of figures) {
    const of = (which: keyof Figures, what: 'perSecond' | 'p50' | 'p99') =>
      median(pairs.map((pair) => pair[which][what]));
    const part = of('serve', 'perSecond') / of('bare', 'perSecond');
    const cells = [
      `${connections} connections`.padEnd(28),
      rate(of('serve', 'perSecond')).padStart(12),
      millis(of('serve', 'p50')).padStart(10),
      millis(of('serve', 'p99')).padStart(8),
      rate(of('bare', 'perSecond')).padStart(12),
      `${(part * 100).toFixed(0)} %`.padStart(7),
    ];
    print(cells.join(' '));
  }
  print(`\nat half load, ${rate(maximum / 2)} a second: p50 ${millis(half.p50)} ms, p99 ${millis(half.p99)} ms`);
  print(
    `from callback to matched entry at the stream, under a load of ${rate(maximum / 4)} a second: ` +
      `p50 ${millis(stream.p50)} ms, p99 ${millis(stream.p99)} ms, ${stream.entries} entries`,
  );
}

interface Memory {
  readonly kind: 'new' | 'repeated';
  readonly events: number;
  readonly rss_mb: number | null;
  readonly per_second: number;
}

/**
 * A long series of events: first of new payments, which the ledger must know from then on, then the same events again
 * and again, as gateways send them. Memory may grow with the number of payments, but not with that of events.
 */
async function watchMemory(serve: Server, events: number): Promise<Memory[]> {
  const seen: Memory[] = [];
  const at = new Date();
  const payments = Math.min(PAYMENTS, events);
  print(`\n${rate(events)} events of ${rate(payments)} payments`);
  for (let sent = 0; sent < events; sent += SLICE) {
    const requests = callbacks('long', sent % payments, SLICE, at);
    const { perSecond } = await sendAll(serve.url, requests, MANY);
    const rss = serve.rss();
    const [kind, rssMb] = [
      sent < payments ? 'new' : 'repeated',
      rss === null ? null : Math.round(rss / 2 ** 20),
    ] as const;
    seen.push({ kind, events: sent + SLICE, rss_mb: rssMb, per_second: perSecond });
    const cells = [rate(sent + SLICE).padStart(10), `events (${kind})`.padEnd(17), String(rssMb).padStart(6)];
    print(`${cells.join(' ')} MiB  ${rate(perSecond)} a second`);
  }
  return seen;
}
