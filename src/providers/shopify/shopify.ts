// The provider `shopify`: orders of a shop, and what Shopify Payments paid out.

import { fileProvider } from '../../producers/file-provider.ts';
import { ORDERS_EXPORT } from './orders-export.ts';
import { PAYMENT_TRANSACTIONS_EXPORT } from './payment-transactions-export.ts';
import { PAYOUTS_EXPORT } from './payouts-export.ts';

export const SHOPIFY = fileProvider({
  name: 'shopify',
  title: 'Shopify',
  exports: [ORDERS_EXPORT, PAYMENT_TRANSACTIONS_EXPORT, PAYOUTS_EXPORT],
});
