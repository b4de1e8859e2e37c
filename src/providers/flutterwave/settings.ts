// The part of an account of Flutterwave in hesabu.yaml. Without a key it reads webhooks and files, and calls nobody. A
// webhook of API v3 carries the secret hash itself; of v4, two copies of the documentation differ, so that the scheme
// is a setting of the account, and no other one is accepted beside it.

import { z } from 'zod';
import { ACCOUNT, FETCHED_SETTLEMENT, secret, url } from '../../producers/account-settings.ts';
import { schemeSettings } from '../../producers/webhooks/scheme-port.ts';
import { hmacScheme, tokenScheme } from '../../producers/webhooks/schemes.ts';

export const NAME = 'flutterwave';
export const USUAL = 'token';
/** developer.flutterwave.com/v3.0/docs, as every page of its reference has it. */
export const BASE_URL = 'https://api.flutterwave.com/v3';
export const SCHEMES = {
  [USUAL]: tokenScheme('verif-hash'),
  'hmac-sha256-base64': hmacScheme({ header: 'flutterwave-signature', algorithm: 'sha256', encoding: 'base64' }),
};
/** Version 4 has other addresses and OAuth tokens: its bodies are read, and it is not called. */
const CALLED_VERSION = /^v?3(?:\.0)*$/i;

export const SETTINGS = z
  .strictObject({
    provider: z.literal(NAME),
    ...ACCOUNT,
    base_url: url.optional(),
    /** The secret key. */
    api_key: secret.optional(),
    /** The network wants an address of each payer: this one is given for those whom only a phone number names. */
    email: z.email().max(100).optional(),
    webhook: schemeSettings(SCHEMES, USUAL).optional(),
    settlement: z.strictObject(FETCHED_SETTLEMENT).optional(),
  })
  .refine(({ api_key, version }) => api_key === undefined || version === undefined || CALLED_VERSION.test(version), {
    path: ['version'],
    error: 'expected 3 beside an api_key: version 4 is read, and not called',
  });

export type Settings = z.output<typeof SETTINGS>;
