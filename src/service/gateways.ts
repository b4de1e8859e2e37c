// The accounts of the configuration: their gateways, which can be called, and their webhooks, which can be verified.

import type { DatabaseSync } from 'node:sqlite';
import { HesabuError } from '../domain/errors.ts';
import { sourceName } from '../domain/fact.ts';
import type { WebhookAccount } from '../http/webhooks/webhook.ts';
import type { Rules } from '../matching/rules.ts';
import type { OutgoingClient } from '../outbound/client/client.ts';
import { limitMemory } from '../outbound/client/limit-table.ts';
import { bodySettings, merchantOf, type SecretPlace } from '../producers/account-settings.ts';
import type { BodyReaders } from '../producers/bodies/body.ts';
import { readersWithin } from '../producers/bodies/shop-bodies.ts';
import type { Gateway } from '../producers/gateway.ts';
import { isUnsigned } from '../producers/provider.ts';
import { webhookGate } from '../producers/webhooks/origin.ts';
import { type Providers, providerNamed, type RegisteredProvider } from '../providers/registry.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Meter } from '../runtime/meter.ts';
import type { AccountConfig } from './config/config.ts';
import type { LoadedConfig } from './config/config-file.ts';

export interface GatewayParts {
  readonly client: OutgoingClient;
  /** service.db, which stores the limits of accounts; without it they are not stored. */
  readonly database?: DatabaseSync;
  readonly clock: Clock;
  readonly meter: Meter;
  readonly pseudonym: (text: string) => string;
  /** The rules in force say which references merchants reserve; absent where no orders are taken. */
  readonly loop?: { readonly rules: Rules };
}

/** An account that can be called, with its settings. */
export interface LiveAccount {
  readonly config: AccountConfig;
  readonly gateway: Gateway;
  /** What reads its bodies. */
  readonly readers: BodyReaders;
}

export class Accounts {
  /** The accounts whose provider has a gateway. */
  readonly all: readonly LiveAccount[];
  private loaded: LoadedConfig;
  private webhooks: ReadonlyMap<string, WebhookAccount>;
  private readonly reading: ReadingParts;

  constructor(loaded: LoadedConfig, parts: GatewayParts) {
    this.loaded = loaded;
    this.all = loaded.config.accounts.flatMap((config) => {
      const gateway = this.gatewayOf(config, parts);
      if (gateway === undefined) return [];
      return [{ config, gateway, readers: readersOf(config, loaded, parts) }];
    });
    this.reading = parts;
    this.webhooks = webhooksOf(loaded, parts);
  }

  /** Takes new secrets and rates. If it throws HESABU_SECRET_MISSING, nothing has changed. */
  reload(loaded: LoadedConfig): void {
    const webhooks = webhooksOf(loaded, this.reading);
    this.loaded = loaded;
    this.webhooks = webhooks;
  }

  webhook(provider: string, account: string): WebhookAccount | undefined {
    return this.webhooks.get(`${provider}/${account}`);
  }

  /** The names of a provider's accounts. */
  namesOf(provider: string): readonly string[] {
    const own = this.loaded.config.accounts.filter((account) => account.provider === provider);
    return own.map(({ account }) => account);
  }

  /** The gateway for a merchant's payments: of the account that names it, otherwise of the account for all others. */
  of(merchant: string): Gateway | undefined {
    const named = this.all.find(({ config }) => config.merchants.includes(merchant));
    return (named ?? this.all.find(({ config }) => config.merchants.includes('*')))?.gateway;
  }

  /** The gateway of an account, as `provider/account`. */
  named(account: string): Gateway | undefined {
    return this.all.find(({ gateway }) => sourceName(gateway) === account)?.gateway;
  }

  private gatewayOf(initial: AccountConfig, parts: GatewayParts): Gateway | undefined {
    const { provider, account } = initial;
    const { client, database, loop: _, ...rest } = parts;
    const memory = database === undefined ? {} : { memory: limitMemory(database, `${provider}/${account}`) };
    return rowOf(initial, this.loaded.providers).gateway?.({
      ...rest,
      ...{ account, initial, outbound: { client, ...memory } },
      settings: () => this.settingsOf(provider, account),
      secret: (place) => this.secretOf(provider, account, place),
    });
  }

  /** An account that was removed from the configuration has no secret any more, so it is no longer called. */
  private secretOf(provider: string, account: string, place: SecretPlace): string {
    if (this.settingsOf(provider, account) !== undefined) return this.loaded.secret(place);
    throw new HesabuError('HESABU_SECRET_MISSING', { where: `the account ${account}` });
  }

  private settingsOf(provider: string, account: string): AccountConfig | undefined {
    return this.loaded.config.accounts.find((one) => one.provider === provider && one.account === account);
  }
}

/** The row exists, because the configuration was read with its schema. */
function rowOf({ provider }: AccountConfig, providers: Providers): RegisteredProvider {
  return providerNamed(provider, providers)!;
}

function webhooksOf(loaded: LoadedConfig, parts: ReadingParts): Map<string, WebhookAccount> {
  const { config, providers, secret } = loaded;
  const found = new Map<string, WebhookAccount>();
  for (const settings of config.accounts) {
    const row = rowOf(settings, providers);
    const port = row.webhook === undefined ? undefined : { ...row.webhook, ...row.webhook.headersOf?.(settings) };
    const verify = port?.verifier(settings, secret);
    const { provider, account, merchants } = settings;
    const { webhook: read } = readersOf(settings, loaded, parts);
    if (port === undefined || verify === undefined || read === undefined) continue;
    const gate = webhookGate(settings.webhook, secret, `${provider}/${account}`);
    found.set(`${provider}/${account}`, { provider, account, merchants, port, verify, read, gate });
  }
  return found;
}

/** What bodies are read with, beside the settings of their account. */
type ReadingParts = Pick<GatewayParts, 'pseudonym' | 'loop'>;

function readersOf(
  settings: AccountConfig,
  { providers }: LoadedConfig,
  { pseudonym, loop }: ReadingParts,
): BodyReaders {
  const row = rowOf(settings, providers);
  const { provider, account, merchants, webhook } = settings;
  const context = { provider, account, pseudonym, settings: bodySettings(settings), own: settings };
  const merchant = merchantOf(account, merchants);
  const readers = row.bodies({ ...context, merchant, isUnsigned: isUnsigned(row, webhook) });
  return readersWithin(readers, { merchants, merchant, reservations: () => loop?.rules.merchants });
}
