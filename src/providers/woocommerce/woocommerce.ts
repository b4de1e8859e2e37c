// The provider `woocommerce`: orders of a shop. It is no payment network: its payments come from the shop's gateways.

import { fileProvider } from '../../producers/file-provider.ts';
import { ORDERS_EXPORT } from './orders-export.ts';

export const WOOCOMMERCE = fileProvider({ name: 'woocommerce', title: 'WooCommerce', exports: [ORDERS_EXPORT] });
