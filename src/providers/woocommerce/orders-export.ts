// Orders of WooCommerce under the names of its REST API v3, as a table or as JSON. Only times in UTC are taken:
// date_created alone is the site's local time without an offset. Status words may carry the prefix wc-. Source:
// woocommerce/woocommerce-rest-api-docs, _orders.md.

import type { NamedExport } from '../../producers/files/named-export.ts';

export const ORDERS_EXPORT: NamedExport = {
  name: 'orders export',
  kind: 'orders',
  marks: ['number', 'status', 'total', 'currency', 'date_created_gmt'],
  mapping: `
orders:
  provider: woocommerce
  rows:
    not: { status: [checkout-draft, auto-draft, wc-checkout-draft], total: ["0", "0.00"] }
  decimal: "."
  dates: ["yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd HH:mm:ss"]
  zone: UTC
  columns:
    transaction_reference: number
    order_number: number
    amount: total
    currency: currency
    placed_at: date_created_gmt
    status: status
    # Of a cancelled order nobody says when; not later than it was changed last.
    status_at:
      from: date_paid_gmt
      when:
        - from: date_modified_gmt
          where: { status: [cancelled, wc-cancelled, trash] }
    updated_at: date_modified_gmt
    msisdn: [billing_phone, billing.phone]
    country: [billing_country, billing.country]
  words:
    status:
      pending: awaiting_payment
      on-hold: awaiting_payment
      failed: awaiting_payment
      processing: paid
      completed: fulfilled
      refunded: paid
      cancelled: cancelled
      trash: cancelled
      wc-pending: awaiting_payment
      wc-on-hold: awaiting_payment
      wc-failed: awaiting_payment
      wc-processing: paid
      wc-completed: fulfilled
      wc-refunded: paid
      wc-cancelled: cancelled
`,
};
