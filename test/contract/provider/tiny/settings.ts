// An account of Tiny Pay in hesabu.yaml.

import { z } from 'zod';
import { ACCOUNT, secret, url } from '../../../../src/producers/account-settings.ts';
import { WEBHOOK_ORIGIN } from '../../../../src/producers/webhooks/origin.ts';

export const NAME = 'tiny';

export const SETTINGS = z.strictObject({
  provider: z.literal(NAME),
  ...ACCOUNT,
  base_url: url,
  api_key: secret,
  webhook: z.strictObject({ ...WEBHOOK_ORIGIN, token: secret }).optional(),
});

export type TinySettings = z.output<typeof SETTINGS>;
