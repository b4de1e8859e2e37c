// The part of an account of Airtel Money in hesabu.yaml. Without keys it reads callbacks only, and calls nobody.

import { z } from 'zod';
import { ACCOUNT, secret, url } from '../../producers/account-settings.ts';
import { WEBHOOK_ORIGIN } from '../../producers/webhooks/origin.ts';
import { countryNamed } from './countries.ts';

export const NAME = 'airtel';

const webhook = z
  .strictObject({
    ...WEBHOOK_ORIGIN,
    /** Accounts with callback authentication get a `hash` in the body. */
    scheme: z.enum(['none', 'hmac-sha256-base64']).default('none'),
    secrets: z.array(secret).min(1).max(2).optional(),
  })
  .refine(({ scheme, secrets }) => scheme === 'none' || secrets !== undefined, {
    path: ['secrets'],
    error: 'Invalid input: expected secrets, because of scheme: hmac-sha256-base64',
  });

export const SETTINGS = z.strictObject({
  provider: z.literal(NAME),
  ...ACCOUNT,
  base_url: url.optional(),
  sandbox: z.boolean().default(false),
  /** The application's, of the developer portal. */
  client: z
    .strictObject({
      id: secret,
      secret,
      /** Where the account is, ISO 3166-1 alpha-2. */
      country: z.string().refine((code) => countryNamed(code) !== undefined, 'expected a country of Airtel Money'),
    })
    .optional(),
  webhook: webhook.optional(),
});

export type Settings = z.output<typeof SETTINGS>;

export function baseUrlOf({ base_url, sandbox }: Settings): string {
  return base_url ?? `https://${sandbox ? 'openapiuat' : 'openapi'}.airtel.africa`;
}
