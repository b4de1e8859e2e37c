// The part of an account of Onafriq in hesabu.yaml. Without a key it reads webhooks and files, and calls nobody.

import { z } from 'zod';
import { ACCOUNT, FETCHED_SETTLEMENT, secret, url } from '../../producers/account-settings.ts';
import { WEBHOOK_ORIGIN } from '../../producers/webhooks/origin.ts';

export const NAME = 'onafriq';
export const BASE_URL = 'https://api.mfsafrica.com/api';

const webhook = z
  .strictObject({
    ...WEBHOOK_ORIGIN,
    scheme: z.enum(['none', 'basic']).default('none'),
    /** For `basic`, `user:password`; two while they are changed. */
    secrets: z.array(secret).min(1).max(2).optional(),
  })
  .refine(({ scheme, secrets }) => scheme === 'none' || secrets !== undefined, {
    path: ['secrets'],
    error: 'Invalid input: expected secrets, because of scheme: basic',
  });

export const SETTINGS = z.strictObject({
  provider: z.literal(NAME),
  ...ACCOUNT,
  base_url: url.optional(),
  api_key: secret.optional(),
  webhook: webhook.optional(),
  /** The rows of its ledger. */
  settlement: z.strictObject(FETCHED_SETTLEMENT).optional(),
});

export type Settings = z.output<typeof SETTINGS>;
