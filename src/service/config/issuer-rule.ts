// What is asked of the settings of an outside issuer as a whole, and what the issuer is asked by.

import { HesabuError } from '../../domain/errors.ts';
import type { IssuerSettings } from '../../outbound/oidc/issuer.ts';
import type { SecretPlace } from '../../producers/account-settings.ts';
import { isLoopback } from './listen-rule.ts';
import type { OidcConfig } from './oidc-form.ts';

const CALLBACK_PATH = '/v1/session/oidc';

interface Configured {
  readonly oidc?: OidcConfig | undefined;
  readonly public_url?: string | undefined;
}

/** Throws HESABU_CONFIG_INVALID. `path` is the file's. */
export function checkOidc(path: string, { oidc, public_url }: Configured): void {
  if (oidc === undefined) return;
  const issuer = new URL(oidc.issuer);
  const fault = (key: string, expected: string, found: string) =>
    new HesabuError('HESABU_CONFIG_INVALID', { where: `${path}: ${key}`, expected, found });
  if (public_url === undefined) {
    throw fault('public_url', 'the address of this service, to which the issuer of oidc sends people back', 'none');
  }
  if (issuer.search !== '' || issuer.hash !== '' || issuer.username !== '' || issuer.password !== '') {
    throw fault('oidc.issuer', 'an address without a query, a fragment or a user', 'more');
  }
  if (issuer.pathname.includes('/.well-known/')) {
    throw fault('oidc.issuer', 'the issuer itself, without /.well-known/ and what follows', issuer.pathname);
  }
  const isTrial = isLoopback(issuer.hostname.replace(/^\[|\]$/g, ''));
  if (issuer.protocol !== 'https:' && !isTrial) {
    throw fault('oidc.issuer', 'https; http on loopback only', issuer.origin);
  }
}

/** Null where no issuer is configured. `read` gives the value of a secret. */
export function issuerSettings(
  { oidc, public_url }: Configured,
  read: (place: SecretPlace) => string,
): IssuerSettings | null {
  if (oidc === undefined || public_url === undefined) return null;
  const { issuer, client_id: clientId, client_secret: place, label, second_factor, scopes, max_age } = oidc;
  return {
    ...{ issuer, clientId, label, scopes, isSecondFactor: second_factor === 'issuer' },
    clientSecret: () => (place === undefined ? null : read(place)),
    redirectUri: new URL(CALLBACK_PATH, public_url).href,
    maxAgeSeconds: max_age === undefined ? null : max_age / 1_000,
  };
}
