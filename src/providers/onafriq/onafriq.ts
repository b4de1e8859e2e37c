// The provider `onafriq`, once MFS Africa: collections and payments of its first product, the callbacks of its hub, and
// the daily report. Webhooks are not signed; HTTP Basic can be agreed on with the network.

import { z } from 'zod';
import type { OutboundParts } from '../../outbound/client/outbound-parts.ts';
import { ACCOUNT, secret } from '../../producers/account-settings.ts';
import type { Provider } from '../../producers/provider.ts';
import { WEBHOOK_ORIGIN } from '../../producers/webhooks/origin.ts';
import { basicScheme } from '../../producers/webhooks/schemes.ts';
import { onafriqBodies } from './bodies.ts';
import { DAILY_TRANSACTION_REPORT } from './daily-transaction-report.ts';

const NAME = 'onafriq';
const BASIC = basicScheme();

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

const account = z.strictObject({ provider: z.literal(NAME), ...ACCOUNT, webhook: webhook.optional() });

type Settings = z.output<typeof account>;

export const ONAFRIQ: Provider<Settings, OutboundParts> = {
  name: NAME,
  title: 'Onafriq',
  capabilities: {
    payments: false,
    refunds: false,
    operators: false,
    status: 'none',
    webhooks: 'unsigned',
    settlement: false,
  },
  formats: {},
  exports: [DAILY_TRANSACTION_REPORT],
  account,
  webhook: {
    headers: BASIC.headers,
    secretHeaders: BASIC.secretHeaders,
    verifier({ webhook: settings }, secretAt) {
      if (settings === undefined) return undefined;
      if (settings.scheme === 'none') return () => null;
      return BASIC.open(
        (settings.secrets ?? []).map((place) => Buffer.from(secretAt(place))),
        0,
      );
    },
    check: (bytes, scheme) => (scheme === 'none' ? undefined : BASIC.open([bytes], 0)),
  },
  bodies: onafriqBodies,
};
