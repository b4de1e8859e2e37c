// The payouts export of Shopify Payments: one row a payout, with what it is made of. It has no id: a payout goes by its
// date. Source: help.shopify.com, "Exporting payouts".

import type { NamedExport } from '../../producers/files/named-export.ts';

export const PAYOUTS_EXPORT: NamedExport = {
  name: 'payouts export',
  kind: 'settlements',
  marks: ['Payout Date', 'Charges', 'Refunds', 'Adjustments', 'Fees', 'Total'],
  mapping: String.raw`
settlements:
  provider: shopify
  rows:
    not: { "Status": [scheduled, in_transit, "in transit", pending, failed, canceled, cancelled] }
  decimal: "."
  columns:
    transaction_id: { from: "Payout Date", pattern: "^20(\\d\\d-\\d\\d-\\d\\d)" }
    amount_received: { negate: "Total" }
    currency: "Currency"
    settlement_date: "Payout Date"
  constants: { type: payout, transaction_reference: "", fee_deduction: "" }
`,
};
