// The live demo: a gateway with every fault, a shop, and the service between them, over HTTP and on one fast clock. At
// the end the ledger is compared with what the gateway and the shop know.

import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { parseInstant } from '../../domain/time.ts';
import { type Clock, fastClock } from '../../runtime/clock.ts';
import { loadConfig, type Service, startService } from '../../service/service.ts';
import type { Faults } from '../gateway/faults.ts';
import type { Personality } from '../gateway/personality.ts';
import { type Sandbox, startSandbox } from '../gateway/sandbox.ts';
import { notifySecret, sandboxSecrets, writeSandboxConfig } from '../gateway/service-config.ts';
import type { Truth } from '../gateway/truth.ts';
import { compareWithTruth, type KnownResult } from '../truth/truth-check.ts';
import { ApiClient } from './api-client.ts';
import { type LiveNetwork, ONE_GATEWAY } from './networks.ts';
import { listenForNotices, type Notices } from './notices.ts';
import { type PlannedOrder, planOrders } from './plan.ts';
import { Shop, type ShopCounts } from './shop.ts';

export interface LiveDemoOptions {
  readonly seed: number;
  readonly faults: Faults;
  readonly orders: number;
  /** Whose sides are played; by default the one gateway that has every call. */
  readonly networks?: readonly LiveNetwork[];
  /** The speed of the demo's clock, as a multiple of real time. */
  readonly speed: number;
  /** An empty directory. */
  readonly dir: string;
  readonly logger: Logger;
  /** Called now and then with the current state. */
  readonly onProgress: (at: LiveDemoState) => void;
}

export interface LiveDemoState {
  readonly now: number;
  readonly shop: ShopCounts;
  /** Of all networks together. */
  readonly sandbox: Pick<Sandbox, 'deliveries' | 'calls'>;
  readonly breaks: number;
  /** Kinds of the open alerts. */
  readonly alerts: readonly string[];
}

export interface LiveDemoResult extends LiveDemoState {
  readonly ledger: string;
  readonly config: string;
  readonly truths: number;
  readonly networks: readonly NetworkResult[];
  /** The differences between the ledger and the truth, one sentence each. */
  readonly differences: readonly string[];
  /** Messages that the shop accepted, by type. */
  readonly notices: Readonly<Record<string, number>>;
}

/** Of one network, at the end. */
export interface NetworkResult extends Pick<Sandbox, 'deliveries' | 'calls'> {
  readonly name: string;
  readonly orders: number;
  readonly payments: number;
  readonly matched: number;
  readonly breaks: number;
  readonly differences: number;
}

/** A network whose side is played, and the sandbox that plays it. */
interface Played extends LiveNetwork {
  readonly sandbox: Sandbox;
}

const FROM = parseInstant('2026-06-01T14:00:00+03:00')!;
const HOUR_MILLIS = 3_600_000;
/**
 * Orders come over one night, so that they are in two days' reports. By the end the last of them must be settled.
 */
const ORDERS_MILLIS = 16 * HOUR_MILLIS;
const END = FROM + 83 * HOUR_MILLIS;
const PROGRESS_MILLIS = 6 * HOUR_MILLIS;
/** In real milliseconds: the longest wait at the end for what is still in progress. */
const SETTLING_MILLIS_MAX = 20_000;

