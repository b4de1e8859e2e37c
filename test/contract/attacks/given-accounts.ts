// The live service with three accounts of every provider and shop that sends webhooks: `a` and `b` speak for a merchant
// each, and `p` takes its webhooks under a secret path. A new row of the registry gets every attack unasked.

import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { FACT_TOPICS } from '../../../src/domain/fact.ts';
import { loadConfig, makeLogger, type Service, startService } from '../../../src/service/service.ts';
import { ManualClock } from '../../producers/poller/manual-clock.ts';
import { NOON } from '../../service/ledger/given-live-ledger.ts';
import type { ProviderSample, WebhookSample } from '../provider/sample.ts';

export const ACCOUNTS = ['a', 'b', 'p'] as const;
export type AccountName = (typeof ACCOUNTS)[number];

export type Sending = ProviderSample & { readonly webhook: WebhookSample };

export interface Sent {
  readonly body?: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
  readonly method?: string;
  /** What follows the account's own URL. */
  readonly below?: string;
}

export interface GivenAccounts {
  readonly service: Service;
  readonly clock: ManualClock;
  /** What was asked of networks, by their account as `provider/account`. */
  readonly asked: Map<string, number>;
  /** Lines of the log so far. */
  readonly lines: readonly string[];
  merchantOf(sender: Sending, account: AccountName): string;
  urlOf(sender: Sending, account: AccountName): string;
  /** The headers by which the account's own network sends a body. */
  signed(sender: Sending, account: AccountName, body: string | Buffer): Readonly<Record<string, string>>;
  /** Sends it as the account's network does, unless it says otherwise; resolves to the status. */
  send(sender: Sending, account: AccountName, sent?: Sent): Promise<number>;
  /** How many facts the log has. */
  facts(): bigint;
  close(): Promise<void>;
}

/** The reference that most samples have: on one ledger each needs its own. */
const SHARED = '"A-1"';

/** The sample with a reference of its own; undefined where it sends no webhooks. */
export function sendingOf(sample: ProviderSample): Sending | undefined {
  const { webhook, files, provider } = sample;
  const own = (text: string) => text.replaceAll(SHARED, `"A-1-${provider.name}"`);
  if (webhook === undefined) return undefined;
  const { unknownEvent } = webhook;
  const told = { ...webhook, body: own(webhook.body), ...(unknownEvent && { unknownEvent: own(unknownEvent) }) };
  return { ...sample, webhook: told, files: files.map((file) => ({ ...file, text: own(file.text) })) };
}

/** A path that nobody guesses, of each provider. */
export const pathOf = ({ provider }: Sending) => `path-of-${provider.name}-${'x'.repeat(24)}`;

const NEVER = { per_second: 10_000, burst: 100_000 };

/** The same secret for one account only, in the form that the provider's scheme demands. */
function secretOf(text: string, account: AccountName): string {
  const coded = /^whsec_(.*)$/.exec(text)?.[1];
  if (coded === undefined) return `${text}-of-the-account-${account}`;
  return `whsec_${Buffer.from(`${Buffer.from(coded, 'base64')}-${account}`).toString('base64')}`;
}

/** A copy in which each secret of the environment stands in a file of this account. */
function withFiles(value: unknown, placeOf: (name: string) => object): unknown {
  if (Array.isArray(value)) return value.map((one) => withFiles(one, placeOf));
  if (typeof value !== 'object' || value === null) return value;
  const { env } = value as { readonly env?: unknown };
  if (typeof env === 'string') return placeOf(env);
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, withFiles(one, placeOf)]));
}

/** A network that knows nothing, and counts who asks. */
function networkOf(asked: Map<string, number>): Server {
  return createServer(async (request, response) => {
    for await (const _ of request);
    const [, provider = '', account = ''] = (request.url ?? '').split('/');
    const name = `${provider}/${account}`;
    asked.set(name, (asked.get(name) ?? 0) + 1);
    response.writeHead(404, { 'content-type': 'application/json' }).end('{}');
  });
}

export async function openAccounts(senders: readonly Sending[]): Promise<GivenAccounts> {
  const dir = mkdtempSync(join(tmpdir(), 'hesabu-accounts-'));
  const clock = new ManualClock(NOON);
  const asked = new Map<string, number>();
  const network = networkOf(asked);
  network.listen(0, '127.0.0.1');
  await once(network, 'listening');
  const host = `127.0.0.1:${(network.address() as AddressInfo).port}`;
  const file = (name: string, text: string) => {
    writeFileSync(join(dir, name), text, { mode: 0o600 });
    return { file: name };
  };
  const accountOf = (sender: Sending, account: AccountName) => {
    const { provider, account: written, secrets } = sender;
    const place = (name: string) => file(`${provider.name}-${account}-${name}`, secretOf(secrets[name]!, account));
    const copy = withFiles(written, place) as Record<string, unknown>;
    const own = account === 'p' ? { path: file(`${provider.name}-path`, pathOf(sender)) } : {};
    return {
      ...copy,
      ...{ account, merchants: [`${provider.name}-${account}`], webhook: { ...(copy.webhook as object), ...own } },
      ...('base_url' in copy ? { base_url: `http://${host}/${provider.name}/${account}` } : {}),
    };
  };
  const accounts = senders.flatMap((sender) => ACCOUNTS.map((account) => accountOf(sender, account)));
  const limits = { key: NEVER, account: NEVER, address: NEVER };
  const config = { data: 'books', listen: { port: 0 }, accounts, limits, outgoing: { allow: [host] } };
  file('hesabu.yaml', stringify(config));
  const lines: string[] = [];
  const failures: Error[] = [];
  const service = await startService(loadConfig(join(dir, 'hesabu.yaml')), {
    ...{ clock, onFailure: (error) => void failures.push(error) },
    logger: makeLogger('debug', { write: (line) => void lines.push(line) }),
  });
  return {
    ...{ service, clock, asked, lines },
    ...callsTo(service, clock),
    close: async () => {
      await service.drain();
      network.close();
      network.closeAllConnections();
      rmSync(dir, { recursive: true, force: true });
      if (failures.length > 0) throw failures[0];
    },
  };
}

function callsTo(
  service: Service,
  clock: ManualClock,
): Pick<GivenAccounts, 'merchantOf' | 'urlOf' | 'signed' | 'send' | 'facts'> {
  const urlOf: GivenAccounts['urlOf'] = ({ provider }, account) => `/webhooks/${provider.name}/${account}`;
  const signed: GivenAccounts['signed'] = ({ webhook, secrets }, account, body) => {
    const secret = webhook.secret === undefined ? '' : secretOf(secrets[webhook.secret]!, account);
    return webhook.headers(Buffer.from(body), secret, clock.now());
  };
  return {
    urlOf,
    signed,
    merchantOf: ({ provider }, account) => `${provider.name}-${account}`,
    send: async (sender, account, { body = sender.webhook.body, headers, method, below } = {}) => {
      const own = headers ?? signed(sender, account, body);
      const path = below ?? (account === 'p' ? `/${pathOf(sender)}` : '');
      const answer = await fetch(`${service.url}${urlOf(sender, account)}${path}`, {
        ...{ method: method ?? 'POST', headers: { 'content-type': 'application/json', ...own } },
        ...(method === 'GET' ? {} : { body }),
      });
      await answer.text();
      return answer.status;
    },
    facts: () => {
      const { log } = service.ledger.reconciler;
      let count = 0n;
      for (const topic of FACT_TOPICS) {
        for (let partition = 0; partition < log.partitions; partition++) count += log.end(topic, partition);
      }
      return count;
    },
  };
}
