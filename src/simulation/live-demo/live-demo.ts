// The live demo: a gateway with every fault, a shop, and the service between them, over HTTP on one clock that runs
// fast. At the end the ledger is held against what the gateway and the shop know to be true.

import { join } from 'node:path';
import type { Logger } from 'pino';
import { parseInstant } from '../../domain/time.ts';
import { type Clock, fastClock } from '../../runtime/clock.ts';
import { loadConfig, type Service, startService } from '../../service/service.ts';
import type { Faults } from '../gateway/faults.ts';
import { type Sandbox, startSandbox } from '../gateway/sandbox.ts';
import { sandboxSecrets, writeSandboxConfig } from '../gateway/service-config.ts';
import type { Truth } from '../gateway/truth.ts';
import { compareWithTruth, type KnownEnding } from '../truth/truth-check.ts';
import { ApiClient } from './api-client.ts';
import { listenForNotices, type Notices } from './notices.ts';
import { MERCHANTS, type PlannedOrder, planOrders } from './plan.ts';
import { Shop, type ShopCounts } from './shop.ts';

export interface LiveDemoOptions {
  readonly seed: number;
  readonly faults: Faults;
  readonly orders: number;
  /** How many times as fast as the machine's the demo's clock runs. */
  readonly speed: number;
  /** An empty directory. */
  readonly dir: string;
  readonly logger: Logger;
  /** Told now and then how it goes. */
  readonly onProgress: (at: LiveDemoState) => void;
}

export interface LiveDemoState {
  readonly now: number;
  readonly shop: ShopCounts;
  readonly sandbox: Pick<Sandbox, 'deliveries' | 'calls'>;
  readonly breaks: number;
  /** Kinds of alert that are raised. */
  readonly alerts: readonly string[];
}

export interface LiveDemoResult extends LiveDemoState {
  readonly ledger: string;
  readonly config: string;
  readonly truths: number;
  /** What the ledger says otherwise than it is; a sentence each. */
  readonly differences: readonly string[];
  /** Messages that the shop took, by their type. */
  readonly notices: Readonly<Record<string, number>>;
}

const FROM = parseInstant('2026-06-01T14:00:00+03:00')!;
const HOUR_MILLIS = 3_600_000;
/**
 * Orders come over a night, so that two days' reports have them; by the end the last of them must have been settled.
 */
const ORDERS_MILLIS = 16 * HOUR_MILLIS;
const END = FROM + 83 * HOUR_MILLIS;
const PROGRESS_MILLIS = 6 * HOUR_MILLIS;
/** In real milliseconds: after its end the demo waits as long for what is under way. */
const SETTLING_MILLIS_MAX = 20_000;

export async function playLive(options: LiveDemoOptions): Promise<LiveDemoResult> {
  const { seed, faults, orders: count, speed, dir, logger } = options;
  const ends: (() => Promise<unknown>)[] = [];
  try {
    const clock = fastClock(FROM, speed);
    const orders = planOrders(seed, count, FROM, FROM + ORDERS_MILLIS);
    const secrets = sandboxSecrets(dir);
    // Real milliseconds: what is slow must be slower than anybody waits, and the demo's hours are short.
    const sandbox = await startSandbox({
      clock,
      seed,
      faults,
      apiKey: secrets.api_key,
      slowMillis: 600,
      timeoutMillis: 2_000,
    });
    ends.push(() => sandbox.close());
    const notices = await listenForNotices(secrets.notify, clock);
    ends.push(() => notices.close());
    const config = writeConfig(dir, sandbox, notices);
    let failure: Error | undefined;
    const onFailure = (error: Error) => {
      failure = error;
    };
    const service = await startService(loadConfig(config), { clock, logger, onFailure });
    ends.push(() => service.drain());
    sandbox.sendWebhooks(`${service.url}/webhooks/mfs-africa/main`, secrets.webhook);
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
    const over = new AbortController();
    const telling = tellProgress(clock, over.signal, async () => options.onProgress(await state()));
    ends.push(async () => {
      over.abort();
      await telling;
    });
    await shop.run();
    await clock.sleep(END - clock.now());
    await settle(sandbox, service, () => failure);
    const standings = await service.ledger.reconciler.executors.ask({ query: 'standings' });
    const truths = endingsOf(orders, sandbox.truth());
    const differences = [...compareWithTruth(truths, standings), ...untold(truths, notices)];
    return {
      ...(await state()),
      ledger: join(dir, 'books'),
      config,
      truths: truths.length,
      differences,
      notices: countsOf(notices),
    };
  } finally {
    for (const end of ends.reverse()) await end();
  }
}

function writeConfig(dir: string, sandbox: Sandbox, notices: Notices): string {
  return writeSandboxConfig(dir, {
    url: sandbox.url,
    rules: sandbox.truth().rules,
    port: 0,
    // A delivery that takes half a second of ours takes most of an hour there.
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

async function tellProgress(clock: Clock, signal: AbortSignal, tell: () => Promise<void>): Promise<void> {
  for (let at = FROM + PROGRESS_MILLIS; at < END; at += PROGRESS_MILLIS) {
    await clock.sleep(at - clock.now(), signal);
    if (signal.aborted) return;
    await tell();
  }
}

/** Waits until every webhook has found its end and the ledger has read everything. */
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

/** The gateway knows what became of payments, the shop of the orders that nobody paid. */
function endingsOf(orders: readonly PlannedOrder[], { references }: Truth): KnownEnding[] {
  return orders.map(({ reference, customer }) => {
    const known = references[reference];
    if (known === undefined) return { key: reference, scenario: customer, standing: 'closed', reasons: [] };
    return { key: reference, scenario: known.outcome, ...known.expected };
  });
}

/**
 * The shop must have been told of each order that ended without money and that it did not cancel itself, and of no
 * other.
 */
function untold(truths: readonly KnownEnding[], { taken, refused }: Notices): string[] {
  const told = new Set<string>();
  for (const { type, data } of taken.values()) {
    const reference = String(data.transaction_reference);
    if (type === 'order.expired') told.add(reference);
    if (type === 'order.revived') told.delete(reference);
  }
  const wrong = truths.flatMap(({ key, scenario, standing }) => {
    const hasExpired = standing === 'closed' && scenario !== 'cancels';
    if (told.has(key) === hasExpired) return [];
    return [hasExpired ? `${key} expired, and the shop was not told` : `the shop was told that ${key} expired`];
  });
  return refused === 0 ? wrong : [...wrong, `${refused} messages to the shop were not signed as they should be`];
}

function countsOf({ taken }: Notices): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { type } of taken.values()) counts[type] = (counts[type] ?? 0) + 1;
  return counts;
}
