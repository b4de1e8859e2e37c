// The live demo: a gateway with every fault, a shop, and the service between them, over HTTP and on one fast clock. At
// the end the ledger is compared with what the gateway and the shop know.

import { join } from 'node:path';
import type { Logger } from 'pino';
import { parseInstant } from '../../domain/time.ts';
import { type Clock, fastClock } from '../../runtime/clock.ts';
import { loadConfig, type Service, startService } from '../../service/service.ts';
import type { Faults } from '../gateway/faults.ts';
import { type Sandbox, startSandbox } from '../gateway/sandbox.ts';
import { sandboxSecrets, writeSandboxConfig } from '../gateway/service-config.ts';
import type { Truth } from '../gateway/truth.ts';
import { MFS_AFRICA } from '../personalities/mfs-africa/mfs-africa.ts';
import { compareWithTruth, type KnownResult } from '../truth/truth-check.ts';
import { ApiClient } from './api-client.ts';
import { listenForNotices, type Notices } from './notices.ts';
import { MERCHANTS, type PlannedOrder, planOrders } from './plan.ts';
import { Shop, type ShopCounts } from './shop.ts';

export interface LiveDemoOptions {
  readonly seed: number;
  readonly faults: Faults;
  readonly orders: number;
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
  readonly sandbox: Pick<Sandbox, 'deliveries' | 'calls'>;
  readonly breaks: number;
  /** Kinds of the open alerts. */
  readonly alerts: readonly string[];
}

export interface LiveDemoResult extends LiveDemoState {
  readonly ledger: string;
  readonly config: string;
  readonly truths: number;
  /** The differences between the ledger and the truth, one sentence each. */
  readonly differences: readonly string[];
  /** Messages that the shop accepted, by type. */
  readonly notices: Readonly<Record<string, number>>;
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
    const orders = planOrders(seed, count, FROM, FROM + ORDERS_MILLIS);
    const secret = sandboxSecrets(dir, MFS_AFRICA);
    // Real milliseconds: a slow response must exceed every timeout, and the demo's hours are short.
    const sandbox = await startSandbox({
      personality: MFS_AFRICA,
      clock,
      seed,
      faults,
      secret,
      slowMillis: 600,
      timeoutMillis: 2_000,
    });
    closers.push(() => sandbox.close());
    const notices = await listenForNotices(secret('notify'), clock);
    closers.push(() => notices.close());
    const config = writeConfig(dir, sandbox, notices);
    let failure: Error | undefined;
    const onFailure = (error: Error) => {
      failure = error;
    };
    const service = await startService(loadConfig(config), { clock, logger, onFailure });
    closers.push(() => service.drain());
    sandbox.sendWebhooks(`${service.url}/webhooks/${MFS_AFRICA.name}/main`);
    const truthOf = (reference: string) => sandbox.truth().references[reference];
    const isPlain = (reference: string) => {
      const { outcome, expected } = truthOf(reference)!;
      return outcome === 'paid' && expected.standing === 'matched';
    };
    const key = service.keys.create(
      { role: 'shop', merchants: MERCHANTS, label: 'live demo', expiresAt: null },
      clock.now(),
    );
    const shop = new Shop({ clock, api: new ApiClient(service.url, key.text, clock), orders, isPlain });
    const state = async () => stateOf(clock, shop, sandbox, service);
    const demoEnd = new AbortController();
    const reporting = reportProgress(clock, demoEnd.signal, async () => options.onProgress(await state()));
    closers.push(async () => {
      demoEnd.abort();
      await reporting;
    });
    await shop.run();
    await clock.sleep(END - clock.now());
    await settle(sandbox, service, () => failure);
    const standings = await service.ledger.reconciler.executors.ask({ query: 'standings' });
    const truths = knownResults(orders, sandbox.truth());
    const differences = [...compareWithTruth(truths, standings), ...noticeDifferences(truths, notices)];
    return {
      ...(await state()),
      ledger: join(dir, 'books'),
      config,
      truths: truths.length,
      differences,
      notices: countsOf(notices),
    };
  } finally {
    for (const close of closers.reverse()) await close();
  }
}

function writeConfig(dir: string, sandbox: Sandbox, notices: Notices): string {
  return writeSandboxConfig(dir, {
    personality: MFS_AFRICA,
    url: sandbox.url,
    rules: sandbox.truth().rules,
    port: 0,
    // A delivery of half a real second takes most of an hour on the demo's clock.
    tolerance: 'PT2H',
    timeout: 'PT0.4S',
    notifyUrl: notices.url,
    logLevel: 'warn',
  });
}

async function stateOf(clock: Clock, shop: Shop, sandbox: Sandbox, service: Service): Promise<LiveDemoState> {
  const { all } = await service.ledger.reader.overview();
  const raised = service.alerts.list().filter(({ until }) => until === null);
  const alerts = [...new Set(raised.map(({ alert }) => alert))];
  const { deliveries, calls } = sandbox;
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
async function settle(sandbox: Sandbox, service: Service, failure: () => Error | undefined): Promise<void> {
  const until = Date.now() + SETTLING_MILLIS_MAX;
  const isBusy = () => sandbox.waiting > 0 || service.outbox.status().waiting > 0;
  do {
    await service.ledger.loop.catchUp();
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    const failed = failure();
    if (failed !== undefined) throw failed;
  } while (isBusy() && Date.now() < until);
  await service.ledger.loop.catchUp();
}

/** The gateway knows the results of payments, and the shop those of orders that nobody paid. */
function knownResults(orders: readonly PlannedOrder[], { references }: Truth): KnownResult[] {
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
