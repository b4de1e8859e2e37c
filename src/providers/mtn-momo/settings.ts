// The part of an account of MTN MoMo in hesabu.yaml. Without keys it reads callbacks only, and calls nobody.

import { z } from 'zod';
import { ACCOUNT, secret, url } from '../../producers/account-settings.ts';
import { WEBHOOK_ORIGIN } from '../../producers/webhooks/origin.ts';

export const NAME = 'mtn-momo';
const SANDBOX = 'sandbox';

/** Each product is subscribed to for itself. */
const product = z.strictObject({ subscription_key: secret, api_user: secret, api_key: secret });

export const SETTINGS = z.strictObject({
  provider: z.literal(NAME),
  ...ACCOUNT,
  base_url: url.optional(),
  /** `sandbox`, or the country's, such as `mtnuganda`: the sandbox knows EUR only. */
  target_environment: z.string().min(1).default(SANDBOX),
  collection: product.optional(),
  /** For refunds. */
  disbursement: product.optional(),
  /** The account's own URL, to which its secret path is added; its host is the one that the API user was made with. */
  callback_url: url.optional(),
  webhook: z.strictObject({ ...WEBHOOK_ORIGIN, scheme: z.literal('none').default('none') }).optional(),
});

export type Settings = z.output<typeof SETTINGS>;
export type ProductKeys = z.output<typeof product>;

export function baseUrlOf({ base_url, target_environment }: Settings): string {
  const own = target_environment === SANDBOX ? 'sandbox.momodeveloper.mtn.com' : 'proxy.momoapi.mtn.com';
  return base_url ?? `https://${own}`;
}
