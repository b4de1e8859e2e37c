// The address at which a network calls an account back. The secret path of the account is added here, so that it never
// stands in the configuration.

import type { SecretPlace } from '../../producers/account-settings.ts';

interface WebhookPath {
  readonly path?: SecretPlace | undefined;
}

/** `address` is that of the account from outside; one that ends with the secret path already stays. */
export function callbackUrl(
  address: string,
  webhook: WebhookPath | undefined,
  secret: (place: SecretPlace) => string,
): string {
  const base = address.replace(/\/$/, '');
  if (webhook?.path === undefined) return base;
  const path = secret(webhook.path);
  return base.endsWith(`/${path}`) ? base : `${base}/${path}`;
}
