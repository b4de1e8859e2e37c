// The provider `shopify`: the orders of a shop, by webhook and by its exports, and what Shopify Payments paid out.
// Webhooks are signed with the client secret of the app, under one of two names of the header. Source:
// shopify.dev/docs/apps/build/webhooks/verify-deliveries.

import type { OutboundParts } from '../../outbound/client/outbound-parts.ts';
import type { Provider } from '../../producers/provider.ts';
import { schemePort } from '../../producers/webhooks/scheme-port.ts';
import { shopifyBodies } from './bodies.ts';
import { ShopifyGateway } from './gateway.ts';
import { ORDERS_EXPORT } from './orders-export.ts';
import { PAYMENT_TRANSACTIONS_EXPORT } from './payment-transactions-export.ts';
import { PAYOUTS_EXPORT } from './payouts-export.ts';
import { NAME, SCHEMES, SETTINGS, type Settings, SIGNED } from './settings.ts';

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
    gaps: true,
  },
  documents: {
    read: { 'shopify.dev/docs': '2026-11', 'help.shopify.com': '2026-11' },
    lacks: {
      payments: 'a shop sends orders: money goes through the accounts of networks',
      refunds: 'give money back in the shop: it comes with the order',
      operators: 'a shop sends orders: money goes through the accounts of networks',
      status: 'a shop sends orders: money goes through the accounts of networks',
      settlement: 'only of Shopify Payments, which no African country has: import the exports',
    },
  },
  formats: {},
  exports: [ORDERS_EXPORT, PAYMENT_TRANSACTIONS_EXPORT, PAYOUTS_EXPORT],
  account: SETTINGS,
  webhook: schemePort(SCHEMES, SIGNED),
  bodies: shopifyBodies,
  gateway(context) {
    const { account, initial } = context;
    return initial.api_key === undefined ? { provider: NAME, account } : new ShopifyGateway(context);
  },
};
