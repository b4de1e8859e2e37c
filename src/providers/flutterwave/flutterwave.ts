// The provider `flutterwave`: its webhooks, answers and settlements, and the settlement export of its dashboard. A
// webhook of API v3 carries the secret hash itself; of v4, two copies of the documentation differ, so that the scheme
// is a setting of the account, and no other one is accepted beside it.

import { z } from 'zod';
import type { OutboundParts } from '../../outbound/client/outbound-parts.ts';
import { ACCOUNT } from '../../producers/account-settings.ts';
import type { Provider } from '../../producers/provider.ts';
import { schemePort, schemeSettings } from '../../producers/webhooks/scheme-port.ts';
import { hmacScheme, tokenScheme } from '../../producers/webhooks/schemes.ts';
import { flutterwaveBodies } from './bodies.ts';
import { SETTLEMENT_EXPORT } from './settlement-export.ts';
import { RAVE_BODIES, WEBHOOK_BODIES } from './webhook-bodies.ts';

const NAME = 'flutterwave';
const USUAL = 'token';
const SCHEMES = {
  [USUAL]: tokenScheme('verif-hash'),
  'hmac-sha256-base64': hmacScheme({ header: 'flutterwave-signature', algorithm: 'sha256', encoding: 'base64' }),
};

const account = z.strictObject({
  provider: z.literal(NAME),
  ...ACCOUNT,
  webhook: schemeSettings(SCHEMES, USUAL).optional(),
});

type Settings = z.output<typeof account>;

export const FLUTTERWAVE: Provider<Settings, OutboundParts> = {
  name: NAME,
  title: 'Flutterwave',
  capabilities: {
    payments: false,
    refunds: false,
    operators: false,
    status: 'none',
    webhooks: 'secret',
    settlement: false,
  },
  formats: {},
  exports: [SETTLEMENT_EXPORT, WEBHOOK_BODIES, RAVE_BODIES],
  account,
  webhook: schemePort(SCHEMES, USUAL),
  bodies: flutterwaveBodies,
};
