// The provider `woocommerce`: the orders of a shop, by webhook and by its export. Source:
// woocommerce/woocommerce-rest-api-docs, _webhooks.md.

import { z } from 'zod';
import type { OutboundParts } from '../../outbound/client/outbound-parts.ts';
import { ACCOUNT } from '../../producers/account-settings.ts';
import type { Provider } from '../../producers/provider.ts';
import { schemePort, schemeSettings } from '../../producers/webhooks/scheme-port.ts';
import { hmacScheme } from '../../producers/webhooks/schemes.ts';
import { woocommerceBodies } from './bodies.ts';
import { ORDERS_EXPORT } from './orders-export.ts';

const NAME = 'woocommerce';
const SIGNED = 'hmac-sha256-base64';
const SCHEMES = { [SIGNED]: hmacScheme({ header: 'x-wc-webhook-signature', algorithm: 'sha256', encoding: 'base64' }) };

const account = z.strictObject({
  provider: z.literal(NAME),
  ...ACCOUNT,
  webhook: schemeSettings(SCHEMES, SIGNED).optional(),
});

type Settings = z.output<typeof account>;

export const WOOCOMMERCE: Provider<Settings, OutboundParts> = {
  name: NAME,
  title: 'WooCommerce',
  capabilities: {
    payments: false,
    refunds: false,
    operators: false,
    status: 'none',
    webhooks: 'signed',
    settlement: false,
  },
  formats: {},
  exports: [ORDERS_EXPORT],
  account,
  webhook: schemePort(SCHEMES, SIGNED),
  bodies: woocommerceBodies,
};
