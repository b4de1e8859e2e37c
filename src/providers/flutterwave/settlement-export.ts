// The lines of a settlement of Flutterwave, as its API and its dashboard name them, in major units. A line has no date
// of its settlement, only that of the payment, unless the export adds it. Source: Flutterwave/Node-v3
// documentation/settlements.md; developer.flutterwave.com/reference/endpoints/settlements.

import type { NamedExport } from '../../producers/files/named-export.ts';

export const SETTLEMENT_EXPORT: NamedExport = {
  name: 'settlement export',
  kind: 'settlements',
  marks: ['flw_ref', 'tx_ref', 'charged_amount', 'settlement_amount'],
  mapping: `
settlements:
  provider: flutterwave
  rows:
    not: { status: [failed, pending] }
  decimal: "."
  thousands: [","]
  zone: UTC
  columns:
    transaction_reference: tx_ref
    transaction_id: id
    amount_received: charged_amount
    currency: currency
    fee_deduction: { sum: [app_fee, merchant_fee, stampduty_charge] }
    # The column of this name is the net amount, in the same currency.
    settlement_amount: { when: [] }
    settlement_date: [settlement_date, processed_date, due_date, transaction_date]
  constants: { type: payment }
`,
};
