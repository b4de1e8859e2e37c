// Readers go on at once when a broker is back: within three seconds of a new client of another make. And workers that
// lose the registry for good and the broker for long do the same as ever.
import { setTimeout as sleep } from 'node:timers/promises';
import { Kafka, logLevel, Partitioners } from 'kafkajs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeKafka } from '../../src/kafka/client/settings.ts';
import { topicEnds } from '../../src/kafka/client/topic-offsets.ts';
import { startReading } from '../../src/kafka/client/topic-reader.ts';
import { type GivenFacts, givenFacts, shuffled } from './given-facts.ts';
import { GivenLedger } from './given-ledger.ts';
import { ownEnvironment } from './harness/cluster.ts';
import { type OutageProxy, startOutageProxy } from './harness/outage-proxy.ts';
import { type Broker, type Registry, startBroker, startRegistry } from './harness/servers.ts';
import { expectOnce } from './recon.ts';

/** Long runs have outages of a minute, after which the broker has aborted transactions and forgotten members. */
const IS_LONG = process.env.HESABU_TEST_OUTAGES !== undefined;
const AWAY_MILLIS = IS_LONG ? 60_000 : 8_000;
const HEALED_MILLIS = 60_000;
const RETURN_MILLIS = 3_000;
/** A machine that stops for a while may make a reader late once, but not each time. */
const TRIES = 3;

let given: GivenFacts;
let broker: Broker;
let registry: Registry | undefined;
let proxy: OutageProxy;

beforeAll(async () => {
  given = await givenFacts(1_000);
  proxy = await startOutageProxy(() => broker.proxiedPorts[0]!);
  broker = await startBroker({ proxies: [proxy.port] });
  registry = await startRegistry();
}, 120_000);

afterAll(async () => {
  given.remove();
  await registry?.remove();
  await broker.remove();
  await proxy.close();
});

/** Writes a record each 50 ms, past the proxy, and looks at nothing else. */
function writing(topic: string) {
  const kafka = new Kafka({ brokers: [broker.address], logLevel: logLevel.NOTHING, requestTimeout: 2_000 });
  let isOver = false;
  const run = async () => {
    while (!isOver) {
      const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner, retry: { retries: 0 } });
      try {
        await producer.connect();
        for (; !isOver; await sleep(50)) await producer.send({ topic, messages: [{ value: 'x' }] });
      } catch {
        await sleep(50);
      } finally {
        await producer.disconnect().catch(() => {});
      }
    }
  };
  const running = run();
  return async () => {
    isOver = true;
    await running;
  };
}

/** When a new client gets its first record, as of `performance.now()`: one that knows of no outage. */
async function controlReads(topic: string): Promise<number> {
  const consumer = new Kafka({
    brokers: [`127.0.0.1:${proxy.port}`],
    ...{ logLevel: logLevel.NOTHING, retry: { retries: 1_000, initialRetryTime: 50, maxRetryTime: 200 } },
  }).consumer({ groupId: `control-${Math.random()}`, maxWaitTimeInMs: 100 });
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: false });
  const read = Promise.withResolvers<number>();
  await consumer.run({ eachMessage: async () => read.resolve(performance.now()) });
  const at = await read.promise;
  await consumer.disconnect();
  return at;
}

const RETURNS: readonly (readonly [string, () => Promise<void>])[] = [
  [
    'a kill',
    async () => {
      await broker.kill();
      await sleep(1_000);
      await broker.start();
    },
  ],
  [
    'a pause',
    async () => {
      broker.process().kill('SIGSTOP');
      await sleep(3_000);
      broker.process().kill('SIGCONT');
    },
  ],
  [
    'refused connections',
    async () => {
      await proxy.becomes('refused');
      await sleep(2_000);
      await proxy.becomes('clear');
    },
  ],
  [
    'a black hole',
    async () => {
      await proxy.becomes('black hole');
      await sleep(IS_LONG ? 60_000 : 4_000);
      await proxy.becomes('clear');
    },
  ],
  ['connections that were lost without a word', async () => proxy.lose('all')],
  ['a reset in the middle', async () => proxy.reset()],
];

test.runIf(IS_LONG)('readers go on within 3 s of a new client (F18 partly)', { timeout: 600_000 }, async () => {
  const own = { HESABU_KAFKA_BROKERS: `127.0.0.1:${proxy.port}`, HESABU_REGISTRY_URL: registry!.url };
  const ledger = await GivenLedger.make(1, { ...ownEnvironment(), ...own });
  const topic = `${ledger.settings.prefix}orders.v1`;
  const kafka = makeKafka(ledger.settings);
  const { prefix } = ledger.settings;
  const reads: number[] = [];
  const reading = await startReading({
    ...{ kafka, prefix, places: (await topicEnds(kafka, [topic])).begins },
    onRecords: () => void reads.push(performance.now()),
    onFault: (error) => expect.unreachable(error.message),
  });
  const stopWriting = writing(topic);
  /** More than what is on its way already. */
  const readsMore = async () => {
    const count = reads.length;
    await expect.poll(() => reads.length).toBeGreaterThan(count + 10);
  };
  /** How long after a new client the reader reads again. */
  const lateAfter = async (outage: () => Promise<void>): Promise<number> => {
    await readsMore();
    await outage();
    const back = performance.now();
    const control = await controlReads(topic);
    await expect.poll(() => reads.at(-1)).toBeGreaterThan(Math.max(back, control));
    return reads.find((at) => at > back)! - control;
  };
  try {
    for (const [what, outage] of RETURNS) {
      const late: number[] = [];
      do late.push(await lateAfter(outage));
      while (late.length < TRIES && late.at(-1)! > RETURN_MILLIS);
      expect(Math.min(...late), `after ${what}: ${late.join(', ')} ms`).toBeLessThan(RETURN_MILLIS);
    }
    // Where one connection alone is lost, a client without a watch tries again on the same one, each time for 10 s.
    await readsMore();
    proxy.lose('busiest');
    await readsMore();
  } finally {
    await stopWriting();
    await reading.stop();
    await ledger.remove();
  }
});

test.runIf(IS_LONG)(
  'a registry that ends, and a broker that is paused for long (F16 partly)',
  { timeout: 240_000 },
  async () => {
    const own = { HESABU_KAFKA_BROKERS: broker.address, HESABU_REGISTRY_URL: registry!.url };
    const ledger = await GivenLedger.make(4, { ...ownEnvironment(), ...own });
    try {
      const args = ['--rules', given.rules, '--as-of', given.asOf, '--session', '6', '--snapshot-facts', '200'];
      const workers = [ledger.worker(args), ledger.worker(args)];
      const facts = shuffled(given.facts, 3);
      const cut = Math.floor(facts.length / 3);
      await ledger.produce(facts.slice(0, cut));
      await ledger.drained();
      // Known schemas stay known: from here on they are not requested again.
      await registry!.remove();
      registry = undefined;
      await ledger.produce(facts.slice(cut, cut * 2));
      broker.process().kill('SIGSTOP');
      await sleep(AWAY_MILLIS);
      broker.process().kill('SIGCONT');
      await ledger.produce(facts.slice(cut * 2));
      const { root, entries } = await ledger.drained(HEALED_MILLIS);
      expect(root).toBe(given.root);
      expectOnce(await ledger.recon(), entries);
      // No worker was restarted for it.
      expect(workers.map(({ child }) => child.exitCode)).toEqual([null, null]);
    } finally {
      broker.process().kill('SIGCONT');
      await ledger.remove();
    }
  },
);
