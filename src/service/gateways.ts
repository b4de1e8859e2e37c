// The accounts of the configuration as gateways that can be called and as senders of webhooks.

import type { DatabaseSync } from 'node:sqlite';
import { HesabuError } from '../domain/errors.ts';
import type { WebhookAccount } from '../http/webhooks/webhook.ts';
import type { OutgoingClient } from '../outbound/client/client.ts';
import { limitMemory } from '../outbound/client/limit-table.ts';
import type { Gateway } from '../producers/gateway.ts';
import { MfsAfricaGateway } from '../providers/mfs-africa/gateway.ts';
import { SignatureKey } from '../providers/mfs-africa/signature.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Meter } from '../runtime/meter.ts';
import type { AccountConfig } from './config/config.ts';
import type { LoadedConfig } from './config/config-file.ts';

export interface GatewayParts {
  readonly client: OutgoingClient;
  /** service.db, where the limits of accounts are kept; nowhere where absent. */
  readonly database?: DatabaseSync;
  readonly clock: Clock;
  readonly meter: Meter;
  readonly pseudonym: (text: string) => string;
}

/** An account that can be called, with what the configuration says of it. */
export interface LiveAccount {
  readonly config: AccountConfig;
  readonly gateway: Gateway;
}

export class Accounts {
  readonly all: readonly LiveAccount[];
  private loaded: LoadedConfig;
  private webhooks: ReadonlyMap<string, WebhookAccount>;

  constructor(loaded: LoadedConfig, parts: GatewayParts) {
    this.loaded = loaded;
    this.all = loaded.config.accounts.map((config) => ({ config, gateway: this.gatewayOf(config, parts) }));
    this.webhooks = webhooksOf(loaded);
  }

  /** Takes other secrets and rates. Throws HESABU_SECRET_MISSING, and nothing changed. */
  reload(loaded: LoadedConfig): void {
    const webhooks = webhooksOf(loaded);
    this.loaded = loaded;
    this.webhooks = webhooks;
  }

  webhook(provider: string, account: string): WebhookAccount | undefined {
    return this.webhooks.get(`${provider}/${account}`);
  }

  /** The gateway that takes a merchant's payments: the one that names it, else the one for all that nobody names. */
  of(merchant: string): Gateway | undefined {
    const named = this.all.find(({ config }) => config.merchants.includes(merchant));
    return (named ?? this.all.find(({ config }) => config.merchants.includes('*')))?.gateway;
  }

  private gatewayOf(config: AccountConfig, parts: GatewayParts): Gateway {
    const { provider, account, base_url, settlement } = config;
    return new MfsAfricaGateway({
      ...parts,
      ...(parts.database === undefined ? {} : { memory: limitMemory(parts.database, `${provider}/${account}`) }),
      account,
      baseUrl: base_url,
      reportFormat: settlement?.format ?? 'csv',
      apiKey: () => this.apiKeyOf(account),
      rate: () => (this.nowOf(account) ?? config).rate,
    });
  }

  /** Of an account that is gone from the configuration there is no secret any more: it is called no more. */
  private apiKeyOf(name: string): string {
    const account = this.nowOf(name);
    if (account === undefined) throw new HesabuError('HESABU_SECRET_MISSING', { where: `the account ${name}` });
    return this.loaded.secret(account.api_key);
  }

  private nowOf(name: string): AccountConfig | undefined {
    return this.loaded.config.accounts.find(({ account }) => account === name);
  }
}

function webhooksOf({ config, secret }: LoadedConfig): Map<string, WebhookAccount> {
  const found = new Map<string, WebhookAccount>();
  for (const { provider, account, webhook } of config.accounts) {
    if (webhook === undefined) continue;
    const keys = webhook.secrets.map((place) => new SignatureKey(secret(place)));
    found.set(`${provider}/${account}`, {
      provider,
      account,
      scheme: webhook.scheme,
      tolerance: webhook.tolerance,
      keys,
    });
  }
  return found;
}
