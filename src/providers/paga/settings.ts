// The part of an account of Paga in hesabu.yaml. Without keys it reads notifications only, and calls nobody.

import { z } from 'zod';
import { ACCOUNT, secret, url } from '../../producers/account-settings.ts';
import { schemeSettings } from '../../producers/webhooks/scheme-port.ts';
import { basicScheme } from '../../producers/webhooks/schemes.ts';
import { PAGA_SHA512 } from './hash.ts';

export const NAME = 'paga';

export const SCHEMES = { basic: basicScheme(), 'paga-sha512': PAGA_SHA512 };
export const USUAL_SCHEME = 'basic';

/** The merchant as Paga knows it, and who is paid. */
const app = z.strictObject({
  public_key: secret,
  secret_key: secret,
  hash_key: secret,
  name: z.string().min(1),
  account_number: z.string().min(1).optional(),
  /** Where notifications go: the account's own URL, to which its secret path is added. */
  callback_url: url.optional(),
});

export const SETTINGS = z.strictObject({
  provider: z.literal(NAME),
  ...ACCOUNT,
  base_url: url.optional(),
  /** Calls the network's own test address. */
  sandbox: z.boolean().default(false),
  app: app.optional(),
  webhook: schemeSettings(SCHEMES, USUAL_SCHEME).optional(),
});

export type Settings = z.output<typeof SETTINGS>;

export function baseUrlOf({ base_url, sandbox }: Settings): string {
  return base_url ?? `https://${sandbox ? 'beta-collect' : 'collect'}.paga.com`;
}
