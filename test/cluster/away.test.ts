// The broker or the registry goes away, in every way in which one can, while workers, an import, a service under
// webhooks and a tail run, and one more worker starts: none ends, hangs or tells of damage, and the outcome is that of
// an undisturbed run. The import is held in the middle of what it sends until the outage begins.
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { FACT_TOPICS } from '../../src/domain/fact.ts';
import { topicEnds } from '../../src/kafka/client/topic-offsets.ts';
import {
  connections,
  end,
  makeSite,
  paymentBody,
  removeSite,
  type Serving,
  send,
  serve,
  signed,
} from '../service/service-client.ts';
import { type GivenFacts, givenFacts } from './given-facts.ts';
import { GivenLedger, type WorkerProcess } from './given-ledger.ts';
import { ownEnvironment } from './harness/cluster.ts';
import { type OutageProxy, startOutageProxy } from './harness/outage-proxy.ts';
import { type Broker, type Registry, startBroker, startRegistry } from './harness/servers.ts';
import { expectOnce } from './recon.ts';

/** Rounds of all outages, of all lengths, over broker and registry. Without it, one short one. */
const ROUNDS = Number(process.env.HESABU_TEST_OUTAGES ?? 0);
const KINDS = ['kill', 'stop', 'refused', 'black hole', 'reset'] as const;
type Kind = (typeof KINDS)[number];

interface Outage {
  readonly kind: Kind;
  readonly seconds: number;
  readonly of: 'broker' | 'registry';
}

const SAMPLE: readonly Outage[] = [{ kind: 'black hole', seconds: 3, of: 'broker' }];
const ALL: readonly Outage[] = KINDS.flatMap((kind) =>
  [1, 10, 60].flatMap((seconds) => (['broker', 'registry'] as const).map((of) => ({ kind, seconds, of }))),
);
const OUTAGES = ROUNDS === 0 ? SAMPLE : Array.from({ length: ROUNDS }, () => ALL).flat();
/** So many work when the outage begins; one more starts while it lasts. */
const WORKERS = ROUNDS === 0 ? 1 : 3;
const QUIET_MILLIS = 60_000 * (ROUNDS === 0 ? 4 : 1);
/** Codes of damage, and of errors that nobody foresaw. */
const DAMAGE = /HESABU_(REPLAY_DIFFERS|LEDGER_|LOG_|PARTITIONS_|TOPIC_|TOPICS_|INTERNAL|SCHEMA_)/;

let given: GivenFacts;
let broker: Broker;
/** Only where it is to go away; otherwise the shared one does. */
let registry: Registry | undefined;
/** The import has a way of its own to the broker. */
let proxies: Record<Outage['of'] | 'importer', OutageProxy>;
let environment: Record<string, string>;
let ledger: GivenLedger;
let hooks: GivenLedger;
let site: ReturnType<typeof makeSite>;
let serving: Serving | undefined;

const registryUrl = () => new URL(registry?.url ?? process.env.REGISTRY_URL!);

beforeAll(async () => {
  given = await givenFacts(ROUNDS === 0 ? 300 : 600);
  proxies = {
    broker: await startOutageProxy(() => broker.proxiedPorts[0]!),
    importer: await startOutageProxy(() => broker.proxiedPorts[1]!),
    registry: await startOutageProxy(() => Number(registryUrl().port)),
  };
  broker = await startBroker({ proxies: [proxies.broker.port, proxies.importer.port] });
  registry = OUTAGES.some(({ of }) => of === 'registry') ? await startRegistry() : undefined;
  const url = registryUrl();
  url.port = String(proxies.registry.port);
  environment = { HESABU_KAFKA_BROKERS: `127.0.0.1:${proxies.broker.port}`, HESABU_REGISTRY_URL: url.href };
}, 400_000);

afterAll(async () => {
  given.remove();
  for (const proxy of Object.values(proxies)) await proxy.close();
  await broker.remove();
  await registry?.remove();
});

beforeEach(async () => {
  ledger = await GivenLedger.make(4, { ...ownEnvironment(), ...environment });
  hooks = await GivenLedger.make(2, { ...ownEnvironment(), ...environment });
  const { brokers, registry, prefix } = hooks.settings;
  site = makeSite({ kafka: { brokers, registry, prefix } });
}, 120_000);

afterEach(async () => {
  if (serving !== undefined) await end(serving);
  await ledger.remove();
  await hooks.remove();
  removeSite(site);
});

/** The outage from its beginning to its end. `onBegin` is called when nothing gets through any more. */
async function suffer({ kind, seconds, of }: Outage, onBegin: () => void): Promise<void> {
  const ways = of === 'broker' ? [proxies.broker, proxies.importer] : [proxies.registry];
  const server = of === 'broker' ? broker : registry!;
  const millis = seconds * 1_000;
  if (kind === 'reset') {
    for (let left = seconds; left > 0; left--) {
      for (const way of ways) way.reset();
      if (left === seconds) onBegin();
      await sleep(1_000);
    }
  } else if (kind === 'kill') {
    await server.kill();
    onBegin();
    await sleep(millis);
    await server.start();
  } else if (kind === 'stop') {
    server.process().kill('SIGSTOP');
    onBegin();
    await sleep(millis);
    server.process().kill('SIGCONT');
  } else {
    for (const way of ways) await way.becomes(kind);
    onBegin();
    await sleep(millis);
    for (const way of ways) await way.becomes('clear');
  }
}

