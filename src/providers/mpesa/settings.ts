// The part of an account of M-Pesa in hesabu.yaml. Without keys it reads callbacks and files, and calls nobody.

import { z } from 'zod';
import { ACCOUNT, url } from '../../producers/account-settings.ts';
import { WEBHOOK_ORIGIN } from '../../producers/webhooks/origin.ts';

export const NAME = 'mpesa';

export const SETTINGS = z.strictObject({
  provider: z.literal(NAME),
  ...ACCOUNT,
  base_url: url.optional(),
  webhook: z.strictObject({ ...WEBHOOK_ORIGIN, scheme: z.literal('none').default('none') }).optional(),
});

export type Settings = z.output<typeof SETTINGS>;
