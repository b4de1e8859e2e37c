// The doctor's checks of webhooks: whether each account's settings verify them, and who may send those that nobody
// signs.

import { failed } from '../app/doctor.ts';
import type { Check } from '../app/doctor-check.ts';
import type { SecretPlace } from '../producers/account-settings.ts';
import { isUnsigned } from '../producers/provider.ts';
import { webhookGate } from '../producers/webhooks/origin.ts';
import { type Providers, providerNamed, type RegisteredProvider } from '../providers/registry.ts';
import type { AccountConfig } from './config/config.ts';

/** `canAsk` says whether the status of an account's payments can be asked for. */
export function checkWebhooks(
  accounts: readonly AccountConfig[],
  providers: Providers,
  secret: (place: SecretPlace) => string,
  canAsk: (account: string) => boolean,
): Check[] {
  return accounts.flatMap((settings) => {
    const row = providerNamed(settings.provider, providers);
    if (row?.webhook === undefined || settings.webhook === undefined) return [];
    return [checkWebhook(settings, row, secret, canAsk)];
  });
}

function checkWebhook(
  settings: AccountConfig,
  row: RegisteredProvider,
  secret: (place: SecretPlace) => string,
  canAsk: (account: string) => boolean,
): Check {
  const name = `${settings.provider}/${settings.account}`;
  try {
    const gate = webhookGate(settings.webhook, secret, name);
    if (row.webhook?.verifier(settings, secret) === undefined) {
      return { name: 'webhook', found: `${name}: takes no webhooks`, remedy: null };
    }
    const guards = [gate.isPath === null ? [] : 'a secret path', gate.addresses === null ? [] : 'a list of addresses'];
    const from = guards.flat().length === 0 ? '' : `, with ${guards.flat().join(' and ')}`;
    const isSigned = !isUnsigned(row, { ...settings.webhook, trust: undefined });
    if (isSigned) return { name: 'webhook', found: `${name}: verified${from}`, remedy: null };
    if (!isUnsigned(row, settings.webhook)) {
      return {
        name: 'webhook',
        found: `${name}: nobody signs its webhooks; its network is trusted${from}`,
        remedy: null,
      };
    }
    const found = `${name}: nobody signs its webhooks${from}; each counts once a status query or a line confirms it`;
    return { name: 'webhook', found, remedy: canAsk(name) ? null : CANNOT_ASK };
  } catch (error) {
    return failed('webhook', error);
  }
}

const CANNOT_ASK =
  'Give the account the key of its API, so that it can be asked; or set webhook.trust, with addresses and a path.';