export async function runSimulation(options: LiveDemoOptions): Promise<LiveDemoResult> {
  const { seed, faults, orders: count, speed, dir, logger } = options;
  const closers: (() => Promise<unknown>)[] = [];
  try {
    const clock = fastClock(FROM, speed);
    const { networks = [ONE_GATEWAY] } = options;
    const markets = networks.flatMap((network) => network.markets);
    const orders = planOrders(seed, count, FROM, FROM + ORDERS_MILLIS, markets);
    const played: Played[] = [];
    for (const network of networks) {
      const { personality } = network;
      const secret = sandboxSecrets(dir, personality);
      // Real milliseconds: a slow response must exceed every timeout, and the demo's hours are short.
      const real = { slowMillis: 600, timeoutMillis: 2_000 };
      const sandbox = await startSandbox({ personality, clock, seed, faults, secret, ...real });
      closers.push(() => sandbox.close());
      played.push({ ...network, sandbox });
    }
    const notices = await listenForNotices(notifySecret(dir), clock);
    closers.push(() => notices.close());
    const config = writeConfig(dir, played, notices, await freePort());
    let failure: Error | undefined;
    const onFailure = (error: Error) => {
      failure = error;
    };
    const service = await startService(loadConfig(config), { clock, logger, onFailure });
    closers.push(() => service.drain());
    for (const { sandbox, personality } of played) {
      sandbox.sendWebhooks(`${service.url}/webhooks/${personality.name}/main`);
    }
    const truthOf = (reference: string) => truthsOf(played)[reference];
    const isPlain = (reference: string) => {
      const { outcome, expected } = truthOf(reference)!;
      return outcome === 'paid' && expected.standing === 'matched';
    };
    const key = service.keys.create(
      { role: 'shop', merchants: markets.flatMap(({ merchants }) => merchants), label: 'live demo', expiresAt: null },
      clock.now(),
    );
    const shop = new Shop({ clock, api: new ApiClient(service.url, key.text, clock), orders, isPlain });
    const state = async () => stateOf(clock, shop, played, service);
    const demoEnd = new AbortController();
    const reporting = reportProgress(clock, demoEnd.signal, async () => options.onProgress(await state()));
    closers.push(async () => {
      demoEnd.abort();
      await reporting;
    });
    await shop.run();
    await clock.sleep(END - clock.now());
    await settle(played, service, () => failure);
    const standings = await service.ledger.reconciler.executors.ask({ query: 'standings' });
    const truths = knownResults(orders, truthsOf(played));
    const differences = [...compareWithTruth(truths, standings), ...noticeDifferences(truths, notices)];
    return {
      ...(await state()),
      ledger: join(dir, 'books'),
      config,
      truths: truths.length,
      networks: played.map((network) => resultOf(network, orders, truths, differences)),
      differences,
      notices: countsOf(notices),
    };
  } finally {
    for (const close of closers.reverse()) await close();
  }
}

/** What is known of all payments. */
function truthsOf(played: readonly Played[]): Truth['references'] {
  return Object.assign({}, ...played.map(({ sandbox }) => sandbox.truth().references));
}

function resultOf(
  { personality: { title: name }, markets, sandbox: { deliveries, calls } }: Played,
  orders: readonly PlannedOrder[],
  truths: readonly KnownResult[],
  differences: readonly string[],
): NetworkResult {
  const merchants = new Set(markets.flatMap((market) => market.merchants));
  const own = new Set(orders.filter(({ merchant }) => merchants.has(merchant)).map(({ reference }) => reference));
  const known = truths.filter(({ key }) => own.has(key));
  const count = (standing: KnownResult['standing']) => known.filter((one) => one.standing === standing).length;
  return {
    ...{ name, deliveries, calls, orders: own.size, payments: count('matched') + count('unmatched') },
    ...{ matched: count('matched'), breaks: count('unmatched') },
    differences: differences.filter((text) => [...own].some((key) => text.includes(key))).length,
  };
}

function webhookUrlOf({ name }: Personality, port: number): string {
  return `http://127.0.0.1:${port}/webhooks/${name}/main`;
}

function writeConfig(dir: string, played: readonly Played[], notices: Notices, port: number): string {
  return writeSandboxConfig(dir, {
    accounts: played.map(({ personality, markets, sandbox: { url } }) => {
      const merchants = [...new Set(markets.flatMap((market) => market.merchants))];
      return {
        personality,
        url,
        webhookUrl: webhookUrlOf(personality, port),
        ...(played.length > 1 ? { merchants } : {}),
      };
    }),
    rules: rulesOf(played),
    port,
    // A delivery of half a real second takes most of an hour on the demo's clock.
    tolerance: 'PT2H',
    timeout: 'PT0.4S',
    notifyUrl: notices.url,
    logLevel: 'warn',
  });
}

