// What webhook secrets must be like: long, and each of one account. Who guesses one forges payments, and with one
// secret for two accounts the one signs for the other.

import { HesabuError } from '../../domain/errors.ts';
import type { SecretPlace } from '../../producers/account-settings.ts';
import type { Config } from './config.ts';

/** As long as Standard Webhooks asks for, in bytes. */
const BYTES_MIN = 24;

/** Throws HESABU_CONFIG_INVALID, which names the places and quotes nothing. */
export function checkWebhookSecrets(
  path: string,
  { accounts }: Pick<Config, 'accounts'>,
  secret: (place: SecretPlace) => string,
): void {
  const known = new Map<string, string>();
  accounts.forEach(({ webhook }, at) => {
    secretsIn(webhook).forEach((place, index) => {
      const where = `accounts.${at}.webhook.secrets.${index}`;
      const text = secret(place);
      const bytes = Buffer.byteLength(text);
      if (bytes < BYTES_MIN) throw invalid(`${path}: ${where}`, `a secret of at least ${BYTES_MIN} bytes`, `${bytes}`);
      const other = known.get(text);
      if (other !== undefined) throw invalid(`${path}: ${where}`, `another secret than that of ${other}`, 'the same');
      known.set(text, where);
    });
  });
}

function secretsIn(webhook: object | undefined): readonly SecretPlace[] {
  return (webhook as { readonly secrets?: readonly SecretPlace[] } | undefined)?.secrets ?? [];
}

function invalid(where: string, expected: string, found: string): HesabuError {
  return new HesabuError('HESABU_CONFIG_INVALID', { where, expected, found });
}
