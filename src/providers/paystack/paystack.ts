// The provider `paystack`: its webhooks, signed with the API secret key itself, its answers, and the payout export of
// its dashboard. Source: paystack.com/docs/payments/webhooks.

import { z } from 'zod';
import type { OutboundParts } from '../../outbound/client/outbound-parts.ts';
import { ACCOUNT } from '../../producers/account-settings.ts';
import type { Provider } from '../../producers/provider.ts';
import { schemePort, schemeSettings } from '../../producers/webhooks/scheme-port.ts';
import { hmacScheme } from '../../producers/webhooks/schemes.ts';
import { paystackBodies } from './bodies.ts';
import { PAYOUT_EXPORT } from './payout-export.ts';
import { WEBHOOK_BODIES } from './webhook-bodies.ts';

const NAME = 'paystack';
const SIGNED = 'hmac-sha512-hex';
const SCHEMES = { [SIGNED]: hmacScheme({ header: 'x-paystack-signature', algorithm: 'sha512', encoding: 'hex' }) };

const account = z.strictObject({
  provider: z.literal(NAME),
  ...ACCOUNT,
  webhook: schemeSettings(SCHEMES, SIGNED).optional(),
});

type Settings = z.output<typeof account>;

export const PAYSTACK: Provider<Settings, OutboundParts> = {
  name: NAME,
  title: 'Paystack',
  capabilities: {
    payments: false,
    refunds: false,
    operators: false,
    status: 'none',
    webhooks: 'signed',
    settlement: false,
  },
  formats: {},
  exports: [PAYOUT_EXPORT, WEBHOOK_BODIES],
  account,
  webhook: schemePort(SCHEMES, SIGNED),
  bodies: paystackBodies,
};
