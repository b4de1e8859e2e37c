// Workers are killed, paused and resumed, join and leave, connections are cut where a transaction ends, and the broker
// dies: the result is that of an undisturbed run, and readers of committed records see no difference.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type GivenFacts, givenFacts, shuffled } from './given-facts.ts';
import { GivenLedger, type WorkerProcess } from './given-ledger.ts';
import { ownEnvironment } from './harness/cluster.ts';
import { type CuttingProxy, startProxy } from './harness/proxy.ts';
import { type Broker, startBroker } from './harness/servers.ts';
import { expectOnce } from './recon.ts';

/** `HESABU_TEST_DISTURBANCES` sets another number. */
const ROUNDS = Number(process.env.HESABU_TEST_DISTURBANCES ?? 20);
const SESSION_SECONDS = 2;
const HEALED_MILLIS = 60_000;

let given: GivenFacts;
let broker: Broker;
let proxy: CuttingProxy;

beforeAll(async () => {
  given = await givenFacts(75 * Math.min(ROUNDS, 40));
  proxy = await startProxy(() => broker.proxiedPorts[0]!);
  broker = await startBroker({ properties: { 'group.min.session.timeout.ms': '1000' }, proxies: [proxy.port] });
}, 120_000);

afterAll(async () => {
  given.remove();
  await broker.remove();
  await proxy.close();
});

type Disturbance = 'kill' | 'stop' | 'join' | 'leave' | 'cut before' | 'cut after' | 'cut all' | 'broker';

/** The same for the same round; slow disturbances are rare. */
function disturbanceOf(round: number): Disturbance {
  if (round % 20 === 19) return 'broker';
  if (round % 12 === 11) return 'stop';
  const rest = ['kill', 'cut after', 'join', 'kill', 'cut before', 'kill', 'leave', 'kill', 'cut all'] as const;
  return rest[round % rest.length]!;
}

test(`${ROUNDS} disturbances change nothing (F15, F25, F26, F17 partly, F20 partly)`, {
  timeout: 60_000 + ROUNDS * 10_000,
}, async () => {
  const environment = ownEnvironment();
  const ledger = await GivenLedger.make(4, { ...environment, HESABU_KAFKA_BROKERS: broker.address });
  const through = { HESABU_KAFKA_BROKERS: `127.0.0.1:${proxy.port}` };
  const args = ['--rules', given.rules, '--as-of', given.asOf, '--session', String(SESSION_SECONDS)];
  const start = () => ledger.worker([...args, '--snapshot-facts', '100'], undefined, through);
  const workers: WorkerProcess[] = [start(), start()];
  const take = (round: number) => workers.splice(round % workers.length, 1)[0]!;
  const disturb: Record<Disturbance, (round: number) => Promise<void>> = {
    kill: async (round) => {
      take(round).kill('SIGKILL');
      workers.push(start());
    },
    stop: async (round) => {
      const worker = take(round);
      worker.kill('SIGSTOP');
      workers.push(start());
      await sleep(SESSION_SECONDS * 1_500);
      // It resumes and believes that it still owns its partitions.
      worker.kill('SIGCONT');
      workers.push(worker);
      if (workers.length > 3) take(round).kill('SIGTERM');
    },
    join: async () => void workers.push(start()),
    leave: async (round) => {
      take(round).kill('SIGTERM');
      if (workers.length < 2) workers.push(start());
    },
    'cut before': async () => proxy.cutNext('before'),
    'cut after': async () => proxy.cutNext('after'),
    'cut all': async () => proxy.cutAll(),
    broker: async () => {
      await broker.kill();
      await sleep(1_000);
      await broker.start();
    },
  };
  const subscriber = await ledger.subscribe();
  try {
    const facts = shuffled(given.facts, 7);
    const chunk = Math.ceil(facts.length / ROUNDS);
    for (let round = 0; round < ROUNDS; round++) {
      await ledger.produce(facts.slice(round * chunk, (round + 1) * chunk));
      await sleep(100 + (round % 5) * 150);
      await disturb[disturbanceOf(round)](round);
      while (workers.length > 4) take(round).kill('SIGTERM');
      // None ends by itself, also one that starts while the broker is away.
      for (const { child, said } of workers) expect(child.exitCode, said()).toBeNull();
    }
    const { root, entries } = await ledger.drained(HEALED_MILLIS);
    expect(root).toBe(given.root);
    expectOnce(await ledger.recon(), entries);
    // A subscriber that was there all the time saw the same, each entry once.
    await expect.poll(() => subscriber.seen.length, { timeout: HEALED_MILLIS }).toBeGreaterThanOrEqual(entries.length);
    expectOnce(subscriber.seen, entries);
    // How many transactions end while a cut waits for one depends on the machine.
    expect(proxy.cuts()).toBeGreaterThan(0);
  } finally {
    await subscriber.stop();
    await ledger.remove();
  }
});
