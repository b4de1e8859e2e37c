// The live demo: a gateway with every fault, a shop, and the service between them, over HTTP and on one fast clock. At
// the end the ledger is compared with what the gateway and the shop know.

import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { parseInstant } from '../../domain/time.ts';
import { ALL_MERCHANTS } from '../../http/access/api-key.ts';
import type { Clock } from '../../runtime/clock.ts';
import { loadConfig, type Service, startService } from '../../service/service.ts';
import type { Faults } from '../gateway/faults.ts';
import type { Personality } from '../gateway/personality.ts';
import { type Sandbox, startSandbox } from '../gateway/sandbox.ts';
import { notifySecret, sandboxSecrets, writeSandboxConfig } from '../gateway/service-config.ts';
import type { SandboxRules, Truth } from '../gateway/truth.ts';
import type { SecretNamed } from '../gateway/webhook-message.ts';
import { ApiClient } from './api-client.ts';
import { type NetworkResult, resultOf, sumOf } from './network-results.ts';
import { type LiveNetwork, merchantsOf, ONE_GATEWAY } from './networks.ts';
import { listenForNotices, type Notices } from './notices.ts';
import { planOrders } from './plan.ts';
import { Shop, type ShopCounts } from './shop.ts';
import { SimulatedClock } from './simulated-clock.ts';
import { Accountant } from './statements.ts';
import {
  COMMISSION_PERCENT,
  countsOf,
  knownResults,
  noticeDifferences,
  shareDifferences,
  standingDifferences,
  type TruthRow,
  truthRows,
} from './truths.ts';

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
  /** What happened, and what the ledger says of it. */
  readonly outcomes: readonly TruthRow[];
  readonly networks: readonly NetworkResult[];
  /** The differences between the ledger and the truth, one sentence each. */
  readonly differences: readonly string[];
  /** Messages that the shop accepted, by type. */
  readonly notices: Readonly<Record<string, number>>;
}

