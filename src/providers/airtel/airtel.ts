// The provider `airtel`: Airtel Money, by the Open API of Airtel Africa. A callback has no amount, so that the enquiry
// decides; a reference has letters and figures only.

import { z } from 'zod';
import type { OutboundParts } from '../../outbound/client/outbound-parts.ts';
import { ACCOUNT, secret } from '../../producers/account-settings.ts';
import type { Provider } from '../../producers/provider.ts';
import { WEBHOOK_ORIGIN } from '../../producers/webhooks/origin.ts';
import { airtelBodies } from './bodies.ts';
import { openHash } from './hash.ts';

const NAME = 'airtel';

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

const account = z.strictObject({ provider: z.literal(NAME), ...ACCOUNT, webhook: webhook.optional() });

type Settings = z.output<typeof account>;

export const AIRTEL: Provider<Settings, OutboundParts> = {
  name: NAME,
  title: 'Airtel Money',
  capabilities: {
    payments: false,
    refunds: false,
    operators: false,
    status: 'none',
    webhooks: 'unsigned',
    settlement: false,
  },
  formats: {},
  exports: [],
  account,
  webhook: {
    headers: [],
    verifier({ webhook: settings }, secretAt) {
      if (settings === undefined) return undefined;
      if (settings.scheme === 'none') return () => null;
      return openHash((settings.secrets ?? []).map((place) => Buffer.from(secretAt(place))));
    },
    check: (bytes, scheme) => (scheme === 'none' ? undefined : openHash([bytes])),
  },
  bodies: airtelBodies,
};
