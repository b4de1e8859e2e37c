// The part of an account of Paystack in hesabu.yaml. Without a key it reads webhooks and files, and calls nobody.

import { z } from 'zod';
import { ACCOUNT, FETCHED_SETTLEMENT, secret, url } from '../../producers/account-settings.ts';
import { schemeSettings } from '../../producers/webhooks/scheme-port.ts';
import { hmacScheme } from '../../producers/webhooks/schemes.ts';

export const NAME = 'paystack';
export const SIGNED = 'hmac-sha512-hex';
export const BASE_URL = 'https://api.paystack.co';
const HEADER = 'x-paystack-signature';
export const SCHEMES = { [SIGNED]: hmacScheme({ header: HEADER, algorithm: 'sha512', encoding: 'hex' }) };

export const SETTINGS = z.strictObject({
  provider: z.literal(NAME),
  ...ACCOUNT,
  base_url: url.optional(),
  /** The secret key; the same key signs the webhooks. */
  api_key: secret.optional(),
  /** The network wants an address of each payer: this one is given for those whom only a phone number names. */
  email: z.email().optional(),
  webhook: schemeSettings(SCHEMES, SIGNED).optional(),
  settlement: z.strictObject(FETCHED_SETTLEMENT).optional(),
});

export type Settings = z.output<typeof SETTINGS>;

/** Where the account says that the merchant's reference is, from the object in `data`; null for the usual place. */
export function ownPath({ reference = null }: { readonly reference?: string | null | undefined }): string | null {
  const path = reference?.replace(/^data\./, '') ?? null;
  return path === 'reference' ? null : path;
}