/** A network whose side is played, and the sandbox that plays it. */
interface Played extends LiveNetwork {
  readonly sandbox: Sandbox;
  readonly secret: SecretNamed;
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
  const { seed, orders: count, speed, dir, logger } = options;
  const closers: (() => Promise<unknown>)[] = [];
  try {
    const clock = new SimulatedClock(FROM, speed);
    closers.push(async () => clock.stop());
    const { networks = [ONE_GATEWAY] } = options;
    const markets = networks.map((network) => network.markets);
    const orders = planOrders(seed, count, FROM, FROM + ORDERS_MILLIS, markets);
    const played: Played[] = [];
    for (const network of networks) {
      const one = await play(network, options, clock);
      closers.push(() => one.sandbox.close());
      played.push(one);
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
    const isPlain = (reference: string) => isPlainIn(truthsOf(played), reference);
    const key = service.keys.create(
      { role: 'shop', merchants: networks.flatMap(merchantsOf), label: 'live demo', expiresAt: null },
      clock.now(),
    );
    const shop = new Shop({ clock, api: new ApiClient(service.url, key.text, clock), orders, isPlain });
    const state = async () => stateOf(clock, shop, played, service);
    const demoEnd = new AbortController();
    const accounting = keepAccounts(played, service, clock, demoEnd.signal);
    // A failure is thrown where the demo waits for it.
    accounting.catch(() => {});
    const reporting = reportProgress(clock, demoEnd.signal, async () => options.onProgress(await state()));
    closers.push(async () => {
      demoEnd.abort();
      await reporting;
      await accounting.catch(() => {});
    });
    await shop.run();
    await clock.sleep(END - clock.now());
    await accounting;
    await settle(played, service, () => failure);
    const references = truthsOf(played);
    const truths = knownResults(orders, references);
    const differences = [
      ...standingDifferences(truths, await service.ledger.reconciler.executors.ask({ query: 'standings' })),
      ...noticeDifferences(orders, truths, notices),
      ...shareDifferences(orders, references, await service.ledger.shares()),
    ];
    return {
      ...(await state()),
      ledger: join(dir, 'books'),
      config,
      truths: truths.length,
      outcomes: truthRows(truths, differences),
      networks: played.map((network) => resultOf(network, orders, truths, differences)),
      differences,
      notices: countsOf(notices),
    };
  } finally {
    for (const close of closers.reverse()) await close();
  }
}

async function play(network: LiveNetwork, options: LiveDemoOptions, clock: Clock): Promise<Played> {
  const { personality } = network;
  const { seed, faults, dir } = options;
  const secret = sandboxSecrets(dir, personality);
  // Real milliseconds: a slow response must exceed every timeout, and the demo's hours are short.
  const real = { slowMillis: 600, timeoutMillis: 2_000 };
  return { ...network, secret, sandbox: await startSandbox({ personality, clock, seed, faults, secret, ...real }) };
}

/** The statements of networks that give them to people only. */
async function keepAccounts(played: readonly Played[], service: Service, clock: Clock, signal: AbortSignal) {
  const key = service.keys.create(
    { role: 'operator', merchants: [ALL_MERCHANTS], label: 'accountant', expiresAt: null },
    clock.now(),
  );
  const api = new ApiClient(service.url, key.text, clock);
  const accountants = played.flatMap(({ personality: { name: provider }, sandbox: { url }, secret, statement }) => {
    if (statement === undefined) return [];
    const portal = { url, secret };
    return [new Accountant({ clock, api, provider, portal, statement, from: FROM, until: END })];
  });
  await Promise.all(accountants.map((accountant) => accountant.run(signal)));
}

/** Whether a payment has no faults. */
function isPlainIn(references: Truth['references'], reference: string): boolean {
  const { outcome, expected } = references[reference]!;
  return outcome === 'paid' && expected.standing === 'matched';
}

/** What is known of all payments. */
function truthsOf(played: readonly Played[]): Truth['references'] {
  return Object.assign({}, ...played.map(({ sandbox }) => sandbox.truth().references));
}

function webhookUrlOf({ name }: Personality, port: number): string {
  return `http://127.0.0.1:${port}/webhooks/${name}/main`;
}

function writeConfig(dir: string, played: readonly Played[], notices: Notices, port: number): string {
  return writeSandboxConfig(dir, {
    accounts: played.map((network) => {
      const { personality, sandbox } = network;
      return {
        ...{ personality, url: sandbox.url, webhookUrl: webhookUrlOf(personality, port) },
        ...(played.length > 1 ? { merchants: merchantsOf(network) } : {}),
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

/** They differ in the agreed fees, and in what has no lines. */
function rulesOf(played: readonly Played[]): object {
  const all = played.map(({ sandbox }) => sandbox.truth().rules);
  const [first] = all as [SandboxRules, ...SandboxRules[]];
  const unreported = all.flatMap((rules) => rules.settlement.unreported ?? []);
  const unreported_returns = all.flatMap((rules) => rules.settlement.unreported_returns ?? []);
  const settlement = { ...first.settlement, unreported, unreported_returns };
  const fees = all.flatMap((rules) => rules.fees);
  return { ...first, settlement, fees, commissions: [{ percent: COMMISSION_PERCENT }] };
}

async function stateOf(clock: Clock, shop: Shop, played: readonly Played[], service: Service): Promise<LiveDemoState> {
  const { all } = await service.ledger.reader.overview();
  const raised = service.alerts.list().filter(({ until }) => until === null);
  const alerts = [...new Set(raised.map(({ alert }) => alert))];
  const deliveries = sumOf(played.map(({ sandbox }) => sandbox.deliveries));
  const calls = sumOf(played.map(({ sandbox }) => sandbox.calls));
  return { now: clock.now(), shop: { ...shop.counts }, sandbox: { deliveries, calls }, breaks: all.breaks, alerts };
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
