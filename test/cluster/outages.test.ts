// Workers lose what they need and get it back: the broker is paused for a minute, the registry ends.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type GivenFacts, givenFacts, shuffled } from './given-facts.ts';
import { expectOnce, GivenLedger } from './given-ledger.ts';
import { ownEnvironment } from './harness/cluster.ts';
import { type Broker, type Registry, startBroker, startRegistry } from './harness/servers.ts';

const AWAY_MILLIS = 60_000;
const HEALED_MILLIS = 60_000;

let given: GivenFacts;
let broker: Broker;
let registry: Registry | undefined;

beforeAll(async () => {
  given = await givenFacts(1_000);
  broker = await startBroker();
  registry = await startRegistry();
}, 120_000);

afterAll(async () => {
  given.remove();
  await registry?.remove();
  await broker.remove();
});

test('a registry that ends, and a broker that is paused for a minute (F16 partly)', { timeout: 240_000 }, async () => {
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
});