/** Addresses of the service are written down before it listens. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** They differ in the agreed fees only. */
function rulesOf(played: readonly Played[]): object {
  const all = played.map(({ sandbox }) => sandbox.truth().rules);
  return { ...all[0], fees: all.flatMap(({ fees }) => fees) };
}

async function stateOf(clock: Clock, shop: Shop, played: readonly Played[], service: Service): Promise<LiveDemoState> {
  const { all } = await service.ledger.reader.overview();
  const raised = service.alerts.list().filter(({ until }) => until === null);
  const alerts = [...new Set(raised.map(({ alert }) => alert))];
  const deliveries = sumOf(played.map(({ sandbox }) => sandbox.deliveries));
  const calls = sumOf(played.map(({ sandbox }) => sandbox.calls));
  return { now: clock.now(), shop: { ...shop.counts }, sandbox: { deliveries, calls }, breaks: all.breaks, alerts };
}

/** Of objects with the same names, at least one. */
function sumOf<T extends object>(all: readonly T[]): T {
  const names = Object.keys(all[0]!) as (keyof T)[];
  const sums = names.map((name) => [name, all.reduce((sum, one) => sum + Number(one[name]), 0)]);
  return Object.fromEntries(sums) as T;
}

async function reportProgress(clock: Clock, signal: AbortSignal, report: () => Promise<void>): Promise<void> {
  for (let at = FROM + PROGRESS_MILLIS; at < END; at += PROGRESS_MILLIS) {
    await clock.sleep(at - clock.now(), signal);
    if (signal.aborted) return;
    await report();
  }
}

/** Waits until no webhook is waiting any more and the ledger has read everything. */
async function settle(played: readonly Played[], service: Service, failure: () => Error | undefined): Promise<void> {
  const until = Date.now() + SETTLING_MILLIS_MAX;
  const isBusy = () => played.some(({ sandbox }) => sandbox.waiting > 0) || service.outbox.status().waiting > 0;
  do {
    await service.ledger.loop.catchUp();
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    const failed = failure();
    if (failed !== undefined) throw failed;
  } while (isBusy() && Date.now() < until);
  await service.ledger.loop.catchUp();
}

/** The gateway knows the results of payments, and the shop those of orders that nobody paid. */
function knownResults(orders: readonly PlannedOrder[], references: Truth['references']): KnownResult[] {
  return orders.map(({ reference, customer }) => {
    const known = references[reference];
    if (known === undefined) return { key: reference, scenario: customer, standing: 'closed', reasons: [] };
    return { key: reference, scenario: known.outcome, ...known.expected };
  });
}

/**
 * The shop must have a notice for each order that expired without money, except those that it cancelled itself, and for
 * no other.
 */
function noticeDifferences(truths: readonly KnownResult[], { accepted, refused }: Notices): string[] {
  const expired = new Set<string>();
  for (const { type, data } of accepted.values()) {
    const reference = String(data.transaction_reference);
    if (type === 'order.expired') expired.add(reference);
    if (type === 'order.revived') expired.delete(reference);
  }
  const wrong = truths.flatMap(({ key, scenario, standing }) => {
    const hasExpired = standing === 'closed' && scenario !== 'cancels';
    if (expired.has(key) === hasExpired) return [];
    return [hasExpired ? `${key} expired without a notice to the shop` : `the shop got a notice that ${key} expired`];
  });
  return refused === 0 ? wrong : [...wrong, `${refused} messages to the shop had invalid signatures`];
}

function countsOf({ accepted }: Notices): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { type } of accepted.values()) counts[type] = (counts[type] ?? 0) + 1;
  return counts;
}