/** A gateway that sends each payment until it is accepted. */
function gateway(url: () => string) {
  const agent = connections(4);
  const answers = new Map<number, number>();
  let sent = 0;
  let isOver = false;
  const deliver = async (): Promise<void> => {
    while (!isOver) {
      const name = `${sent++}`;
      for (let status = 0; status !== 200; ) {
        status = await send(agent, url(), signed(paymentBody(name))).catch(() => 0);
        answers.set(status, (answers.get(status) ?? 0) + 1);
        if (status !== 200) await sleep(250);
      }
      await sleep(50);
    }
  };
  const deliveries = [deliver(), deliver()];
  const stop = async () => {
    isOver = true;
    await Promise.all(deliveries);
    await agent.destroy();
    return { sent, answers };
  };
  return { stop };
}

const args = () => ['--rules', given.rules, '--as-of', given.asOf, '--session', '6', '--snapshot-facts', '200'];
const isRunning = ({ child }: { readonly child: ChildProcess }) => child.exitCode === null && child.signalCode === null;

/** The number of facts in the topics. */
async function factCount(): Promise<number> {
  const { ends } = await topicEnds(
    ledger.kafka,
    FACT_TOPICS.map((topic) => ledger.settings.prefix + topic),
  );
  return Number([...ends.values()].reduce((sum, end) => sum + end, 0n));
}

/** An import that has sent a part of its facts, and waits in the middle of a request until it is released. */
async function importInTheMiddle(): Promise<WorkerProcess> {
  const kafka = `127.0.0.1:${proxies.importer.port}`;
  const files = Object.entries(given.files).flatMap(([kind, file]) => [`--${kind}`, file]);
  const bytes = given.facts.reduce((sum, { value }) => sum + value.length, 0);
  const held = proxies.importer.holdAfter(bytes / 2);
  const importing = ledger.start(['import', '--data', join(site.dir, 'copy'), '--kafka', kafka, ...files]);
  await Promise.race([held, importing.ended]);
  await expect.poll(factCount, { timeout: 60_000 }).toBeGreaterThan(0);
  expect(await factCount()).toBeLessThan(given.facts.length);
  return importing;
}

/** A process that waits says so at once, then each half minute, and at the end for how long it was. */
function expectNotices(said: string, { kind, seconds, of }: Outage): void {
  if (of !== 'broker' || seconds < 60 || kind === 'reset') return;
  expect(said).toContain('waiting: the Kafka cluster does not answer');
  const waits = [...said.matchAll(/it answers again, after (\d+) s/g)].map(([, text]) => Number(text));
  expect(Math.max(...waits), said).toBeGreaterThan(seconds / 2);
  const still = said.match(/still waiting after \d+ s/g)?.length ?? 0;
  const notices = (everySeconds: number) => waits.reduce((sum, wait) => sum + Math.floor((wait + 1) / everySeconds), 0);
  expect(still, said).toBeGreaterThanOrEqual(notices(33));
  expect(still, said).toBeLessThanOrEqual(notices(30));
}

test.for(OUTAGES)(
  'the $of: $kind for $seconds s (F18 partly)',
  { timeout: 240_000 + 3 * QUIET_MILLIS },
  async (outage) => {
    const workers: WorkerProcess[] = Array.from({ length: WORKERS }, () => ledger.worker(args()));
    const matching = hooks.worker(['--session', '6']);
    serving = await serve(site.config);
    const { url } = serving;
    const payments = gateway(() => url);
    const tail = ledger.start(['tail', '--from-beginning', '--format', 'json']);
    const importing = await importInTheMiddle();
    await suffer(outage, () => {
      expect([importing, ...workers, matching, tail].map(isRunning)).not.toContain(false);
      proxies.importer.release();
      if (workers.length === WORKERS) workers.push(ledger.worker(args()));
    });
    // The import ends by itself, and its facts are there.
    expect(await importing.ended, importing.said()).toBe(0);
    const { root, entries } = await ledger.drained(QUIET_MILLIS);
    expect(root).toBe(given.root);
    expectOnce(await ledger.recon(), entries);
    await expect
      .poll(() => tail.said().split('\n').length - 1, { timeout: QUIET_MILLIS })
      .toBeGreaterThanOrEqual(entries.length);
    const { sent, answers } = await payments.stop();
    // While the cluster is away a webhook is refused, so that the gateway sends it again.
    expect([...answers.keys()].filter((status) => status !== 200 && status !== 503)).toEqual([]);
    const matched = await hooks.drained(QUIET_MILLIS);
    expectOnce(await hooks.recon(), matched.entries);
    expect(new Set((await hooks.recon()).map(({ key }) => key)).size).toBe(sent);
    await expect.poll(async () => (await fetch(`${url}/readyz`)).status, { timeout: QUIET_MILLIS }).toBe(200);
    expect([...workers, matching, tail].map(isRunning)).not.toContain(false);
    expect(serving.process.exitCode).toBeNull();
    const said = [...workers, matching, tail, importing].map((one) => one.said());
    const served = serving.lines.map((line) => JSON.stringify(line)).join('\n');
    for (const text of [said[0]!, matching.said(), tail.said(), served]) expectNotices(text, outage);
    expect([...said, served].join('\n')).not.toMatch(DAMAGE);
  },
);

test('a start waits for a broker that is away, and with PT0S fails at once', { timeout: 240_000 }, async () => {
  await proxies.broker.becomes('refused');
  const impatient = ledger.worker([...args(), '--wait', 'PT0S']);
  expect(await impatient.ended).toBe(4);
  expect(impatient.said()).toMatch(/^HESABU_KAFKA_UNREACHABLE: /m);
  const patient = ledger.worker(args());
  await expect.poll(() => patient.said(), { timeout: 60_000 }).toContain('waiting: HESABU_KAFKA_UNREACHABLE');
  await proxies.broker.becomes('clear');
  await expect.poll(() => patient.said(), { timeout: 60_000 }).toContain('it answers again');
  await expect.poll(() => patient.said(), { timeout: 60_000 }).toContain('the worker joined the group');
});
