// The provider `woocommerce`: the orders of a shop, by webhook and by its export. Source:
// woocommerce/woocommerce-rest-api-docs, _webhooks.md.

import type { OutboundParts } from '../../outbound/client/outbound-parts.ts';
import type { Provider } from '../../producers/provider.ts';
import { schemePort } from '../../producers/webhooks/scheme-port.ts';
import { woocommerceBodies } from './bodies.ts';
import { WoocommerceGateway } from './gateway.ts';
import { ORDERS_EXPORT } from './orders-export.ts';
import { NAME, SCHEMES, SETTINGS, type Settings, SIGNED } from './settings.ts';

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
    gaps: true,
  },
  documents: {
    read: { 'woocommerce.github.io/woocommerce-rest-api-docs': '2026-11' },
    lacks: {
      payments: 'a shop sends orders: money goes through the accounts of networks',
      refunds: 'give money back in the shop: it comes with the order',
      operators: 'a shop sends orders: money goes through the accounts of networks',
      status: 'a shop sends orders: money goes through the accounts of networks',
      settlement: 'a shop sends orders: money goes through the accounts of networks',
    },
  },
  formats: {},
  exports: [ORDERS_EXPORT],
  account: SETTINGS,
  webhook: schemePort(SCHEMES, SIGNED),
  bodies: woocommerceBodies,
  gateway(context) {
    const { account, initial } = context;
    return initial.api === undefined ? { provider: NAME, account } : new WoocommerceGateway(context);
  },
};
