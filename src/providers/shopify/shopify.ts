// The provider `shopify`: the orders of a shop, by webhook and by its exports, and what Shopify Payments paid out.
// Webhooks are signed with the client secret of the app, under one of two names of the header. Source:
// shopify.dev/docs/apps/build/webhooks/verify-deliveries.

import { z } from 'zod';
import type { OutboundParts } from '../../outbound/client/outbound-parts.ts';
import { ACCOUNT } from '../../producers/account-settings.ts';
import type { Provider } from '../../producers/provider.ts';
import { schemePort, schemeSettings } from '../../producers/webhooks/scheme-port.ts';
import { hmacScheme } from '../../producers/webhooks/schemes.ts';
import { shopifyBodies } from './bodies.ts';
import { ORDERS_EXPORT } from './orders-export.ts';
import { PAYMENT_TRANSACTIONS_EXPORT } from './payment-transactions-export.ts';
import { PAYOUTS_EXPORT } from './payouts-export.ts';

const NAME = 'shopify';
const SIGNED = 'hmac-sha256-base64';
const HEADERS = ['x-shopify-hmac-sha256', 'shopify-hmac-sha256'];
const SCHEMES = { [SIGNED]: hmacScheme({ header: HEADERS, algorithm: 'sha256', encoding: 'base64' }) };

const account = z.strictObject({
  provider: z.literal(NAME),
  ...ACCOUNT,
  webhook: schemeSettings(SCHEMES, SIGNED).optional(),
});

type Settings = z.output<typeof account>;

export const SHOPIFY: Provider<Settings, OutboundParts> = {
  name: NAME,
  title: 'Shopify',
  capabilities: {
    payments: false,
    refunds: false,
    operators: false,
    status: 'none',
    webhooks: 'signed',
    settlement: false,
  },
  formats: {},
  exports: [ORDERS_EXPORT, PAYMENT_TRANSACTIONS_EXPORT, PAYOUTS_EXPORT],
  account,
  webhook: schemePort(SCHEMES, SIGNED),
  bodies: shopifyBodies,
};
