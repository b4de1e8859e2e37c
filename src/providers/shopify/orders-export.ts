// The orders export of Shopify's admin (help.shopify.com, "Exporting orders"). An order with several items has a row
// for each, of which only the first has its total and status. Times have an offset. The shop itself is not named.

import type { NamedExport } from '../../producers/files/named-export.ts';

export const ORDERS_EXPORT: NamedExport = {
  name: 'orders export',
  kind: 'orders',
  marks: ['Name', 'Financial Status', 'Total', 'Created at'],
  mapping: `
orders:
  provider: shopify
  rows:
    not: { "Financial Status": [""], "Total": ["0", "0.0", "0.00"] }
  decimal: "."
  dates: ["yyyy-MM-dd HH:mm:ss ZZZ"]
  columns:
    transaction_reference: "Name"
    order_number: "Name"
    amount: "Total"
    currency: "Currency"
    placed_at: "Created at"
    status:
      from: "Financial Status"
      when:
        - value: cancelled
          not: { "Cancelled at": [""] }
    status_at: ["Cancelled at", "Paid at"]
    msisdn: ["Phone", "Billing Phone"]
    country: "Billing Country"
  words:
    status:
      paid: paid
      partially_refunded: paid
      refunded: paid
      pending: awaiting_payment
      authorized: awaiting_payment
      partially_paid: awaiting_payment
      voided: cancelled
      expired: cancelled
`,
};
